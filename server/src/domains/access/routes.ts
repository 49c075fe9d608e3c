import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../platform/errors.ts';
import { route, type Route } from '../../platform/routes.ts';
import { Amount, IdempotencyKey, Input, Nullable, Text, UserId } from '../../platform/schemas.ts';
import { answerOf, countsOf, type CountedBalance } from '../entitlements/index.ts';
import type { CatalogCache } from '../plans/index.ts';
import { BalanceSchema, findCounted, findFeature, quantityOf, TtlSeconds } from '../usage/index.ts';
import { AMOUNT_NOT_POSITIVE } from './errors.ts';
import { REASONS } from './decide-check.ts';
import { profileRoutes } from './profile-routes.ts';
import type { Access, CheckResult } from './service.ts';

const DEFAULT_TTL_SECONDS = 900;
const FeatureKey = Text({ minLength: 1, maxLength: 63, description: 'The key of a feature.' });
const ReasonSchema = Type.Unsafe<(typeof REASONS)[number]>({ type: 'string', enum: [...REASONS] });
const ValueSchema = Type.Union([Type.String(), Type.Array(Type.String())]);

const CheckSchema = Type.Object({
  allowed: Type.Boolean(),
  reason: ReasonSchema,
  feature: Type.String(),
  plan: Nullable(Type.String()),
  limit: Nullable(Type.Number()),
  used: Nullable(Type.Number()),
  reserved: Nullable(Type.Number()),
  remaining: Nullable(Type.Number()),
  resets_at: Nullable(Type.String()),
  value: Type.Optional(ValueSchema),
  upgrade: Type.Optional(Type.String({ description: 'The cheapest plan that would allow it.' })),
});

export interface AccessRouteParts {
  readonly access: Access;
  readonly catalog: CatalogCache;
}

export function accessRoutes(parts: AccessRouteParts): Route[] {
  return [checkRoute(parts), reserveRoute(parts), ...profileRoutes(parts)];
}

function checkRoute({ access, catalog }: AccessRouteParts): Route {
  return route({
    method: 'POST',
    path: '/v1/check',
    summary: 'May this user do this?',
    description: 'Answers and changes nothing. A no is an answer too, with its reason.',
    tag: 'Access',
    scope: 'read',
    body: Input({
      user: UserId,
      feature: FeatureKey,
      amount: Type.Optional(Amount),
      value: Type.Optional(Text({ minLength: 1, maxLength: 255 })),
    }),
    response: CheckSchema,
    async handler({ body }) {
      const feature = await findFeature(catalog, body.feature);
      const amount = quantityOf(body.amount ?? 1);
      return checkAnswer(await access.check(body.user, { feature, amount, value: body.value }));
    },
  });
}

function reserveRoute({ access, catalog }: AccessRouteParts): Route {
  return route({
    method: 'POST',
    path: '/v1/reservations',
    summary: 'Hold an amount that nobody else can have',
    description:
      'Commit it with what was really used, or release it; what is neither expires. ' +
      'Not being granted is an answer, with its reason.',
    tag: 'Reservations',
    scope: 'usage',
    body: Input({
      user: UserId,
      feature: FeatureKey,
      amount: Amount,
      ttl_seconds: Type.Optional(TtlSeconds),
      idempotency_key: Type.Optional(IdempotencyKey),
    }),
    response: Type.Object({
      granted: Type.Boolean(),
      id: Type.Optional(Type.String()),
      reason: Type.Optional(ReasonSchema),
      upgrade: Type.Optional(Type.String()),
      expires_at: Type.Optional(Type.String()),
      duplicate: Type.Boolean(),
      balance: BalanceSchema,
    }),
    readsIdempotencyKey: true,
    async handler({ body, idempotencyKey }) {
      const feature = await findCounted(catalog, body.feature);
      const amount = quantityOf(body.amount);
      if (amount === 0n) throw nothingToHold();
      const { answer, refusal } = await access.reserve({
        user: body.user,
        feature,
        amount,
        ttlMs: (body.ttl_seconds ?? DEFAULT_TTL_SECONDS) * 1_000,
        idempotencyKey: body.idempotency_key ?? idempotencyKey,
      });
      return {
        granted: answer.granted,
        ...(answer.id !== undefined && { id: answer.id }),
        ...(refusal !== null && { reason: refusal.reason }),
        ...(refusal?.upgrade && { upgrade: refusal.upgrade.slug }),
        ...(answer.expiresMs !== undefined && { expires_at: formatInstant(answer.expiresMs) }),
        duplicate: answer.duplicate,
        balance: answerOf(answer.balance),
      };
    },
  });
}

function nothingToHold(): AppError {
  return new AppError(AMOUNT_NOT_POSITIVE, {
    message: 'A reservation holds more than 0.',
    fields: [{ field: '/amount', message: 'must be more than 0' }],
  });
}

function checkAnswer(result: CheckResult): Static<typeof CheckSchema> {
  const { state, value, upgrade } = result;
  return {
    allowed: result.allowed,
    reason: result.reason,
    feature: result.feature.key,
    plan: state?.plan.slug ?? null,
    ...resettingCounts(state?.balance ?? null),
    ...(value !== null && { value: typeof value === 'string' ? value : [...value] }),
    ...(upgrade !== null && { upgrade: upgrade.slug }),
  };
}

type Counts = Pick<
  Static<typeof CheckSchema>,
  'limit' | 'used' | 'reserved' | 'remaining' | 'resets_at'
>;

const NO_COUNTS: Counts = {
  limit: null,
  used: null,
  reserved: null,
  remaining: null,
  resets_at: null,
};

function resettingCounts(balance: CountedBalance | null): Counts {
  if (balance === null) return NO_COUNTS;
  const { period_end, ...counts } = countsOf(balance);
  return { ...counts, resets_at: period_end };
}
