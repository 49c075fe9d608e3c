// pure
import { maxQuantity, type Quantity } from '@whisperforge/kernel/quantity';
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
 * The limit of a period under the terms that have just ended. A balance that was settled before
 * facts changed has it, unless time alone had changed the plan before; one that was settled after
 * has that of the plan that followed, and what was known last while the terms held is nearer. In
 * doubt it is the higher one, so that nobody is charged for what was within a limit.
 */
export function limitBefore(
  last: { readonly knownLimit: Quantity | null } | undefined,
  { limit }: { readonly limit: Quantity | null },
  isNews: boolean,
): Quantity | null {
  const known = last?.knownLimit ?? null;
  if (known === null || limit === null) return isNews ? limit : (known ?? limit);
  return isNews ? maxQuantity(known, limit) : known;
}

/**
 * Whether no invoice is to come that would take a charge along: Stripe bills what names a
 * subscription with that one only, and all else with whichever comes next.
 */
export function isLeftWaiting(subscriptionId: string | null, liveId: string | null): boolean {
  return subscriptionId === null ? liveId === null : subscriptionId !== liveId;
}
