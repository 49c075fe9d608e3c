// pure
import { roundedTo } from './decimal.ts';

export interface Portion {
  /** Of the whole period, in epoch seconds. */
  readonly start: number;
  readonly end: number;
  /** From when on it is to be counted. */
  readonly from: number;
  /** What the result is a multiple of; see `granuleOf`. */
  readonly granule?: number;
}

/**
 * What an amount for a period comes to for what is left of it, by the second, rounded half away
 * from zero: 1000 for 30 days, with 15 of them left, is 500. Nothing is left after the end, and
 * before the start there is all of it. A period without length has nothing left.
 */
export function prorate(amount: number, { start, end, from, granule = 1 }: Portion): number {
  if (from <= start && end > start) return amount;
  if (from >= end) return 0;
  return roundedTo(granule, BigInt(amount) * BigInt(end - from), BigInt(end - start));
}
