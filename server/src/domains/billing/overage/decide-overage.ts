// pure
import { assert } from '@whisperforge/kernel/assert';
import {
  fraction,
  multiplyFractions,
  parseFraction,
  roundFraction,
} from '@whisperforge/kernel/fraction';
import { units, type Quantity } from '@whisperforge/kernel/quantity';
import { effectivePlanAt, type AccessContext } from '../../entitlements/index.ts';
import { termsOf } from '../../plans/index.ts';

/** What use beyond the limit costs, and how much may be charged for a quota period. */
export interface OverageTerms {
  readonly feature: string;
  /** `null` where none is sold, or nobody has consented. */
  readonly price: { readonly unitPriceMinor: string; readonly currency: string } | null;
  readonly spendingCapMinor: number;
}

/** The terms at an instant of each feature that the customer has ever consented to. */
export function overageTermsAt(context: AccessContext, atMs: number): OverageTerms[] {
  const { plan } = effectivePlanAt(context, atMs);
  return context.facts.overageConsents.map(({ feature, spendingCapMinor, currency }) => {
    const terms = termsOf(context.catalog, plan, feature, atMs);
    const beyond = terms?.kind === 'metered' ? terms.beyond : undefined;
    const isSold = beyond?.policy === 'overage' && beyond.currency === currency;
    if (!isSold || spendingCapMinor === 0) return { feature, price: null, spendingCapMinor: 0 };
    const price = { unitPriceMinor: beyond.unitPriceMinor, currency };
    return { feature, price, spendingCapMinor };
  });
}

export function isSameTerms(a: OverageTerms | undefined, b: OverageTerms): boolean {
  if (a === undefined) return b.price === null;
  return (
    a.price?.unitPriceMinor === b.price?.unitPriceMinor &&
    a.price?.currency === b.price?.currency &&
    a.spendingCapMinor === b.spendingCapMinor
  );
}

/**
 * What is still to be charged for a period: all that went beyond the limit, rounded once, up to the
 * cap, less what was charged for it before. 33.5 minutes at 2.5 cents are 83.75, so 84.
 */
export function amountToCharge(of: {
  readonly over: Quantity;
  readonly unitPriceMinor: string;
  readonly spendingCapMinor: number;
  readonly chargedMinor: number;
}): number {
  const price = parseFraction(of.unitPriceMinor);
  assert(price !== undefined, `a unit price is a decimal: ${of.unitPriceMinor}`);
  const used = fraction(of.over, units(1));
  const total = Number(roundFraction(multiplyFractions(used, price)));
  return Math.max(0, Math.min(total, of.spendingCapMinor) - of.chargedMinor);
}

/**
 * Whether no invoice is to come that would take a charge along: Stripe bills what names a
 * subscription with that one only, and all else with whichever comes next.
 */
export function isLeftWaiting(subscriptionId: string | null, liveId: string | null): boolean {
  return subscriptionId === null ? liveId === null : subscriptionId !== liveId;
}
