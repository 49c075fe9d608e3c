import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { amountOffIn, type DiscountTerms } from '../../money/discount-lines.ts';
import { emit } from '../../events/event.ts';

export interface CouponRow {
  readonly id: string;
  readonly created: number;
  readonly isDeleted: boolean;
  readonly name: string | null;
  readonly metadata: Record<string, string>;
  readonly terms: DiscountTerms;
  readonly duration: 'forever' | 'once' | 'repeating';
  readonly durationInMonths: number | null;
  readonly maxRedemptions: number | null;
  readonly redeemBy: number | null;
  readonly timesRedeemed: number;
}

export const coupons = collection<CouponRow>('coupons');

/** The coupon, which may be deleted: discounts that were made from it go on. */
export function findCoupon(tx: Tx, id: string, param?: string): CouponRow {
  const coupon = tx.find(coupons, id);
  if (coupon === undefined) throw missing('coupon', id, param);
  return coupon;
}

/** A coupon that there is; Stripe answers a deleted one as if it had never been. */
export function getCoupon(tx: Tx, id: string, param?: string): CouponRow {
  const coupon = findCoupon(tx, id, param);
  if (coupon.isDeleted) throw missing('coupon', id, param);
  return coupon;
}

export function isCouponValid(coupon: CouponRow, atSeconds: number): boolean {
  const { isDeleted, redeemBy, maxRedemptions, timesRedeemed } = coupon;
  if (isDeleted || (redeemBy !== null && atSeconds > redeemBy)) return false;
  return maxRedemptions === null || timesRedeemed < maxRedemptions;
}

export interface Redemption {
  /** Epoch seconds, by the customer's clock. */
  readonly now: number;
  /** Of what is to be reduced; where it is left out, it is not looked at. */
  readonly currency?: string | undefined;
  readonly param?: string | undefined;
}

/** A coupon that can be redeemed now; throws Stripe's error where it cannot. */
export function requireCoupon(tx: Tx, id: string, redemption: Redemption): CouponRow {
  const { now, currency, param = 'coupon' } = redemption;
  const coupon = getCoupon(tx, id, param);
  if (!isCouponValid(coupon, now)) {
    throw invalid(`Coupon expired: ${id}`, { code: 'coupon_expired', param });
  }
  const { terms } = coupon;
  if (terms.amountOff === null || currency === undefined) return coupon;
  if (amountOffIn(terms, currency) !== null) return coupon;
  const message =
    `The coupon ${id} takes off an amount in ${terms.currency}, and cannot be used for an amount ` +
    `in ${currency}.`;
  throw invalid(message, { param });
}

export function renderCoupon(coupon: CouponRow, now: number): Stripe.Coupon {
  const { terms } = coupon;
  return {
    id: coupon.id,
    object: 'coupon',
    amount_off: terms.amountOff,
    created: coupon.created,
    currency: terms.currency,
    duration: coupon.duration,
    duration_in_months: coupon.durationInMonths,
    livemode: false,
    max_redemptions: coupon.maxRedemptions,
    metadata: coupon.metadata,
    name: coupon.name,
    percent_off: terms.percentOff === null ? null : Number(terms.percentOff),
    redeem_by: coupon.redeemBy,
    times_redeemed: coupon.timesRedeemed,
    valid: isCouponValid(coupon, now),
  };
}

/** What `applies_to` shows when it is asked for; nothing where a coupon is for all products. */
export function renderAppliesTo({ terms }: CouponRow): Stripe.Coupon.AppliesTo | undefined {
  return terms.products === null ? undefined : { products: [...terms.products] };
}

/** What `currency_options` shows when asked for: the coupon's own currency among the others. */
export function renderAmountsOff({
  terms,
}: CouponRow): Record<string, Stripe.Coupon.CurrencyOptions> | undefined {
  const { amountOff, currency, currencyOptions } = terms;
  if (amountOff === null || currency === null) return undefined;
  const all = { [currency]: amountOff, ...currencyOptions };
  return Object.fromEntries(
    Object.entries(all).map(([code, amount]) => [code, { amount_off: amount }]),
  );
}

/** Puts a coupon in the place of what it was, and tells so where anything shows. */
export function changeCoupon(tx: Tx, coupon: CouponRow): CouponRow {
  const now = tx.sandboxNow;
  const before = renderCoupon(getCoupon(tx, coupon.id), now);
  tx.put(coupons, coupon);
  const object = renderCoupon(coupon, now);
  if (JSON.stringify(before) !== JSON.stringify(object)) {
    emit(tx, { type: 'coupon.updated', object, before, now });
  }
  return coupon;
}
