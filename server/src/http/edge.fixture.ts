import Type from 'typebox';
import { AppError } from '../platform/errors.ts';
import { route, type Route, type RouteRequest } from '../platform/routes.ts';
import {
  Amount,
  CostCents,
  IdempotencyKey,
  Input,
  Instant,
  Metadata,
  Nullable,
  Text,
  TokenCount,
  UserId,
} from '../platform/schemas.ts';

export type Received = RouteRequest<unknown, unknown, unknown>;

export interface EdgeFixture {
  readonly routes: readonly Route[];
  /** What has reached the handlers. */
  readonly received: Received[];
}

const Event = Input({
  user: UserId,
  amount: Amount,
  feature: Type.Optional(Text({ minLength: 1, maxLength: 20 })),
  mode: Type.Optional(Type.Enum(['soft', 'hard'])),
  enforce: Type.Optional(Type.Boolean()),
  occurred_at: Type.Optional(Instant),
  cost_cents: Type.Optional(CostCents),
  tokens_in: Type.Optional(TokenCount),
  note: Type.Optional(Nullable(Text({ maxLength: 5 }))),
  limit: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  metadata: Type.Optional(Metadata),
  idempotency_key: Type.Optional(IdempotencyKey),
});

const Done = Type.Object({ ok: Type.Boolean(), limit: Nullable(Type.Number()) });

/** Routes with every kind of input, which remember what came through to them. */
export function edgeFixture(): EdgeFixture {
  const received: Received[] = [];
  const receive = (request: Received): Promise<{ ok: boolean; limit: null }> => {
    received.push(request);
    return Promise.resolve({ ok: true, limit: null });
  };
  const shared = { tag: 'Test', response: Done } as const;
  return {
    received,
    routes: [
      route({
        ...shared,
        method: 'POST',
        path: '/test/events',
        summary: 'Takes an event',
        scope: 'usage',
        body: Event,
        readsIdempotencyKey: true,
        handler: receive,
      }),
      route({
        ...shared,
        method: 'POST',
        path: '/test/batch',
        summary: 'Takes up to three events',
        scope: 'usage',
        body: Input({ events: Type.Array(Event, { minItems: 1, maxItems: 3 }) }),
        handler: receive,
      }),
      route({
        ...shared,
        method: 'GET',
        path: '/test/users/{user}',
        summary: 'Reads a query',
        scope: 'read',
        params: Type.Object({ user: UserId }),
        query: Input({
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
          all: Type.Optional(Type.Boolean()),
          cursor: Type.Optional(Text({ maxLength: 10 })),
        }),
        handler: receive,
      }),
      route({
        ...shared,
        method: 'POST',
        path: '/test/bodyless',
        summary: 'Takes no body',
        scope: 'users',
        handler: receive,
      }),
      route({
        ...shared,
        method: 'GET',
        path: '/test/public',
        summary: 'Needs no key',
        scope: 'public',
        handler: receive,
      }),
      ...faultyRoutes(),
    ],
  };
}

function faultyRoutes(): Route[] {
  const fault = (name: string, raise: () => Promise<never>): Route =>
    route({
      method: 'POST',
      path: `/test/faults/${name}`,
      summary: 'Fails',
      tag: 'Test',
      scope: 'public',
      response: Done,
      handler: raise,
    });
  const refuse = (kind: AppError['kind']): Promise<never> =>
    Promise.reject(
      new AppError(
        { code: `test_${kind}`, kind },
        {
          message: 'This is for the caller.',
          fields: [{ field: '/amount', message: 'is odd' }],
          members: { known: ['a', 'b'], status: 'never overrides' },
        },
        new Error('this is for the log'),
      ),
    );
  const kinds: AppError['kind'][] = [
    'malformed',
    'invalid',
    'unauthenticated',
    'forbidden',
    'not_found',
    'conflict',
    'limited',
    'unavailable',
  ];
  return [
    ...kinds.map((kind) => fault(kind, () => refuse(kind))),
    fault('bug', () => Promise.reject(new TypeError('secret detail of the inside'))),
    fault('thrown', () => {
      throw new RangeError('secret detail of the inside');
    }),
    // A promise may be rejected with anything.
    fault('odd', () => Promise.reject(JSON.parse('"secret detail of the inside"') as Error)),
  ];
}
