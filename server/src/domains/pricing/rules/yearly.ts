// pure
import { assert } from '@whisperforge/kernel/assert';
import { money, multiplyMoney, type Money } from '@whisperforge/kernel/money';
import type { Price } from '../../plans/index.ts';
import { smallestStep } from '../chargeable.ts';
import { ALL_BASIS_POINTS } from './reduction.ts';
import { isInForce, type PricingRule, type YearlyRule } from './rule.ts';

const MONTHS = 12;

/** A rule gives some of the price away, never all of it. */
export const MOST_BASIS_POINTS = ALL_BASIS_POINTS - 1;

/**
 * Twelve months less the rule's discount, rounded once to what can be charged, half to even.
 * $19.00 at 2,000 basis points: 1900 * 12 * 8000 / 10000 = 18240, that is $182.40.
 */
export function yearlyPrice(
  monthly: Money,
  rule: Pick<YearlyRule, 'percentOffBasisPoints'>,
): Money {
  const off = rule.percentOffBasisPoints;
  assert(Number.isInteger(off) && off >= 0 && off <= MOST_BASIS_POINTS, 'a discount is a part');
  const numerator = MONTHS * (ALL_BASIS_POINTS - off);
  const step = smallestStep(monthly.currency);
  const denominator = ALL_BASIS_POINTS * step;
  const { amountMinor, currency } = multiplyMoney(monthly, { numerator, denominator });
  return money(amountMinor * step, currency);
}

/** The rule by which yearly prices are made at an instant; without one nothing is sold yearly. */
export function yearlyRuleAt(rules: readonly PricingRule[], atMs: number): YearlyRule | undefined {
  return rules
    .filter((rule): rule is PricingRule & YearlyRule => rule.ruleType === 'discount')
    .filter((rule) => isInForce(rule, atMs))
    .toSorted((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1))[0];
}

/** What a version is sold for: its monthly prices, and yearly ones of those that cost something. */
export function pricesOf(
  monthly: readonly Money[],
  rule: Pick<YearlyRule, 'percentOffBasisPoints'> | undefined,
): Price[] {
  const prices = monthly.map((amount): Price => ({ billingCycle: 'monthly', ...amount }));
  if (rule === undefined) return prices;
  const yearly = monthly
    .filter((amount) => amount.amountMinor > 0)
    .map((amount): Price => ({ billingCycle: 'yearly', ...yearlyPrice(amount, rule) }));
  return [...prices, ...yearly];
}

/** The monthly prices among those of a version. */
export function monthlyPricesOf(prices: readonly Price[]): Money[] {
  return prices
    .filter((price) => price.billingCycle === 'monthly')
    .map((price) => money(price.amountMinor, price.currency));
}
