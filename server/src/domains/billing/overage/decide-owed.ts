// pure
import { assert } from '@whisperforge/kernel/assert';
import {
  addFractions,
  compareFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  roundFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import {
  clampQuantity,
  maxQuantity,
  minQuantity,
  units,
  type Quantity,
} from '@whisperforge/kernel/quantity';
import type { OverageTerms } from './decide-overage.ts';

/** A stretch of a quota period under one and the same terms, up to where others took over. */
export interface Stretch extends Pick<OverageTerms, 'price' | 'spendingCapMinor'> {
  /** What was used of the period by its end, whenever that was told. */
  readonly used: Quantity;
  /** What of it was beyond the limit that then was. */
  readonly over: Quantity;
}

/** What a quota period costs beyond its limit in one currency. */
export interface Owed {
  readonly currency: string;
  readonly amountMinor: number;
  /** What was used beyond the limit at a price. */
  readonly over: Quantity;
  /** The price of the last of it. */
  readonly unitPriceMinor: string;
}

/**
 * What is owed for a period, by the stretches of it, of which the last ends with the period. Each
 * stretch bears what went beyond the limit in it, and no more than was used in it; what turns out
 * to be within the limit at the end is taken off the last ones. Money is summed exactly and rounded
 * once; a stretch adds to it up to its own cap. 80 minutes at 2.5 cents under a cap of 100 are 100,
 * and 20 more under a cap of 120 are 120.
 */
export function decideOwed(stretches: readonly Stretch[]): Owed[] {
  const sums = new Map<string, Sum>();
  const counts = countStretches(stretches);
  for (const [index, { price, spendingCapMinor }] of stretches.entries()) {
    const count = counts[index]!;
    if (price === null || count === 0n) continue;
    const { currency, unitPriceMinor } = price;
    const before = sums.get(currency) ?? NOTHING;
    const amount = raise(before.amount, costOf(count, unitPriceMinor), spendingCapMinor);
    sums.set(currency, { amount, over: before.over + count, unitPriceMinor });
  }
  return [...sums].map(([currency, { amount, ...sum }]) => {
    return { currency, amountMinor: Number(roundFraction(amount)), ...sum };
  });
}

/** What is still to be charged, where it is more than nothing. */
export function stillOwed(
  owed: readonly Owed[],
  chargedMinor: ReadonlyMap<string, number>,
): Owed[] {
  return owed.flatMap((all) => {
    const amountMinor = all.amountMinor - (chargedMinor.get(all.currency) ?? 0);
    return amountMinor > 0 ? [{ ...all, amountMinor }] : [];
  });
}

interface Sum {
  readonly amount: Fraction;
  readonly over: Quantity;
  readonly unitPriceMinor: string;
}

const NOTHING: Sum = { amount: fraction(0n), over: 0n, unitPriceMinor: '0' };

/** How much each stretch bears. */
function countStretches(stretches: readonly Stretch[]): Quantity[] {
  let left = stretches.at(-1)?.over ?? 0n;
  let usedBefore = 0n;
  let counted = 0n;
  return stretches.map(({ used, over }) => {
    const most = maxQuantity(0n, used - usedBefore);
    const wanted = clampQuantity(over - counted, most);
    usedBefore = maxQuantity(usedBefore, used);
    counted += wanted;
    const borne = minQuantity(wanted, left);
    left -= borne;
    return borne;
  });
}

function costOf(count: Quantity, unitPriceMinor: string): Fraction {
  const price = parseFraction(unitPriceMinor);
  assert(price !== undefined, `a unit price is a decimal: ${unitPriceMinor}`);
  return multiplyFractions(fraction(count, units(1)), price);
}

/** Adds a cost as far as a cap goes; a cap below what is owed already takes nothing of it back. */
function raise(owed: Fraction, cost: Fraction, capMinor: number): Fraction {
  const [wanted, cap] = [addFractions(owed, cost), fraction(BigInt(capMinor))];
  const capped = compareFractions(wanted, cap) > 0 ? cap : wanted;
  return compareFractions(capped, owed) > 0 ? capped : owed;
}
