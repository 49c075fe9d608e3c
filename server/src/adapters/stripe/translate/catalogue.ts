import type Stripe from 'stripe';
import { assert } from '@whisperforge/kernel/assert';
import type {
  RemoteDiscount,
  RemoteInterval,
  RemotePrice,
} from '../../../domains/billing/index.ts';
import { idOf, idOrNull, msOf, msOrNull } from './references.ts';

export function priceOf(price: Stripe.Price): RemotePrice {
  const { recurring } = price;
  return {
    id: price.id,
    productId: idOf(price.product),
    lookupKey: price.lookup_key,
    currency: price.currency,
    unitAmountDecimal: price.unit_amount_decimal?.toString() ?? null,
    interval: recurring === null ? null : intervalOf(recurring.interval),
    intervalCount: recurring?.interval_count ?? 1,
    isMetered: recurring?.usage_type === 'metered',
    isActive: price.active,
    metadata: price.metadata,
  };
}

const INTERVALS: readonly RemoteInterval[] = ['day', 'week', 'month', 'year'];

function intervalOf(word: string): RemoteInterval {
  const interval = INTERVALS.find((known) => known === word);
  assert(interval !== undefined, `an interval is one that calendars know, and not ${word}`);
  return interval;
}

/** A discount with its coupon expanded. */
export function discountOf(discount: string | Stripe.Discount): RemoteDiscount {
  assert(typeof discount !== 'string', 'discounts are asked for expanded');
  const { coupon } = discount.source;
  assert(coupon !== null && typeof coupon !== 'string', 'coupons are asked for expanded');
  return {
    id: discount.id,
    couponId: coupon.id,
    promotionCodeId: idOrNull(discount.promotion_code),
    percentOffBasisPoints: coupon.percent_off === null ? null : basisPointsOf(coupon.percent_off),
    amountOff:
      coupon.amount_off === null || coupon.currency === null
        ? null
        : { amountMinor: coupon.amount_off, currency: coupon.currency },
    duration: durationOf(coupon.duration),
    startMs: msOf(discount.start),
    endMs: msOrNull(discount.end),
  };
}

/** 12.5 percent are 1,250 basis points; Stripe writes them as a number with two decimals. */
function basisPointsOf(percent: number): number {
  return Math.round(percent * 100);
}

function durationOf(duration: string): RemoteDiscount['duration'] {
  // What is not known to last does not lower what recurs.
  return duration === 'forever' || duration === 'repeating' ? duration : 'once';
}
