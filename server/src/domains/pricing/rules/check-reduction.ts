// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import type { BillingCycle, PlanContent } from '../../plans/index.ts';
import { discountOf } from './discount-amounts.ts';
import { isChargeable } from '../chargeable.ts';
import { isForPurchase, type Conditions } from './conditions.ts';
import { describeOff, offIn, type Reduction } from './reduction.ts';

/** A price that a discount may lower. */
export interface OfferedPrice {
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  readonly currency: string;
  readonly amountMinor: number;
}

export function offeredPrices(
  plans: readonly (Pick<PlanContent, 'prices'> & { readonly slug: string })[],
): OfferedPrice[] {
  return plans.flatMap(({ slug, prices }) =>
    prices
      .filter((price) => price.amountMinor > 0)
      .map(({ billingCycle, currency, amountMinor }) => ({
        plan: slug,
        billingCycle,
        currency,
        amountMinor,
      })),
  );
}

/**
 * Why a reduction cannot be offered on what is sold, in whole phrases; none where it can. Extra
 * seats only make a purchase dearer, so the plan's own price is what is looked at.
 */
export function refuseReduction(
  reduction: Reduction,
  conditions: Conditions,
  sold: readonly OfferedPrice[],
): string[] {
  const meant = sold.filter((price) => isForPurchase(conditions, price));
  if (meant.length === 0) return ['is for nothing that is sold'];
  return [...refuseMonths(reduction, meant), ...refuseAmounts(reduction, meant)];
}

/**
 * A yearly payment is discounted whole or not at all: Stripe gives three months of a discount on
 * the whole first year.
 */
function refuseMonths({ duration }: Reduction, meant: readonly OfferedPrice[]): string[] {
  if (duration.kind !== 'repeating' || duration.months % 12 === 0) return [];
  const yearly = meant.find((price) => price.billingCycle === 'yearly');
  if (yearly === undefined) return [];
  const lasting = `lasts ${duration.months} months, which a yearly payment cannot be divided into`;
  return [`${lasting}: make it for monthly billing, or for whole years`];
}

function refuseAmounts({ off }: Reduction, meant: readonly OfferedPrice[]): string[] {
  const reasons: string[] = [];
  if (off.kind === 'amounts') {
    for (const currency of off.amounts.keys()) {
      if (meant.some((price) => price.currency === currency)) continue;
      reasons.push(`takes something off in ${currency}, in which nothing of it is sold`);
    }
  }
  for (const price of meant) {
    const reason = refusePrice(off, price);
    if (reason !== undefined) return [...reasons, reason];
  }
  return reasons;
}

function refusePrice(off: Reduction['off'], price: OfferedPrice): string | undefined {
  const { plan, billingCycle, currency, amountMinor } = price;
  const fixed = offIn(off, currency);
  if (fixed === undefined) return undefined;
  const what = `${plan} ${billingCycle} at ${shown(amountMinor, currency)}`;
  if (fixed.kind === 'amount' && fixed.amountMinor > amountMinor) {
    return `takes ${describeOff(fixed, currency)}, more than ${what} costs`;
  }
  const discount = discountOf(amountMinor, fixed, currency);
  if (discount === 0) return `takes nothing off ${what}`;
  const left = amountMinor - discount;
  if (isChargeable(left, currency)) return undefined;
  return `leaves ${shown(left, currency)} of ${what}, which is too little to be charged`;
}

function shown(amountMinor: number, currency: string): string {
  return `${formatMoney(money(amountMinor, currency))} ${currency}`;
}
