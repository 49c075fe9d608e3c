import Type, { type Static, type TSchema } from 'typebox';
import { assert } from '@whisperforge/kernel/assert';
import type { Permission, Role } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a secret key may be allowed to do; a key holds any number of them. */
export type Scope = 'usage' | 'read' | 'users' | 'billing';

/** Who asks, as authenticated by `http/`. */
export interface Caller {
  readonly keyId: number;
  readonly scopes: readonly Scope[];
}

/** A customer on their account page, by a cookie. */
export interface Session {
  readonly userId: number;
  readonly user: string;
  readonly accountId: number;
  /** Where the app would have the customer come back to. */
  readonly returnUrl: string | null;
}

/** A member of staff, by a cookie of the portal or a token for scripts. */
export interface Staff {
  readonly staffId: number;
  readonly email: string;
  readonly name: string;
  /** Of a token, what it was made with, and never more than its maker has now. */
  readonly role: Role;
  readonly via: 'session' | 'token';
  /** The session's id, or the token's. */
  readonly sessionId: number;
  /** When whoever holds the session last proved who they are; of a token, never. */
  readonly provedMs: number | undefined;
  readonly expiresMs: number;
}

/** Who did it, for the audit trail, and by which request from where. */
export interface StaffActor {
  readonly kind: 'staff';
  readonly id: string;
  readonly requestId: string;
  readonly address: string;
}

/** How a request of staff came, and what else than a body goes back. */
export interface Exchange {
  /** The address that it came from. */
  readonly address: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
  /** Several of `Set-Cookie` are all sent; of others the last one. */
  setHeader(name: string, value: string): void;
}

/** Who a route is for: a key with a scope, a customer on their page, staff, or everybody. */
export type Audience = Scope | 'session' | 'staff' | 'public';

/**
 * What a member of staff must be allowed to: `self` is about themselves and for each of them, and
 * `anyone` is for those who are not signed in yet.
 */
export type StaffPermission = Permission | 'self' | 'anyone';

/** Who is let in. */
export type Admission =
  | {
      /** The scope a key needs, `session` for a customer's cookie, or `public` for neither. */
      readonly scope: Exclude<Audience, 'staff'>;
      readonly permission?: undefined;
      readonly needsFreshSignIn?: undefined;
    }
  | {
      readonly scope: 'staff';
      readonly permission: StaffPermission;
      /** Whether who asks must have proved who they are just now, and not by a token. */
      readonly needsFreshSignIn?: boolean;
    };

/** A request after parsing: everything in it has the type that its schema states. */
export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller | undefined;
  /** Of a route whose scope is `session`, and of no other. */
  readonly session: Session | undefined;
  /** Of a route whose scope is `staff`; `staffOf` has it without doubt. */
  readonly staff: Staff | undefined;
  /** Of a route whose scope is `staff`, and of no other. */
  readonly exchange: Exchange | undefined;
  readonly requestId: string;
  /** The value of `Idempotency-Key`, where the route says that it reads it. */
  readonly idempotencyKey: string | undefined;
  /** The business instant at which the request arrived. */
  readonly nowMs: number;
}

/**
 * One operation of the HTTP contract as a domain declares it; `http/` parses, authenticates,
 * limits, serialises and documents it. The handler returns the body of a 200.
 */
interface Operation<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
> {
  readonly method: Method;
  /** With parameters as `{user}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** Whether `Idempotency-Key` is another name for the body's `idempotency_key`. */
  readonly readsIdempotencyKey?: boolean;
  /**
   * Whether a request with an `Idempotency-Key` that was answered is answered the same again. What
   * staff do is where nothing is said, but for what they do about themselves.
   */
  readonly replaysAnswers?: boolean;
  /** What the answer is, where it is no JSON; `response` is then a `TextFile`. */
  readonly contentType?: string;
  handler(request: RouteRequest<Static<P>, Static<Q>, Static<B>>): Promise<Static<R>>;
}

export type Route<
  P extends TSchema = TSchema,
  Q extends TSchema = TSchema,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
> = Operation<P, Q, B, R> & Admission;

/** Text that is no JSON, whole or in pieces as they come to be known. */
export const TextFile = Type.Unsafe<string | AsyncIterable<string>>({ type: 'string' });

/** Declares a route with the types of its schemas, and forgets them for the list of all routes. */
export function route<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  definition: Route<P, Q, B, R>,
): Route {
  return definition;
}

/** Whether a deed that is asked for twice under one key is done once. */
export function isReplayed(deed: Route): boolean {
  if (deed.replaysAnswers !== undefined) return deed.replaysAnswers;
  if (deed.scope !== 'staff' || deed.method !== 'POST') return false;
  return deed.permission !== 'self' && deed.permission !== 'anyone';
}

type OfStaff = Pick<RouteRequest<unknown, unknown, unknown>, 'staff' | 'exchange' | 'requestId'>;

/** Who asks a route of staff that is for those who are signed in. */
export function staffOf({ staff }: Pick<OfStaff, 'staff'>): Staff {
  assert(staff !== undefined, 'a route of staff has let nobody in');
  return staff;
}

export function exchangeOf({ exchange }: Pick<OfStaff, 'exchange'>): Exchange {
  assert(exchange !== undefined, 'only routes of staff see the exchange');
  return exchange;
}

/** Who the audit trail names for what a request of staff does. */
export function staffActor(request: OfStaff): StaffActor {
  const { address } = exchangeOf(request);
  const id = String(staffOf(request).staffId);
  return { kind: 'staff', id, requestId: request.requestId, address };
}

/** A request whose body is bytes and whose answer is more than JSON: a page, a file, a webhook. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly session: Session | undefined;
  readonly requestId: string;
  readonly nowMs: number;
  /** The address that it came from. */
  readonly address: string;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

export interface RawRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `session` asks for a cookie; `public` takes one where there is one. */
  readonly scope: 'session' | 'public';
  /** The largest body; none may be sent where nothing is said. */
  readonly bodyLimitBytes?: number;
  handler(request: RawRequest): Promise<RawAnswer>;
}
