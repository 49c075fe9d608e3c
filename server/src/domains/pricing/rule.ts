// pure
import { assert } from '@whisperforge/kernel/assert';
import { money, multiplyMoney, type Money } from '@whisperforge/kernel/money';
import type { Price } from '../plans/index.ts';

/** How the yearly price of a version comes about; the only kind of rule there is so far. */
export interface RuleDefinition {
  readonly key: string;
  readonly name: string;
  readonly ruleType: 'discount';
  readonly billingCycle: 'yearly';
  readonly percentOffBasisPoints: number;
  /** Of several rules in force, the one with the highest. */
  readonly priority: number;
}

export interface PricingRule extends RuleDefinition {
  readonly validFromMs: number;
  readonly validUntilMs: number | null;
}

const MONTHS = 12;
const ALL_BASIS_POINTS = 10_000;

/** A rule gives some of the price away, never all of it. */
export const MOST_BASIS_POINTS = ALL_BASIS_POINTS - 1;

/**
 * Twelve months less the rule's discount, rounded once, half to even.
 * $19.00 at 2,000 basis points: 1900 * 12 * 8000 / 10000 = 18240, that is $182.40.
 */
export function yearlyPrice(
  monthly: Money,
  rule: Pick<RuleDefinition, 'percentOffBasisPoints'>,
): Money {
  const off = rule.percentOffBasisPoints;
  assert(Number.isInteger(off) && off >= 0 && off <= MOST_BASIS_POINTS, 'a discount is a part');
  const numerator = MONTHS * (ALL_BASIS_POINTS - off);
  return multiplyMoney(monthly, { numerator, denominator: ALL_BASIS_POINTS });
}

/** The rule by which yearly prices are made at an instant; without one nothing is sold yearly. */
export function yearlyRuleAt<R extends PricingRule>(
  rules: readonly R[],
  atMs: number,
): R | undefined {
  return rules
    .filter((rule) => rule.validFromMs <= atMs)
    .filter((rule) => rule.validUntilMs === null || atMs < rule.validUntilMs)
    .toSorted((a, b) => b.priority - a.priority || (a.key < b.key ? -1 : 1))[0];
}

/** What a version is sold for: its monthly prices, and yearly ones of those that cost something. */
export function pricesOf(
  monthly: readonly Money[],
  rule: Pick<RuleDefinition, 'percentOffBasisPoints'> | undefined,
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

/** A rule as files and audit entries write it. */
export function writeRule(rule: RuleDefinition) {
  return {
    key: rule.key,
    name: rule.name,
    rule_type: rule.ruleType,
    conditions: { billing_cycle: rule.billingCycle },
    effect: { percent_off_basis_points: rule.percentOffBasisPoints },
    priority: rule.priority,
  };
}
