import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money, type Money } from '@whisperforge/kernel/money';
import type { Executor } from '../../../platform/database.ts';
import { Nullable } from '../../../platform/schemas.ts';
import {
  CODE_STATES,
  codeStateAt,
  type PromotionCode,
  type Redemption,
} from '../codes/promotion-code.ts';
import { findRedemptions } from '../codes/store-redemptions.ts';
import { writeConditions } from '../rules/conditions.ts';
import { writeReduction } from '../rules/write-rule.ts';
import { Stated } from './fields.ts';

/** What redemptions have brought is known to those who know invoices, and they rank higher. */
export type LoadRevenue = (
  executor: Executor,
  redemptions: readonly Redemption[],
) => Promise<ReadonlyMap<number, readonly Money[]>>;

export const CodeSchema = Type.Object({
  id: Type.String(),
  code: Type.String(),
  name: Type.String(),
  batch: Nullable(Type.String()),
  state: Type.String({ enum: [...CODE_STATES] }),
  effect: Stated,
  conditions: Stated,
  stacking: Type.String(),
  priority: Type.Integer(),
  most_redemptions: Nullable(Type.Integer()),
  most_per_account: Nullable(Type.Integer()),
  held: Type.Integer({ description: 'By customers who are paying just now.' }),
  redeemed: Type.Integer(),
  revenue: Type.Array(
    Type.Object({
      currency: Type.String(),
      amount_minor: Type.Integer(),
      amount: Type.String(),
    }),
    { description: 'What accounts that redeemed it have paid from then on.' },
  ),
  valid_from: Type.String(),
  expires_at: Nullable(Type.String()),
  ended_at: Nullable(Type.String()),
  created_at: Type.String(),
});

export interface Use {
  readonly redemptions: readonly Redemption[];
  readonly revenue: ReadonlyMap<number, readonly Money[]>;
}

export const NO_USE: Use = { redemptions: [], revenue: new Map() };

export async function loadUse(
  executor: Executor,
  loadRevenue: LoadRevenue,
  codes: readonly PromotionCode[],
): Promise<Use> {
  const used = codes.filter(({ taken }) => taken > 0).map(({ id }) => id);
  if (used.length === 0) return NO_USE;
  const redemptions = await findRedemptions(executor, used);
  return { redemptions, revenue: await loadRevenue(executor, redemptions) };
}

export function codeAnswer(
  code: PromotionCode,
  use: Use,
  nowMs: number,
): Static<typeof CodeSchema> {
  const own = use.redemptions.filter(({ codeId }) => codeId === code.id);
  const instant = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));
  return {
    id: String(code.id),
    code: code.code,
    name: code.name,
    batch: code.batch,
    state: codeStateAt(code, nowMs),
    effect: writeReduction(code.reduction),
    conditions: writeConditions(code.conditions),
    stacking: code.stacking,
    priority: code.priority,
    most_redemptions: code.mostRedemptions,
    most_per_account: code.mostPerAccount,
    held: own.filter(({ state }) => state === 'held').length,
    redeemed: own.filter(({ state }) => state === 'redeemed').length,
    revenue: (use.revenue.get(code.id) ?? []).map(({ currency, amountMinor }) => ({
      currency,
      amount_minor: amountMinor,
      amount: formatMoney(money(amountMinor, currency)),
    })),
    valid_from: formatInstant(code.validFromMs),
    expires_at: instant(code.expiresMs),
    ended_at: instant(code.endedMs),
    created_at: formatInstant(code.createdMs),
  };
}

const SHOWN_SHARE = 4;

/** Enough of a code to tell which it is, and too little to use it: `SPRING24` is `SP••••`. */
export function masked(code: string): string {
  return `${code.slice(0, Math.floor(code.length / SHOWN_SHARE))}••••`;
}
