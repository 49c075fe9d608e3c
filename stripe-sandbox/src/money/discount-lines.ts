// pure
import { allocate } from './allocate.ts';
import { granuleOf } from './currency.ts';
import { parseDecimal, roundedQuotient, tenToThe } from './decimal.ts';

/** What a coupon takes off, as it was when it was redeemed. */
export interface DiscountTerms {
  /** A decimal above 0 and at most 100. */
  readonly percentOff: string | null;
  readonly amountOff: number | null;
  /** Of `amountOff`. */
  readonly currency: string | null;
  /** The amount off in other currencies. */
  readonly currencyOptions: Readonly<Record<string, number>>;
  /** The products whose lines it is for; `null` for all. */
  readonly products: readonly string[] | null;
}

/** A discount, as far as amounts go; a `DiscountRow` is one. */
export interface Reduction {
  readonly id: string;
  readonly terms: DiscountTerms;
}

export interface DiscountableLine {
  readonly amount: number;
  readonly productId: string | null;
  readonly isDiscountable: boolean;
}

export interface LineDiscount {
  readonly discountId: string;
  /** What is taken off: not below zero, and never more than there is. */
  readonly amount: number;
}

/**
 * What each line has taken off by each discount, in the order of the lines. Discounts come one
 * after the other, each from what those before it have left: 1000 less 20 % less 300 is 500, and
 * less 300 first is 560. What one takes is rounded once, over all lines that it is for, and shared
 * out among them by their size; a line that it is for has an entry, also of 0.
 *
 * @param currency of the lines; needed where coupons have amounts off in several
 */
export function discountLines(
  lines: readonly DiscountableLine[],
  discounts: readonly Reduction[],
  currency?: string,
): LineDiscount[][] {
  const left = lines.map(({ amount }) => BigInt(amount));
  const taken: LineDiscount[][] = lines.map(() => []);
  const granule = BigInt(currency === undefined ? 1 : granuleOf(currency));
  for (const { id, terms } of discounts) {
    const chosen = [...lines.keys()].filter((index) => isFor(terms, lines[index]!));
    const sizes = chosen.map((index) => (left[index]! > 0n ? left[index]! : 0n));
    const parts = partsOf(terms, { sizes, granule, currency });
    for (const [place, index] of chosen.entries()) {
      left[index]! -= parts[place]!;
      taken[index]!.push({ discountId: id, amount: Number(parts[place]) });
    }
  }
  return taken;
}

function isFor({ products }: DiscountTerms, { isDiscountable, productId }: DiscountableLine) {
  if (!isDiscountable) return false;
  return products === null || (productId !== null && products.includes(productId));
}

interface Lines {
  readonly sizes: readonly bigint[];
  readonly granule: bigint;
  readonly currency: string | undefined;
}

/** Shares of what is taken off. Where every line is made of granules, so is every share. */
function partsOf(terms: DiscountTerms, { sizes, granule, currency }: Lines): bigint[] {
  const unit = sizes.every((size) => size % granule === 0n) ? granule : 1n;
  const counted = sizes.map((size) => size / unit);
  const sum = counted.reduce((known, size) => known + size, 0n);
  const off = offOf(terms, { sum, unit, currency });
  return allocate(off < sum ? off : sum, counted).map((share) => share * unit);
}

interface Sum {
  readonly sum: bigint;
  readonly unit: bigint;
  readonly currency: string | undefined;
}

/** In units of the sum. */
function offOf(terms: DiscountTerms, { sum, unit, currency }: Sum): bigint {
  if (terms.percentOff === null) return BigInt(amountOffIn(terms, currency) ?? 0) / unit;
  const { units, decimals } = parseDecimal(terms.percentOff);
  return roundedQuotient(sum * units, 100n * tenToThe(decimals));
}

/** The amount off in a currency; `null` where the coupon has none in it. */
export function amountOffIn(terms: DiscountTerms, currency: string | undefined): number | null {
  if (currency === undefined || currency === terms.currency) return terms.amountOff;
  const { currencyOptions } = terms;
  return Object.hasOwn(currencyOptions, currency) ? currencyOptions[currency]! : null;
}
