// pure
import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { NOTHING } from '../summed.ts';

/** Up to how many microseconds the durations of a bucket go; the last has no end. */
const BOUNDS_US = [
  1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
  5_000_000, 10_000_000,
];

export const BUCKETS = BOUNDS_US.length + 1;

/** The bucket that a duration belongs to. */
export function bucketOf(durationUs: number): number {
  const found = BOUNDS_US.findIndex((bound) => durationUs <= bound);
  return found < 0 ? BOUNDS_US.length : found;
}

const A_MILLISECOND = fraction(1n, 1_000n);

/**
 * The duration, in milliseconds, that so many in a hundred do not exceed, as far as buckets say:
 * within one, requests are taken to lie evenly. Of 10 requests between 50 and 100 ms, the median
 * is 75 ms. What is beyond the last bound counts as that bound.
 */
export function percentile(
  requestsIn: (bucket: number) => Fraction,
  percent: number,
): Fraction | null {
  const counts = Array.from({ length: BUCKETS }, (_, bucket) => requestsIn(bucket));
  const all = counts.reduce((sum, each) => addFractions(sum, each), NOTHING);
  if (all.numerator === 0n) return null;
  let left = multiplyFractions(all, fraction(BigInt(percent), 100n));
  for (const [bucket, count] of counts.entries()) {
    const rest = addFractions(left, { ...count, numerator: -count.numerator });
    if (rest.numerator <= 0n && count.numerator > 0n) return within(bucket, left, count);
    left = rest;
  }
  return within(BOUNDS_US.length, NOTHING, all);
}

function within(bucket: number, place: Fraction, count: Fraction): Fraction {
  const lower = fraction(BigInt(BOUNDS_US[bucket - 1] ?? 0));
  const upper = BOUNDS_US[bucket];
  if (upper === undefined) return multiplyFractions(lower, A_MILLISECOND);
  const width = addFractions(fraction(BigInt(upper)), { ...lower, numerator: -lower.numerator });
  const share = fraction(place.numerator * count.denominator, place.denominator * count.numerator);
  return multiplyFractions(addFractions(lower, multiplyFractions(width, share)), A_MILLISECOND);
}
