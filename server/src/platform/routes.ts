import type { Static, TSchema } from 'typebox';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

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

/** Who a route is for: a key with a scope, a customer on their page, or everybody. */
export type Audience = Scope | 'session' | 'public';

/** A request after parsing: everything in it has the type that its schema states. */
export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller | undefined;
  /** Of a route whose scope is `session`, and of no other. */
  readonly session: Session | undefined;
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
export interface Route<
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
  /** The scope a key needs, `session` for a customer's cookie, or `public` for neither. */
  readonly scope: Audience;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** Whether `Idempotency-Key` is another name for the body's `idempotency_key`. */
  readonly readsIdempotencyKey?: boolean;
  /** Whether a request with an `Idempotency-Key` that was answered is answered the same again. */
  readonly replaysAnswers?: boolean;
  handler(request: RouteRequest<Static<P>, Static<Q>, Static<B>>): Promise<Static<R>>;
}

/** Declares a route with the types of its schemas, and forgets them for the list of all routes. */
export function route<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  definition: Route<P, Q, B, R>,
): Route {
  return definition;
}

/** A request whose body is bytes and whose answer is more than JSON: a page, a file, a webhook. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly session: Session | undefined;
  readonly requestId: string;
  readonly nowMs: number;
  header(name: string): string | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
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
