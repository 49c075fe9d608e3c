// pure
import type { BillingCycle, Catalog, PlanVersion } from '../../plans/index.ts';
import type { RemotePrice } from '../gateway/remote.ts';

/** What of ours a price at Stripe sells. */
export interface SoldByPrice {
  readonly kind: 'plan' | 'extra_seat';
  readonly plan: PlanVersion;
  readonly billingCycle: BillingCycle;
}

/** What an operator has said of a price that was at Stripe before; `none` is nothing of ours. */
export type MappedPrice =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'plan' | 'extra_seat';
      readonly planId: number;
      readonly billingCycle: BillingCycle;
    };

/** By the price's id at Stripe. */
export type MappedPrices = ReadonlyMap<string, MappedPrice>;

/** The catalogue with what was said of prices that were not made by it. */
export interface PricedCatalog extends Catalog {
  readonly mappedPrices?: MappedPrices;
}

/** `business:1:monthly:usd`, of an extra seat, of a price that was agreed upon by a rule. */
const KEY = /^([^:]+):(\d+):(monthly|yearly):[a-z]{3}(:seat)?(:custom:\d+)?$/;

/**
 * The plan version behind a price of Stripe's: as an operator has said, or else by the key under
 * which it was pushed, which its metadata keep when a newer price takes it over. Nothing where it
 * is not ours.
 */
export function planOfPrice(catalog: PricedCatalog, price: RemotePrice): SoldByPrice | undefined {
  const mapped = catalog.mappedPrices?.get(price.id);
  if (mapped?.kind === 'none') return undefined;
  if (mapped !== undefined) {
    const plan = catalog.plans.get(mapped.planId);
    return plan && { kind: mapped.kind, plan, billingCycle: mapped.billingCycle };
  }
  const match = KEY.exec(price.metadata['wf_price'] ?? price.lookupKey ?? '');
  if (match === null) return undefined;
  const [, slug, version, cycle, seat] = match;
  const plan = [...catalog.plans.values()].find(
    (each) => each.slug === slug && each.version === Number(version),
  );
  if (plan === undefined) return undefined;
  const kind = seat === undefined ? 'plan' : 'extra_seat';
  return { kind, plan, billingCycle: cycle as BillingCycle };
}
