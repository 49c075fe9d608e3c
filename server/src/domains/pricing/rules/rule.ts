// pure
import type { BillingCycle } from '../../plans/index.ts';
import type { Conditions } from './conditions.ts';
import type { Reduction } from './reduction.ts';

/**
 * `exclusive`: stands alone. `stackable`: may come together with other stackable ones, as far as
 * one coupon of Stripe's can say what they come to.
 */
export type Stacking = 'exclusive' | 'stackable';

interface RuleHead {
  readonly key: string;
  readonly name: string;
  /** Of several rules that apply, the one with the highest. */
  readonly priority: number;
  /** `null` is from when it is published. */
  readonly startsMs: number | null;
  /** From here on it no longer applies; `null` is never. */
  readonly validUntilMs: number | null;
}

/** How the yearly price of a version comes about when it is published. */
export interface YearlyRule extends RuleHead {
  readonly ruleType: 'discount';
  readonly billingCycle: 'yearly';
  readonly percentOffBasisPoints: number;
}

/** A discount that nobody has to ask for. */
export interface PromotionRule extends RuleHead {
  readonly ruleType: 'promotion';
  readonly conditions: Conditions;
  readonly reduction: Reduction;
  readonly stacking: Stacking;
}

/** An account by its number, or the app's own id of a user, who need not have signed up yet. */
export type RuleBuyer =
  | { readonly kind: 'account'; readonly accountId: number }
  | { readonly kind: 'user'; readonly user: string };

/** A price that was agreed upon with one customer. */
export interface CustomRule extends RuleHead {
  readonly ruleType: 'custom';
  readonly buyer: RuleBuyer;
  readonly plan: string;
  /** The version that was agreed upon; `null` is the one on sale. */
  readonly planVersion: number | null;
  /** `null` is any. */
  readonly billingCycle: BillingCycle | null;
  readonly currency: string | null;
  readonly effect: CustomEffect;
  readonly stacking: Stacking;
}

export type CustomEffect =
  /** In place of the plan's price of this cycle and currency, and of its extra seat's. */
  | {
      readonly kind: 'price';
      readonly amountMinor: number;
      readonly extraSeatMinor: number | null;
    }
  | { readonly kind: 'reduction'; readonly reduction: Reduction };

export type RuleDefinition = YearlyRule | PromotionRule | CustomRule;

/** A rule as it stands; its row says the same for as long as it is kept. */
export type PricingRule = RuleDefinition & {
  readonly id: number;
  readonly validFromMs: number;
};

/** Half-open: at its end a rule no longer applies. */
export function isInForce(
  rule: { readonly validFromMs: number; readonly validUntilMs: number | null },
  atMs: number,
): boolean {
  return rule.validFromMs <= atMs && (rule.validUntilMs === null || atMs < rule.validUntilMs);
}
