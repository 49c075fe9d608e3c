import Type, { type Static } from 'typebox';
import { assert } from '@whisperforge/kernel/assert';
import { parseInputQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import {
  Amount,
  CostCents,
  IdempotencyKey,
  Input,
  Instant,
  Metadata,
  Text,
  TokenCount,
  UserId,
} from '../../platform/schemas.ts';
import type { CostFields } from './batch/records.ts';

const NullableNumber = Type.Union([Type.Number(), Type.Null()]);
const NullableString = Type.Union([Type.String(), Type.Null()]);

export const BalanceSchema = Type.Object({
  feature: Type.String(),
  period_start: NullableString,
  period_end: NullableString,
  limit: NullableNumber,
  used: Type.Number(),
  reserved: Type.Number(),
  remaining: NullableNumber,
});

const costFields = {
  cost_cents: Type.Optional(CostCents),
  model: Type.Optional(Text({ maxLength: 200, minLength: 1 })),
  provider: Type.Optional(Text({ maxLength: 200, minLength: 1 })),
  tokens_in: Type.Optional(TokenCount),
  tokens_out: Type.Optional(TokenCount),
  metadata: Type.Optional(Metadata),
};

export const TrackInput = Input({
  user: UserId,
  event: Text({ minLength: 1, maxLength: 63, description: 'An event type, or a counted feature.' }),
  amount: Amount,
  idempotency_key: Type.Optional(IdempotencyKey),
  occurred_at: Type.Optional(Instant),
  ...costFields,
  enforce: Type.Optional(Type.Boolean({ description: 'Refuse it whole beyond a limit.' })),
});

export const TrackSchema = Type.Object({
  recorded: Type.Boolean(),
  duplicate: Type.Boolean(),
  over_limit: Type.Boolean(),
  balances: Type.Array(BalanceSchema),
});

export const CommitInput = Input({ amount: Amount, ...costFields });

export const CommitSchema = Type.Object({
  ...BalanceSchema.properties,
  over_limit: Type.Boolean(),
  duplicate: Type.Boolean(),
  late: Type.Boolean(),
});

export const ExtendSchema = Type.Object({
  ...BalanceSchema.properties,
  expires_at: Type.String(),
});

const LONGEST_TTL_SECONDS = 7 * 86_400;
export const TtlSeconds = Type.Integer({ minimum: 1, maximum: LONGEST_TTL_SECONDS });

/** An amount that has passed its schema. */
export function quantityOf(amount: number | string): Quantity {
  const quantity = parseInputQuantity(amount);
  assert(quantity !== undefined, 'the schema has checked the amount');
  return quantity;
}

export function costFieldsOf(body: Omit<Static<typeof CommitInput>, 'amount'>): CostFields {
  return {
    costCents: body.cost_cents === undefined ? undefined : quantityOf(body.cost_cents),
    model: body.model,
    provider: body.provider,
    tokensIn: body.tokens_in,
    tokensOut: body.tokens_out,
    metadata: body.metadata,
  };
}
