// pure
import type { PromotionCode } from '../../codes/promotion-code.ts';
import { conditionsOf } from '../../rules/check-rules.ts';
import { unmetCondition, type Conditions, type Purchase } from '../../rules/conditions.ts';
import { offIn, type Duration, type FixedOff } from '../../rules/reduction.ts';
import { isInForce, type CustomRule, type PricingRule, type Stacking } from '../../rules/rule.ts';
import type { LineSource } from '../quote.ts';

/** Who asks, as far as prices depend on it. */
export interface QuoteBuyer {
  readonly accountId: number;
  /** The app's own id of the user. */
  readonly user: string;
  readonly country: string | null;
  readonly currency: string;
  readonly hasPurchased: boolean;
  /** Whether the account may try a plan before it pays. */
  readonly mayTry: boolean;
}

const DEFAULT_CURRENCY = 'usd';

/** What was asked for, or else the account's own. */
export function currencyOf(
  request: { readonly currency: string | null },
  buyer: QuoteBuyer | null,
): string {
  return request.currency ?? buyer?.currency ?? DEFAULT_CURRENCY;
}

/** A discount that this purchase could have. */
export interface Offer {
  readonly source: LineSource;
  readonly name: string;
  readonly off: FixedOff;
  readonly duration: Duration;
  readonly stacking: Stacking;
  readonly priority: number;
}

interface Asked {
  readonly rules: readonly PricingRule[];
  readonly purchase: Purchase & { readonly version: number };
  readonly buyer: QuoteBuyer | null;
  readonly nowMs: number;
}

/** The discounts of rules that apply, in the order of their keys. */
export function offersOfRules({ rules, purchase, buyer, nowMs }: Asked): Offer[] {
  const ordered = rules.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return ordered.flatMap((rule): Offer[] => {
    if (rule.ruleType === 'discount' || !isInForce(rule, nowMs)) return [];
    const isPromotion = rule.ruleType === 'promotion';
    if (!isPromotion && !isOf(rule, buyer)) return [];
    const conditions: Conditions = isPromotion ? rule.conditions : conditionsOf(rule);
    if (unmetCondition(conditions, purchase, buyer) !== undefined) return [];
    if (!isPromotion && (rule.planVersion ?? purchase.version) !== purchase.version) return [];
    const reduction = isPromotion ? rule.reduction : reductionOf(rule);
    const off = reduction && offIn(reduction.off, purchase.currency);
    if (reduction === undefined || off === undefined) return [];
    const { key, id, name, stacking, priority } = rule;
    const source = { kind: 'rule', key, ruleId: id } as const;
    return [{ source, name, off, duration: reduction.duration, stacking, priority }];
  });
}

export function offerOfCode(code: PromotionCode, currency: string): Offer[] {
  const off = offIn(code.reduction.off, currency);
  if (off === undefined) return [];
  const source = { kind: 'code', code: code.code, codeId: code.id } as const;
  const { name, stacking, priority } = code;
  return [{ source, name, off, duration: code.reduction.duration, stacking, priority }];
}

/** A price that was agreed upon with a buyer. */
export type AgreedPrice = PricingRule &
  CustomRule & { readonly effect: { readonly kind: 'price' } };

/**
 * The price that was agreed upon with the buyer for a plan: of several the one with the highest
 * priority, then the lowest.
 */
export function agreedPrice(
  rules: readonly PricingRule[],
  purchase: Purchase,
  buyer: QuoteBuyer | null,
  nowMs: number,
): AgreedPrice | undefined {
  return rules
    .filter((rule): rule is AgreedPrice => isAgreed(rule) && isInForce(rule, nowMs))
    .filter((rule) => isOf(rule, buyer))
    .filter((rule) => unmetCondition(conditionsOf(rule), purchase, null) === undefined)
    .toSorted(
      (a, b) =>
        b.priority - a.priority ||
        a.effect.amountMinor - b.effect.amountMinor ||
        (a.key < b.key ? -1 : 1),
    )[0];
}

function isAgreed(rule: PricingRule): boolean {
  return rule.ruleType === 'custom' && rule.effect.kind === 'price';
}

function isOf({ buyer: meant }: CustomRule, buyer: QuoteBuyer | null): boolean {
  if (buyer === null) return false;
  return meant.kind === 'account' ? meant.accountId === buyer.accountId : meant.user === buyer.user;
}

function reductionOf({ effect }: CustomRule) {
  return effect.kind === 'reduction' ? effect.reduction : undefined;
}
