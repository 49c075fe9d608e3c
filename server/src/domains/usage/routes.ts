import Type, { type Static } from 'typebox';
import { parseInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { AppError } from '../../platform/errors.ts';
import { route, type Route } from '../../platform/routes.ts';
import { Amount, Input, Text, UserId } from '../../platform/schemas.ts';
import { answerOf } from '../entitlements/index.ts';
import type { Catalog, CatalogCache } from '../plans/index.ts';
import type { ReservationKey, TrackAnswer, TrackOperation } from './batch/operations.ts';
import { accountOfReservation } from './reservation-id.ts';
import { OCCURRED_AT_OUT_OF_RANGE, RESERVATION_UNKNOWN } from './errors.ts';
import { catalogForEvents, countedKeys, findCounted, unknownEvent } from './features.ts';
import {
  BalanceSchema,
  CommitInput,
  CommitSchema,
  ExtendSchema,
  TrackInput,
  TrackSchema,
  TtlSeconds,
  costFieldsOf,
  quantityOf,
} from './schemas.ts';
import type { Usage } from './service.ts';

const OLDEST_MS = 34 * DAY_MS;
const FUTURE_TOLERANCE_MS = 5 * 60_000;
const MOST_EVENTS = 1_000;

const ReservationParams = Input({ id: Text({ maxLength: 64 }) });

export interface UsageRouteParts {
  readonly usage: Usage;
  readonly catalog: CatalogCache;
}

export function usageRoutes(parts: UsageRouteParts): Route[] {
  return [...trackRoutes(parts), ...reservationRoutes(parts), ...balanceRoutes(parts)];
}

function trackRoutes({ usage, catalog }: UsageRouteParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/track',
      summary: 'Book what has happened',
      description:
        'Answered once it is stored. Never refused for quota, but says over_limit; with enforce ' +
        'it is refused whole instead. A repeat with the same idempotency key books nothing.',
      tag: 'Usage',
      scope: 'usage',
      body: TrackInput,
      response: TrackSchema,
      readsIdempotencyKey: true,
      async handler({ body, idempotencyKey, nowMs }) {
        const key = body.idempotency_key ?? idempotencyKey;
        const known = await catalogForEvents(catalog, [body.event]);
        const operation = trackOperation(known, body, { key, nowMs });
        if (operation instanceof AppError) throw operation;
        return (await usage.track(operation)) as Static<typeof TrackSchema>;
      },
    }),
    route({
      method: 'POST',
      path: '/v1/track/batch',
      summary: 'Book up to 1,000 events',
      description:
        'Each event by itself: a result for each, in order, of which some may be errors.',
      tag: 'Usage',
      scope: 'usage',
      body: Input({ events: Type.Array(TrackInput, { minItems: 1, maxItems: MOST_EVENTS }) }),
      response: Type.Object({
        results: Type.Array(
          Type.Object({
            ...Type.Partial(TrackSchema).properties,
            error: Type.Optional(EventError),
          }),
        ),
      }),
      async handler({ body, nowMs }) {
        const known = await catalogForEvents(
          catalog,
          body.events.map((each) => each.event),
        );
        const operations = body.events.map((event) =>
          trackOperation(known, event, { key: event.idempotency_key, nowMs }),
        );
        const valid = operations.filter((each) => !(each instanceof AppError));
        const outcomes = (await usage.trackBatch(valid)).values();
        const results = operations.map((each) =>
          resultOf(each instanceof AppError ? each : outcomes.next().value!),
        );
        return { results };
      },
    }),
  ];
}

const EventError = Type.Object({
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
});

interface EventResult extends Partial<Static<typeof TrackSchema>> {
  error?: Static<typeof EventError>;
}

function resultOf(outcome: TrackAnswer | AppError): EventResult {
  if (!(outcome instanceof AppError)) return outcome as Static<typeof TrackSchema>;
  const { code, kind, details } = outcome;
  // The two kinds of which an event can be refused, in the words of a single request.
  return { error: { status: kind === 'not_found' ? 404 : 422, code, detail: details.message } };
}

