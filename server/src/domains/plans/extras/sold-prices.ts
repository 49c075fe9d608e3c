// pure
import type { BillingCycle, Catalog, Pack, PlanVersion } from '../catalog.ts';

/** What a price is called at Stripe, from where it can be found again. */
export function planPriceKey(
  plan: Pick<PlanVersion, 'slug' | 'version'>,
  price: { readonly billingCycle: BillingCycle; readonly currency: string },
): string {
  return `${plan.slug}:${plan.version}:${price.billingCycle}:${price.currency}`;
}

export function seatPriceKey(
  plan: Pick<PlanVersion, 'slug' | 'version'>,
  price: { readonly billingCycle: BillingCycle; readonly currency: string },
): string {
  return `${planPriceKey(plan, price)}:seat`;
}

/** A slug has no colon in it, so no plan can be called like a pack. */
export function packPriceKey(pack: Pick<Pack, 'key' | 'version'>, currency: string): string {
  return `pack:${pack.key}:${pack.version}:once:${currency}`;
}

/** One price of what is sold, as it has to stand at Stripe. */
export interface SoldPrice {
  /** With `id`, which row it is. */
  readonly kind: 'plan' | 'extra_seat' | 'pack';
  readonly id: number;
  readonly lookupKey: string;
  readonly productId: string;
  readonly productName: string;
  readonly currency: string;
  readonly amountMinor: number;
  /** `null` for what is bought once. */
  readonly billingCycle: BillingCycle | null;
}

/** The prices of some plan versions and of the packs on sale; nothing costs nothing at Stripe. */
export function soldPrices(
  catalog: Pick<Catalog, 'packs'>,
  versions: readonly PlanVersion[],
): SoldPrice[] {
  return [
    ...versions.flatMap(pricesOfVersion).filter((price) => price.amountMinor > 0),
    ...catalog.packs.flatMap((pack) =>
      pack.prices.map(({ id, currency, amountMinor }): SoldPrice => ({
        kind: 'pack',
        id,
        lookupKey: packPriceKey(pack, currency),
        productId: `wf_pack_${pack.key}`,
        productName: pack.name,
        currency,
        amountMinor,
        billingCycle: null,
      })),
    ),
  ];
}

function pricesOfVersion(plan: PlanVersion): SoldPrice[] {
  const product = { productId: `wf_plan_${plan.slug}`, productName: plan.name };
  const seat = { productId: `wf_seat_${plan.slug}`, productName: `${plan.name}, extra seat` };
  return [
    ...plan.prices.map((price): SoldPrice => ({
      kind: 'plan',
      lookupKey: planPriceKey(plan, price),
      ...product,
      ...price,
    })),
    ...(plan.extraSeat?.prices ?? []).map((price): SoldPrice => ({
      kind: 'extra_seat',
      lookupKey: seatPriceKey(plan, price),
      ...seat,
      ...price,
    })),
  ];
}
