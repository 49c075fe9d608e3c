// pure
import { currencyExponent } from '@whisperforge/kernel/money';
import type { RemoteDiscount } from '../../gateway/remote.ts';

/** What discounts take off an amount that is paid at an instant, each off what the others left. */
export function discountAt(
  amountMinor: number,
  discounts: readonly RemoteDiscount[],
  of: { readonly currency: string; readonly atMs: number },
): number {
  let left = amountMinor;
  for (const discount of discounts) {
    if (!lastsUntil(discount, of.atMs)) continue;
    left -= takenOff(left, discount, of.currency);
  }
  return amountMinor - left;
}

/** One that is for a single payment is used up by that which it began with. */
function lastsUntil({ duration, startMs, endMs }: RemoteDiscount, atMs: number): boolean {
  return duration === 'once' ? startMs >= atMs : endMs === null || endMs > atMs;
}

/** As Stripe rounds: half up, to what can be charged. 12.5 % off $0.60 is 7.5 cents, so 8. */
export function takenOff(
  amountMinor: number,
  discount: Pick<RemoteDiscount, 'amountOff' | 'percentOffBasisPoints'>,
  currency: string,
): number {
  const { amountOff, percentOffBasisPoints } = discount;
  if (amountOff !== null) {
    return amountOff.currency === currency ? Math.min(amountOff.amountMinor, amountMinor) : 0;
  }
  const step = currencyExponent(currency) === 3 && amountMinor % 10 === 0 ? 10n : 1n;
  const numerator = (BigInt(amountMinor) / step) * BigInt(percentOffBasisPoints ?? 0);
  return Number(((2n * numerator + 10_000n) / 20_000n) * step);
}
