import { toInvoice } from '../billing/invoices.ts';
import type { Invoice, WireInvoice } from '../billing/invoices.ts';
import { pagedList, pagePath } from '../billing/pages.ts';
import type { ListOptions, PagedList, WirePage } from '../billing/pages.ts';
import type { Send } from '../transport/send.ts';
import type { Amount, Balance } from '../types.ts';
import { pathSegment, toBalance } from './answers.ts';
import type { WireBalance } from './answers.ts';
import type { List } from './catalogue.ts';
import { toEntitlement, toStanding } from './standing.ts';
import type { Entitlement, Standing, WireEntitlement, WireStanding } from './standing.ts';

/** What is left out stays as it is. */
export interface UserInput {
  readonly email: string;
  readonly name?: string | undefined;
  /** When the person joined the app, from which quota periods are counted: ISO 8601 or a Date. */
  readonly signedUpAt?: string | Date | undefined;
  /** ISO 3166-1 alpha-2, such as `DE`. */
  readonly country?: string | undefined;
  readonly source?: string | undefined;
  readonly campaign?: string | undefined;
  /** BCP 47, such as `de-DE`. */
  readonly locale?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface User {
  /** The app's own id. */
  readonly user: string;
  /** Who pays for this user. */
  readonly account: string;
  readonly email: string;
  readonly name: string | null;
  readonly country: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly locale: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** ISO 8601 instants, all three. */
  readonly signedUpAt: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A user with their plan and subscription. */
export interface UserProfile extends User, Standing {}

/** All that a user may do now, and where each of it comes from. */
export interface Entitlements extends Standing {
  readonly user: string;
  readonly account: string;
  readonly features: readonly Entitlement[];
}

export interface Users {
  /** Makes the user, or renews what is known of them. `user` is the app's own id. */
  upsert(user: string, input: UserInput): Promise<User>;
  get(user: string): Promise<UserProfile>;
  entitlements(user: string): Promise<Entitlements>;
  /** The balances of all counted features in the current quota period. */
  usage(user: string): Promise<readonly Balance[]>;
  /** The invoices, newest first; drafts are left out. */
  invoices(user: string, options?: ListOptions): PagedList<Invoice>;
}

export interface Levels {
  /** Sets how much of a `level` feature, such as files or seats, the user has. */
  set(user: string, feature: string, amount: Amount): Promise<Balance>;
}

interface WireUser extends Omit<User, 'signedUpAt' | 'createdAt' | 'updatedAt'> {
  readonly signed_up_at: string;
  readonly created_at: string;
  readonly updated_at: string;
}

interface WireEntitlements extends WireStanding, List<WireEntitlement> {
  readonly user: string;
  readonly account: string;
}

function toUser(wire: WireUser): User {
  return {
    user: wire.user,
    account: wire.account,
    email: wire.email,
    name: wire.name,
    country: wire.country,
    source: wire.source,
    campaign: wire.campaign,
    locale: wire.locale,
    metadata: wire.metadata,
    signedUpAt: wire.signed_up_at,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
  };
}

function userPath(user: string, rest = ''): string {
  return `/v1/users/${pathSegment('user', user)}${rest}`;
}

export function usersOf(send: Send): Users {
  return {
    upsert: async (user, { signedUpAt, ...input }) => {
      const body = { ...input, signed_up_at: signedUpAt };
      return toUser(await send<WireUser>('PUT', userPath(user), { body }));
    },
    get: async (user) => {
      const wire = await send<WireUser & WireStanding>('GET', userPath(user));
      return { ...toUser(wire), ...toStanding(wire) };
    },
    entitlements: async (user) => {
      const wire = await send<WireEntitlements>('GET', userPath(user, '/entitlements'));
      const { account, data } = wire;
      return { user: wire.user, account, ...toStanding(wire), features: data.map(toEntitlement) };
    },
    usage: async (user) => {
      const { data } = await send<List<WireBalance>>('GET', userPath(user, '/usage'));
      return data.map(toBalance);
    },
    invoices: (user, { limit, signal } = {}) => {
      const path = userPath(user, '/invoices');
      const load = (cursor: string | null): Promise<WirePage<WireInvoice>> =>
        send('GET', pagePath(path, limit, cursor), { signal });
      return pagedList(load, toInvoice);
    },
  };
}

export function levelsOf(send: Send): Levels {
  return {
    set: async (user, feature, amount) => {
      const path = userPath(user, `/levels/${pathSegment('feature', feature)}`);
      return toBalance(await send<WireBalance>('PUT', path, { body: { amount } }));
    },
  };
}
