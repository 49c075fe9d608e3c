import type { Static, TSchema } from 'typebox';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a secret key may be allowed to do; a key holds any number of them. */
export type Scope = 'usage' | 'read' | 'users';

/** Who asks, as authenticated by `http/`. */
export interface Caller {
  readonly keyId: number;
  readonly scopes: readonly Scope[];
}

/** A request after parsing: everything in it has the type that its schema states. */
export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller | undefined;
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
  /** The scope a key needs, or `public` for none. */
  readonly scope: Scope | 'public';
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** Whether `Idempotency-Key` is another name for the body's `idempotency_key`. */
  readonly readsIdempotencyKey?: boolean;
  handler(request: RouteRequest<Static<P>, Static<Q>, Static<B>>): Promise<Static<R>>;
}

/** Declares a route with the types of its schemas, and forgets them for the list of all routes. */
export function route<P extends TSchema, Q extends TSchema, B extends TSchema, R extends TSchema>(
  definition: Route<P, Q, B, R>,
): Route {
  return definition;
}
