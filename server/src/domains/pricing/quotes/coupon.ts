// pure
import { describeDuration, describeOff, type Duration, type FixedOff } from '../rules/reduction.ts';

/** A coupon of Stripe's. */
export interface CouponSpec {
  /** Made of what it says, so that equal ones are one. */
  readonly id: string;
  /** What a customer reads on the invoice; at most 40 characters. */
  readonly name: string;
  readonly percentOffBasisPoints: number | null;
  readonly amountOff: { readonly amountMinor: number; readonly currency: string } | null;
  readonly duration: Duration['kind'];
  readonly durationInMonths: number | null;
}

export function couponOf(
  { off, duration }: { readonly off: FixedOff; readonly duration: Duration },
  currency: string,
): CouponSpec {
  const months = duration.kind === 'repeating' ? duration.months : null;
  const lasting = months === null ? duration.kind : `${duration.kind}_${months}`;
  const shared = {
    name: nameOf(off, duration, currency),
    duration: duration.kind,
    durationInMonths: months,
  };
  if (off.kind === 'percent') {
    const id = `wf_percent_${off.basisPoints}_${lasting}`;
    return { id, ...shared, percentOffBasisPoints: off.basisPoints, amountOff: null };
  }
  const { amountMinor } = off;
  const id = `wf_amount_${amountMinor}_${currency}_${lasting}`;
  return { id, ...shared, percentOffBasisPoints: null, amountOff: { amountMinor, currency } };
}

function nameOf(off: FixedOff, duration: Duration, currency: string): string {
  const what = describeOff(off, currency);
  return duration.kind === 'forever' ? what : `${what} ${describeDuration(duration)}`;
}
