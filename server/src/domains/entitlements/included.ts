// pure
import {
  ceilShare,
  minQuantity,
  parseQuantity,
  type Quantity,
} from '@whisperforge/kernel/quantity';
import { assert } from '@whisperforge/kernel/assert';
import { periodDays, type Period } from '@whisperforge/kernel/period';
import { termsOf, type Beyond } from '../plans/index.ts';
import { MOST_STORED } from './balance.ts';
import { effectivePlanAt, type AccessContext } from './effective-plan.ts';

/** What the plan in force gives of a counted feature, before boosts and packs. */
export interface Included {
  /** `null` is unlimited. */
  readonly limit: Quantity | null;
  /** How much more is let through above the limit; `null` is without end. */
  readonly beyond: Quantity | null;
}

const NOTHING: Included = { limit: 0n, beyond: 0n };

/**
 * What is included of a metered or level feature at an instant of a quota period. Levels have no
 * period.
 */
export function includedAt(
  context: AccessContext,
  feature: string,
  at: { readonly atMs: number; readonly period: Period | null },
): Included {
  const { plan, source } = effectivePlanAt(context, at.atMs);
  const terms = termsOf(context.catalog, plan, feature, at.atMs);
  if (terms === undefined) return NOTHING;
  if (terms.kind === 'level') return { limit: terms.limit, beyond: 0n };
  if (terms.kind !== 'metered') return NOTHING;
  const beyond = allowedBeyond(context, feature, terms.beyond);
  if (terms.limit === null || at.period === null) return { limit: terms.limit, beyond };
  const isShortened = source === 'subscription' && isOpenedUnpaid(context, at.period);
  return {
    limit: isShortened ? graceLimit(terms.limit, context.graceDays, at.period) : terms.limit,
    beyond,
  };
}

/**
 * A quota period that opened while payment had failed gives only what the days of grace are worth:
 * ceil(limit x grace days / period days). 300 minutes, 7 of 31 days: ceil(67.7) = 68 minutes.
 */
export function graceLimit(limit: Quantity, graceDays: number, period: Period): Quantity {
  const days = periodDays(period);
  // A new anchor may cut a period to less than the days of grace, or than a day.
  if (graceDays >= days) return limit;
  return minQuantity(ceilShare(limit, { numerator: graceDays, denominator: days }), limit);
}

/** A failed payment takes nothing from a plan that staff set, or that costs nothing. */
function isOpenedUnpaid(context: AccessContext, period: Period): boolean {
  const { subscription } = context.facts;
  if (subscription?.status !== 'past_due' || subscription.pastDueSinceMs === null) return false;
  return subscription.pastDueSinceMs <= period.startMs;
}

function allowedBeyond(context: AccessContext, feature: string, beyond: Beyond): Quantity | null {
  switch (beyond.policy) {
    case 'block':
      return 0n;
    case 'grace':
      return beyond.amount;
    case 'overage': {
      const consent = context.facts.overageConsents.find((given) => given.feature === feature);
      if (consent === undefined || consent.currency !== beyond.currency) return 0n;
      return affordable(consent.spendingCapMinor, beyond.unitPriceMinor);
    }
  }
}

/**
 * How many units a cap pays for, rounded down to a millionth: 1000 cents at 3 give 333.333333. It
 * is no more than a balance can hold, however large the cap and small the price.
 */
function affordable(spendingCapMinor: number, unitPriceMinor: string): Quantity | null {
  const price = parseQuantity(unitPriceMinor);
  assert(price !== undefined && price >= 0n, `a unit price is a decimal: ${unitPriceMinor}`);
  if (price === 0n) return null;
  return minQuantity((BigInt(spendingCapMinor) * 1_000_000_000_000n) / price, MOST_STORED);
}
