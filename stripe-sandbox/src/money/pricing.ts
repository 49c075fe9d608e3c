// pure
import { granuleOf } from './currency.ts';
import { parseDecimal, roundedTo, tenToThe } from './decimal.ts';

/** A step of a tiered price; amounts are decimals of minor units. */
export interface Tier {
  /** The last unit that it is for; `null` for all that are left. */
  readonly upTo: number | null;
  readonly unitAmount: string | null;
  /** For the whole of the tier, however much of it is used. */
  readonly flatAmount: string | null;
}

/** How an amount follows from a quantity; amounts are decimals of minor units. */
export type Pricing =
  | { readonly scheme: 'per_unit'; readonly unitAmount: string }
  | {
      readonly scheme: 'tiered';
      readonly mode: 'graduated' | 'volume';
      readonly tiers: readonly Tier[];
    };

/** Packages: what is billed is how many of them a quantity fills or begins. */
export interface QuantityTransform {
  readonly divideBy: number;
  readonly round: 'up' | 'down';
}

/** What of a price decides amounts. */
export interface Priced {
  readonly currency: string;
  readonly pricing: Pricing;
  readonly transformQuantity: QuantityTransform | null;
  /** What it costs in other currencies. */
  readonly currencyOptions: Readonly<Record<string, { readonly pricing: Pricing }>>;
}

/** What a price asks for in a currency; `undefined` where it has none in it. */
export function pricingIn(price: Priced, currency: string): Pricing | undefined {
  if (currency === price.currency) return price.pricing;
  const { currencyOptions } = price;
  return Object.hasOwn(currencyOptions, currency) ? currencyOptions[currency]!.pricing : undefined;
}

/**
 * What a quantity costs, in minor units, rounded once. Tiers of 5 at 700 and the rest at 650: ten
 * are 5 × 700 + 5 × 650 = 6750 graduated, and 10 × 650 = 6500 by volume.
 *
 * @param quantity whole and not below zero
 * @param currency one that the price has; see `pricingIn`
 */
export function amountOf(price: Priced, quantity: number, currency = price.currency): number {
  const pricing = pricingIn(price, currency);
  if (pricing === undefined) throw new TypeError(`the price has no amount in ${currency}`);
  const units = billedUnits(quantity, price.transformQuantity);
  return roundedTo(granuleOf(currency), exactAmount(pricing, units), SCALE);
}

function billedUnits(quantity: number, transform: QuantityTransform | null): bigint {
  const units = BigInt(quantity);
  if (transform === null) return units;
  const size = BigInt(transform.divideBy);
  return transform.round === 'up' ? (units + size - 1n) / size : units / size;
}

/** Decimals of prices have at most so many places, so sums of them are exact at this scale. */
const MOST_DECIMALS = 12;
const SCALE = tenToThe(MOST_DECIMALS);

function scaled(decimal: string | null): bigint {
  if (decimal === null) return 0n;
  const { units, decimals } = parseDecimal(decimal);
  return units * tenToThe(MOST_DECIMALS - decimals);
}

function exactAmount(pricing: Pricing, units: bigint): bigint {
  if (pricing.scheme === 'per_unit') return units * scaled(pricing.unitAmount);
  return pricing.mode === 'volume'
    ? volumeAmount(pricing.tiers, units)
    : graduatedAmount(pricing.tiers, units);
}

/** All units at the rate of the tier that the last of them is in. */
function volumeAmount(tiers: readonly Tier[], units: bigint): bigint {
  const tier = tiers.find(({ upTo }) => upTo === null || units <= BigInt(upTo));
  if (tier === undefined) return 0n;
  return scaled(tier.flatAmount) + units * scaled(tier.unitAmount);
}

/** Each unit at its own tier's rate. The first tier's flat amount is a base fee, always due. */
function graduatedAmount(tiers: readonly Tier[], units: bigint): bigint {
  let amount = 0n;
  let below = 0n;
  for (const [index, { upTo, unitAmount, flatAmount }] of tiers.entries()) {
    if (index > 0 && units <= below) break;
    const last = upTo === null || units < BigInt(upTo) ? units : BigInt(upTo);
    amount += scaled(flatAmount) + (last - below) * scaled(unitAmount);
    below = last;
  }
  return amount;
}
