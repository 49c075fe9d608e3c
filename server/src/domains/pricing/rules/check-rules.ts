// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import type { Faults } from '../../plans/index.ts';
import { isChargeable } from '../chargeable.ts';
import { refuseReduction, type OfferedPrice } from './check-reduction.ts';
import { ANYTHING, canMeet, isForPurchase, type Conditions } from './conditions.ts';
import { addOffs, isSameDuration, offIn, type Reduction } from './reduction.ts';
import type { CustomRule, PricingRule } from './rule.ts';

/** How many discounts may come together; all combinations of them are compared. */
export const MOST_STACKABLE = 8;

export interface SoldAfter {
  readonly offered: readonly OfferedPrice[];
  /** The numbers of the published versions of each plan, those of this publication included. */
  readonly versions: ReadonlyMap<string, readonly number[]>;
}

export interface RulesToCheck {
  /** All that will stand. */
  readonly rules: readonly PricingRule[];
  /** Those that this publication puts there. */
  readonly fresh: ReadonlySet<string>;
  readonly sold: SoldAfter;
  readonly nowMs: number;
  readonly placeOf: (key: string) => string;
}

/**
 * Refuses what could not be charged as it is said: each rule by what is sold, and those that may
 * come together by whether one coupon says what they come to.
 */
export function checkRules(check: RulesToCheck, faults: Faults): void {
  const { rules, fresh, nowMs, placeOf } = check;
  const lasting = rules.filter(({ validUntilMs }) => validUntilMs === null || validUntilMs > nowMs);
  const complain = (rule: PricingRule, message: string): void => {
    faults.push({ field: placeOf(rule.key), message: `(rule ${rule.key}) ${message}` });
  };
  for (const rule of rules) {
    if (fresh.has(rule.key) && !lasting.includes(rule)) complain(rule, 'is over already');
  }
  for (const rule of lasting) {
    for (const reason of refuseRule(rule, check.sold)) complain(rule, reason);
  }
  const stackable = lasting.flatMap(offerOf).filter((offer) => offer.isStackable);
  for (const [index, second] of stackable.entries()) {
    for (const first of stackable.slice(0, index)) {
      const reason = refusePair(first, second, check.sold.offered);
      if (reason !== undefined) complain(second.rule, reason);
    }
  }
  const common = stackable.filter(({ rule }) => rule.ruleType === 'promotion');
  const last = common.at(MOST_STACKABLE);
  if (last !== undefined) {
    complain(last.rule, `is one stackable promotion more than ${MOST_STACKABLE}`);
  }
}

interface RuleOffer {
  readonly rule: PricingRule;
  readonly conditions: Conditions;
  readonly reduction: Reduction;
  readonly isStackable: boolean;
}

function offerOf(rule: PricingRule): RuleOffer[] {
  if (rule.ruleType === 'discount') return [];
  const isStackable = rule.stacking === 'stackable';
  if (rule.ruleType === 'promotion') {
    const { conditions, reduction } = rule;
    return [{ rule, conditions, reduction, isStackable }];
  }
  if (rule.effect.kind === 'price') return [];
  const { reduction } = rule.effect;
  return [{ rule, conditions: conditionsOf(rule), reduction, isStackable }];
}

/** For what a customer's own price is; for whom is not said here. */
export function conditionsOf(rule: CustomRule): Conditions {
  return {
    ...ANYTHING,
    plans: [rule.plan],
    billingCycles: rule.billingCycle && [rule.billingCycle],
    currencies: rule.currency === null ? null : [rule.currency],
  };
}

function refuseRule(rule: PricingRule, sold: SoldAfter): string[] {
  if (rule.ruleType === 'discount') return [];
  if (rule.ruleType === 'promotion') {
    const unknown = (rule.conditions.plans ?? []).filter((slug) => !sold.versions.has(slug));
    if (unknown.length > 0) return [`is for ${unknown.join(', ')}, which is no plan`];
    return refuseReduction(rule.reduction, rule.conditions, sold.offered);
  }
  const versions = sold.versions.get(rule.plan);
  if (versions === undefined) return [`is for ${rule.plan}, which is no plan`];
  const { planVersion, effect } = rule;
  if (planVersion !== null && !versions.includes(planVersion)) {
    return [`is for version ${planVersion} of ${rule.plan}, which was never published`];
  }
  if (effect.kind === 'reduction') {
    return refuseReduction(effect.reduction, conditionsOf(rule), sold.offered);
  }
  const { amountMinor } = effect;
  if (isChargeable(amountMinor, rule.currency!)) return [];
  const amount = `${formatMoney(money(amountMinor, rule.currency!))} ${rule.currency}`;
  return [`is a price of ${amount}, which is too little to be charged`];
}

function refusePair(
  first: RuleOffer,
  second: RuleOffer,
  offered: readonly OfferedPrice[],
): string | undefined {
  if (!canMeet(first.conditions, second.conditions) || !overlap(first.rule, second.rule)) {
    return undefined;
  }
  if (isOfTwoBuyers(first.rule, second.rule)) return undefined;
  const other = `stackable rule ${first.rule.key}`;
  if (first.reduction.off.kind !== second.reduction.off.kind) {
    return `and ${other} are percent and amount, which no single coupon says together`;
  }
  if (!isSameDuration(first.reduction.duration, second.reduction.duration)) {
    return `and ${other} last differently, which no single coupon says together`;
  }
  for (const price of offered) {
    const { currency, amountMinor } = price;
    const both = [first, second].filter(({ conditions }) => isForPurchase(conditions, price));
    const offs = both.flatMap(({ reduction }) => offIn(reduction.off, currency) ?? []);
    if (offs.length < 2) continue;
    const sum = addOffs(offs);
    const isTooMuch = sum === undefined || (sum.kind === 'amount' && sum.amountMinor > amountMinor);
    if (isTooMuch) return `and ${other} together take more off ${price.plan} than it costs`;
  }
  return undefined;
}

function isOfTwoBuyers(first: PricingRule, second: PricingRule): boolean {
  if (first.ruleType !== 'custom' || second.ruleType !== 'custom') return false;
  return JSON.stringify(first.buyer) !== JSON.stringify(second.buyer);
}

function overlap(first: PricingRule, second: PricingRule): boolean {
  const endsAfter = (rule: PricingRule, ms: number): boolean =>
    rule.validUntilMs === null || rule.validUntilMs > ms;
  return endsAfter(first, second.validFromMs) && endsAfter(second, first.validFromMs);
}
