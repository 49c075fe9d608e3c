import { assert } from '@whisperforge/kernel/assert';
import { manualClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { insertMember } from '../../domains/staff/members/store.ts';
import { TOKEN_PREFIX } from '../../domains/staff/index.ts';
import { digestOf, newSecret } from '../../domains/staff/secrets.ts';
import { openSession } from '../../domains/staff/sessions/sessions.ts';
import { insertToken } from '../../domains/staff/tokens/store.ts';
import { compose } from '../../main/compose.ts';
import { readConfig } from '../../main/config.ts';
import { createLogger } from '../../main/logger.ts';
import { may, type Role } from '../../platform/permissions.ts';
import type { Route } from '../../platform/routes.ts';
import type { RequestOptions, TestServer } from '../../../test/support/server.ts';
import { staffHeaders } from '../../../test/support/staff.ts';

export type StaffRoute = Extract<Route, { scope: 'staff' }>;

/** All routes that the application offers: a new one is among them by itself. */
export function allRoutes(database: PostgresDatabase, url: string): readonly Route[] {
  const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: url });
  const logger = createLogger('silent');
  return compose({ config, database, clock: manualClock(0), logger }).routes;
}

/** Those of staff. */
export function staffRoutes(database: PostgresDatabase, url: string): StaffRoute[] {
  return allRoutes(database, url).filter((route): route is StaffRoute => route.scope === 'staff');
}

export const KINDS = [
  'member',
  'token',
  'nobody',
  'revoked',
  'idle',
  'unproved',
  'forged',
  'foreign',
  'customer',
  'secret_key',
] as const;
/** How somebody asks: as a member does, or as one should not. */
export type Kind = (typeof KINDS)[number];

/** What the gate must say, by the table of permissions alone; undefined where it lets in. */
export function verdictOf(route: StaffRoute, kind: Kind, role: Role): string | undefined {
  const { permission, needsFreshSignIn } = route;
  const isUnsafe = route.method !== 'GET';
  if (permission === 'anyone')
    return isUnsafe && !OWN_PAGE.has(kind) ? 'origin_foreign' : undefined;
  if (NOT_SIGNED_IN.has(kind)) return 'staff_session_missing';
  if (isUnsafe && kind === 'foreign') return 'origin_foreign';
  if (isUnsafe && kind === 'forged') return 'csrf_token_missing';
  if (permission !== 'self' && !may(role, permission)) return 'permission_missing';
  const isProved = kind !== 'token' && kind !== 'unproved';
  return needsFreshSignIn === true && !isProved ? 'sign_in_again' : undefined;
}

const NOT_SIGNED_IN: ReadonlySet<Kind> = new Set([
  'nobody',
  'revoked',
  'idle',
  'customer',
  'secret_key',
]);
/** Those whose requests look as if the portal itself had sent them. */
const OWN_PAGE: ReadonlySet<Kind> = new Set(['member', 'revoked', 'idle', 'unproved', 'forged']);

export interface Asking {
  readonly options: RequestOptions;
  readonly staffId: number | undefined;
}

export interface Cast {
  /** Somebody of that role who asks in that way; a member of their own each time. */
  as(kind: Kind, role: Role): Promise<Asking>;
}

const HOUR_MS = 3_600_000;

export function createCast(
  server: TestServer,
  database: PostgresDatabase,
  customerCookie: string,
): Cast {
  const make = async (role: Role, sinceMs: number) =>
    database.transaction(async (tx) => {
      const email = `${randomText(12)}@example.com`;
      const member = { email, name: 'Somebody', role, passwordHash: null, createdMs: sinceMs };
      const staffId = await insertMember(tx, member);
      assert(staffId !== undefined, 'nobody has that address yet');
      const origin = { address: '127.0.0.1', userAgent: 'test' };
      const session = await openSession(tx, staffId, { origin, nowMs: sinceMs });
      return { staffId, secret: session.secret };
    });
  const asMember = async (role: Role, agoMs: number) => {
    const { staffId, secret } = await make(role, server.clock.nowMs() - agoMs);
    return { staffId, headers: staffHeaders(secret) };
  };
  return {
    async as(kind, role) {
      if (kind === 'nobody') return { options: { secret: null }, staffId: undefined };
      if (kind === 'secret_key') return { options: {}, staffId: undefined };
      if (kind === 'customer') {
        const headers = { cookie: customerCookie };
        return { options: { secret: null, headers }, staffId: undefined };
      }
      if (kind === 'token') return asToken(role);
      const agoMs = { idle: 13 * HOUR_MS, unproved: HOUR_MS }[kind as string] ?? 0;
      const { staffId, headers } = await asMember(role, agoMs);
      if (kind === 'revoked') await revoke(database, staffId);
      const { 'x-csrf-token': _, ...unsigned } = headers;
      const sent = kind === 'forged' ? unsigned : headers;
      const site = kind === 'foreign' ? { 'sec-fetch-site': 'cross-site' } : {};
      return { options: { secret: null, headers: { ...sent, ...site } }, staffId };
    },
  };

  async function asToken(role: Role): Promise<Asking> {
    const createdMs = server.clock.nowMs();
    const { staffId } = await make(role, createdMs);
    const secret = `${TOKEN_PREFIX}${newSecret()}`;
    const token = { name: 'test', prefix: 'wfs_', role, createdMs, expiresMs: createdMs + HOUR_MS };
    await database.transaction((tx) =>
      insertToken(tx, { ...token, staffId, digest: digestOf(secret) }),
    );
    return { options: { secret }, staffId };
  }
}

async function revoke(database: PostgresDatabase, staffId: number): Promise<void> {
  await database.sql.deleteFrom('staff_sessions').where('staff_id', '=', staffId).execute();
}

export function openRows(url: string): PostgresDatabase {
  return openDatabase({ url, schema: 'billing', applicationName: 'test' });
}

/** A path with something in place of each parameter. */
export function pathOf(route: StaffRoute, valueOf: (name: string) => string): string {
  return route.path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) =>
    encodeURIComponent(valueOf(name)),
  );
}

/** Understood by no route, so that whoever is let in changes nothing. */
export const NONSENSE = { nonsense: true };