/** What a request's event asks for, or why it cannot be. */
function trackOperation(
  catalog: Catalog,
  body: Static<typeof TrackInput>,
  request: { readonly key: string | undefined; readonly nowMs: number },
): TrackOperation | AppError {
  const event = catalog.eventTypes.get(body.event);
  if (event === undefined) return unknownEvent(catalog, body.event);
  const occurredMs = body.occurred_at === undefined ? undefined : parseInstant(body.occurred_at);
  if (occurredMs !== undefined && !isBookable(occurredMs, request.nowMs)) return outOfRange();
  return {
    kind: 'track',
    user: body.user,
    event,
    amount: quantityOf(body.amount),
    idempotencyKey: request.key,
    occurredMs,
    enforce: body.enforce === true,
    ...costFieldsOf(body),
  };
}

function isBookable(occurredMs: number, nowMs: number): boolean {
  return occurredMs >= nowMs - OLDEST_MS && occurredMs <= nowMs + FUTURE_TOLERANCE_MS;
}

function outOfRange(): AppError {
  return new AppError(OCCURRED_AT_OUT_OF_RANGE, {
    message: 'occurred_at must lie within the last 34 days and at most 5 minutes ahead.',
    fields: [{ field: '/occurred_at', message: 'is out of range' }],
  });
}

function reservationRoutes({ usage }: UsageRouteParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/commit',
      summary: 'Book what the reserved work really used',
      description:
        'Books to the period of the reservation. Repeating it with the same amount answers the ' +
        'same. Within 35 days after the reservation expired it books like any event, as late.',
      tag: 'Reservations',
      scope: 'usage',
      params: ReservationParams,
      body: CommitInput,
      response: CommitSchema,
      async handler({ params, body }) {
        const { amount, ...cost } = body;
        const key = reservationKey(params.id);
        return usage.commit({
          kind: 'commit',
          ...key,
          amount: quantityOf(amount),
          ...costFieldsOf(cost),
        });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/release',
      summary: 'Give back what was reserved',
      tag: 'Reservations',
      scope: 'usage',
      params: ReservationParams,
      response: BalanceSchema,
      async handler({ params }) {
        return usage.release({ kind: 'release', ...reservationKey(params.id) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reservations/{id}/extend',
      summary: 'Hold it for longer, counted from now',
      tag: 'Reservations',
      scope: 'usage',
      params: ReservationParams,
      body: Input({ ttl_seconds: TtlSeconds }),
      response: ExtendSchema,
      async handler({ params, body }) {
        const ttlMs = body.ttl_seconds * 1_000;
        return usage.extend({ kind: 'extend', ...reservationKey(params.id), ttlMs });
      },
    }),
  ];
}

function reservationKey(id: string): ReservationKey {
  const accountId = accountOfReservation(id);
  if (accountId === undefined) {
    throw new AppError(RESERVATION_UNKNOWN, { message: 'There is no such reservation.' });
  }
  return { accountId, reservationId: id };
}

function balanceRoutes({ usage, catalog }: UsageRouteParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/users/{user}/usage',
      summary: 'What a user has used and has left',
      tag: 'Users',
      scope: 'read',
      params: Input({ user: UserId }),
      response: Type.Object({ data: Type.Array(BalanceSchema) }),
      async handler({ params }) {
        const features = countedKeys(catalog.current());
        const answer = await usage.refresh({
          kind: 'refresh',
          user: params.user,
          features,
          withAccess: false,
        });
        return { data: answer.balances.map(answerOf) };
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/users/{user}/levels/{feature}',
      summary: 'Say how many there are',
      description:
        'For features of the kind level, such as files or seats. What there is is never refused; ' +
        'ask check, or reserve, before more is made.',
      tag: 'Usage',
      scope: 'usage',
      params: Input({ user: UserId, feature: Text({ maxLength: 63 }) }),
      body: Input({ amount: Amount }),
      response: BalanceSchema,
      async handler({ params, body }) {
        const { key } = await findCounted(catalog, params.feature, ['level']);
        const amount = quantityOf(body.amount);
        return usage.setLevel({ kind: 'set_level', user: params.user, feature: key, amount });
      },
    }),
  ];
}
