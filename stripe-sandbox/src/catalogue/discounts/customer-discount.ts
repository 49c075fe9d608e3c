import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { emptyable, text } from '../../http/params.ts';
import { createDiscount, removeDiscount, renderDiscount, retireDiscount } from './discount.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';
import { requireCoupon } from './coupon.ts';
import { requirePromotionCode } from './promotion-code.ts';

/** A customer, as far as its discount goes. */
export interface DiscountHolder {
  readonly id: string;
  readonly testClock: string | null;
  readonly currency: string | null;
  /** As it is shown: of a discount nothing changes until another takes its place. */
  readonly discount: Stripe.Discount | null;
}

/** Parameters of older versions, which Stripe's CLI uses; an empty one takes the discount away. */
export const customerDiscountSpecs = {
  coupon: emptyable(text()),
  promotion_code: emptyable(text()),
} as const;

interface Said {
  readonly coupon?: string | null | undefined;
  readonly promotion_code?: string | null | undefined;
}

/** A customer with the discount that is asked for; who keeps the row tells of the customer. */
export function withDiscount<H extends DiscountHolder>(tx: Tx, customer: H, said: Said): H {
  const { coupon, promotion_code: promotionCode } = said;
  if (coupon === undefined && promotionCode === undefined) return customer;
  if (coupon && promotionCode) {
    const message = 'You may only specify one of these parameters: coupon, promotion_code.';
    throw invalid(message, { param: 'coupon' });
  }
  if (!coupon && !promotionCode) return withoutDiscount(tx, customer);
  const discount = redeem(tx, customer, { coupon, promotionCode });
  return { ...customer, discount };
}

/** A customer without a discount. */
export function withoutDiscount<H extends DiscountHolder>(tx: Tx, customer: H): H {
  if (customer.discount === null) return customer;
  removeDiscount(tx, customer.discount.id, nowOn(tx, customer.testClock));
  return { ...customer, discount: null };
}

interface Redeemed {
  readonly coupon: string | null | undefined;
  readonly promotionCode: string | null | undefined;
}

function redeem(tx: Tx, customer: DiscountHolder, redeemed: Redeemed): Stripe.Discount {
  const { coupon, promotionCode } = redeemed;
  const now = nowOn(tx, customer.testClock);
  const currency = customer.currency ?? undefined;
  if (coupon) requireCoupon(tx, coupon, { now, currency });
  if (promotionCode) requireRedeemable(tx, promotionCode, { customer, now });
  const discount = createDiscount(tx, {
    coupon: coupon ?? null,
    promotionCode: promotionCode ?? null,
    customer: customer.id,
    ofCustomer: { clock: customer.testClock },
    now,
  });
  const object = renderDiscount(discount);
  const before = customer.discount;
  if (before === null) {
    emit(tx, { type: 'customer.discount.created', object, now });
  } else {
    retireDiscount(tx, before.id);
    emit(tx, { type: 'customer.discount.updated', object, before, now });
  }
  return object;
}

interface Redeemer {
  readonly customer: DiscountHolder;
  readonly now: number;
}

/** What a customer has for good cannot depend on what one purchase comes to. */
function requireRedeemable(tx: Tx, id: string, { customer, now }: Redeemer): void {
  const param = 'promotion_code';
  const hasPaidBefore = (): boolean => false;
  const promotion = requirePromotionCode(tx, { id, customer: customer.id, now, hasPaidBefore });
  if (promotion.minimum === null && !promotion.isForFirstTransaction) return;
  const message =
    'This promotion code cannot be redeemed on a customer because it uses the `minimum_amount` ' +
    'or the `first_time_transaction` restriction.';
  throw invalid(message, { param });
}
