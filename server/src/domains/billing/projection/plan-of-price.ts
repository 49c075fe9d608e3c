// pure
import { planPriceKey, seatPriceKey, type Catalog, type PlanVersion } from '../../plans/index.ts';
import type { RemotePrice } from '../gateway/remote.ts';

/** What of ours a price at Stripe sells. */
export interface SoldByPrice {
  readonly kind: 'plan' | 'extra_seat';
  readonly plan: PlanVersion;
  readonly billingCycle: 'monthly' | 'yearly';
}

/**
 * The plan version behind a price of Stripe's: by the key under which it was pushed, which a newer
 * price may have taken over, or else by what its metadata say. Nothing where it is not ours.
 */
export function planOfPrice(catalog: Catalog, price: RemotePrice): SoldByPrice | undefined {
  const key = price.metadata['wf_price'] ?? price.lookupKey;
  if (key === null) return undefined;
  for (const plan of catalog.plans.values()) {
    for (const sold of plan.prices) {
      const { billingCycle } = sold;
      if (planPriceKey(plan, sold) === key) return { kind: 'plan', plan, billingCycle };
    }
    for (const sold of plan.extraSeat?.prices ?? []) {
      const { billingCycle } = sold;
      if (seatPriceKey(plan, sold) === key) return { kind: 'extra_seat', plan, billingCycle };
    }
  }
  return undefined;
}
