// pure
import { assert } from '@whisperforge/kernel/assert';
import { allocateMoney, money } from '@whisperforge/kernel/money';
import { smallestStep } from '../chargeable.ts';
import { ALL_BASIS_POINTS, type FixedOff } from './reduction.ts';

/**
 * What Stripe takes off an amount: a percent is rounded once over all lines, half up, to what can
 * be charged; an amount is taken as far as there is something to take it from.
 * 12.5 % off $0.60 is 7.5 cents, so 8. 25 % off 12.350 KWD is 3.0875, so 3.090.
 */
export function discountOf(amountMinor: number, off: FixedOff, currency: string): number {
  assert(Number.isSafeInteger(amountMinor) && amountMinor >= 0, 'a discount is off an amount');
  if (off.kind === 'amount') return Math.min(off.amountMinor, amountMinor);
  const step = BigInt(smallestStep(currency));
  const unit = BigInt(amountMinor) % step === 0n ? step : 1n;
  const numerator = (BigInt(amountMinor) / unit) * BigInt(off.basisPoints);
  const denominator = BigInt(ALL_BASIS_POINTS);
  const rounded = (2n * numerator + denominator) / (2n * denominator);
  return Number(rounded * unit);
}

/** A discount by the shares of those who make it up, in what can be charged. */
export function shareDiscount(
  discountMinor: number,
  weights: readonly number[],
  currency: string,
): number[] {
  const step = smallestStep(currency);
  const unit = discountMinor % step === 0 ? step : 1;
  return allocateMoney(money(discountMinor / unit, currency), weights).map(
    (share) => share.amountMinor * unit,
  );
}
