import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import { addIntervals } from '../../money/calendar.ts';
import type { DiscountTerms } from '../../money/discount-lines.ts';
import { coupons, getCoupon } from './coupon.ts';
import { getPromotionCode, promotionCodes } from './promotion-code.ts';
import { emit } from '../../events/event.ts';

/**
 * A coupon that was redeemed, with its terms as they were then: neither a deleted coupon nor
 * another of the same id changes what was promised.
 */
export interface DiscountRow {
  readonly id: string;
  readonly coupon: string;
  readonly promotionCode: string | null;
  readonly customer: string | null;
  readonly subscription: string | null;
  readonly subscriptionItem: string | null;
  readonly invoice: string | null;
  readonly invoiceItem: string | null;
  readonly checkoutSession: string | null;
  /** Whether it is the customer's as a whole, and not of one subscription, invoice or session. */
  readonly isOfCustomer: boolean;
  /** The test clock of that customer. */
  readonly clock: string | null;
  readonly start: number;
  /** When a repeating one ends, which is then no longer part of it; `null` for others. */
  readonly end: number | null;
  readonly terms: DiscountTerms;
  readonly duration: 'forever' | 'once' | 'repeating';
  /** When one that is for once was used up by an invoice. */
  readonly usedAt: number | null;
  /** Taken away, by whoever had it. */
  readonly isRemoved: boolean;
}

export const discounts = collection<DiscountRow>('discounts', {
  customer: (discount) => discount.customer,
  subscription: (discount) => discount.subscription,
});

/** The discount, which may be over: invoices go on naming it. */
export function getDiscount(tx: Tx, id: string, param?: string): DiscountRow {
  const discount = tx.find(discounts, id);
  if (discount === undefined) throw missing('discount', id, param);
  return discount;
}

/**
 * Whether it reduces what is billed at an instant, in epoch seconds: what is billed for a period is
 * reduced as a whole where it is active at the period's start.
 */
export function isDiscountActive(discount: DiscountRow, atSeconds: number): boolean {
  if (discount.isRemoved || discount.usedAt !== null) return false;
  return discount.end === null || atSeconds < discount.end;
}

export interface NewDiscount {
  /** May be left out where there is a promotion code, which has one. */
  readonly coupon?: string | null;
  readonly promotionCode?: string | null;
  readonly customer: string | null;
  readonly subscription?: string | null;
  readonly subscriptionItem?: string | null;
  readonly invoice?: string | null;
  readonly invoiceItem?: string | null;
  readonly checkoutSession?: string | null;
  /** Says that it is the customer's as a whole, and by which clock. */
  readonly ofCustomer?: { readonly clock: string | null };
  /** Epoch seconds, by the customer's clock. */
  readonly now: number;
}

/**
 * Redeems a coupon, or the one behind a promotion code: counts it and tells of it where a customer
 * or a subscription has it from now on. Whether it may be redeemed is asked before, by
 * `requireCoupon` and `requirePromotionCode`.
 */
export function createDiscount(tx: Tx, said: NewDiscount): DiscountRow {
  const { coupon: couponId = null, promotionCode = null, now } = said;
  const promotion = promotionCode === null ? null : getPromotionCode(tx, promotionCode);
  const coupon = getCoupon(tx, promotion?.coupon ?? couponId ?? '', 'coupon');
  tx.put(coupons, { ...coupon, timesRedeemed: coupon.timesRedeemed + 1 });
  if (promotion !== null) {
    tx.put(promotionCodes, { ...promotion, timesRedeemed: promotion.timesRedeemed + 1 });
  }
  const { durationInMonths: months } = coupon;
  const discount = tx.put(discounts, {
    id: tx.newId('di'),
    coupon: coupon.id,
    promotionCode,
    customer: said.customer,
    subscription: said.subscription ?? null,
    subscriptionItem: said.subscriptionItem ?? null,
    invoice: said.invoice ?? null,
    invoiceItem: said.invoiceItem ?? null,
    checkoutSession: said.checkoutSession ?? null,
    isOfCustomer: said.ofCustomer !== undefined,
    clock: said.ofCustomer?.clock ?? null,
    start: now,
    end: months === null ? null : addIntervals(now, 'month', months),
    terms: coupon.terms,
    duration: coupon.duration,
    usedAt: null,
    isRemoved: false,
  });
  if (isLasting(discount) && !discount.isOfCustomer) {
    emit(tx, { type: 'customer.discount.created', object: renderDiscount(discount), now });
  }
  if (discount.end !== null) scheduleEnd(tx, discount, discount.end);
  return discount;
}

export const DISCOUNT_END = 'discount.end';

/** The end of what a customer has; subscriptions look for theirs when they bill. */
function scheduleEnd(tx: Tx, { id, isOfCustomer, clock }: DiscountRow, at: number): void {
  if (isOfCustomer) tx.schedule({ kind: DISCOUNT_END, subject: id, at, clock });
}

/** What belongs to a customer or a subscription; of others only the invoice tells. */
function isLasting({ customer, invoice, invoiceItem, checkoutSession }: DiscountRow): boolean {
  return customer !== null && invoice === null && invoiceItem === null && checkoutSession === null;
}

/** Uses up a discount that is for once, when an invoice has taken it; others stay as they are. */
export function useDiscount(tx: Tx, id: string, now: number): DiscountRow {
  const discount = getDiscount(tx, id);
  if (discount.duration !== 'once' || discount.usedAt !== null) return discount;
  scheduleEnd(tx, discount, now);
  return tx.put(discounts, { ...discount, usedAt: now });
}

/** Takes a discount away and tells of it; its holder sees to it that it names it no more. */
export function removeDiscount(tx: Tx, id: string, now: number): DiscountRow {
  const discount = getDiscount(tx, id);
  if (discount.isRemoved) return discount;
  if (isLasting(discount)) {
    emit(tx, { type: 'customer.discount.deleted', object: renderDiscount(discount), now });
  }
  return retireDiscount(tx, id);
}

/** Takes a discount away where another takes its place, of which is told instead. */
export function retireDiscount(tx: Tx, id: string): DiscountRow {
  tx.unschedule(DISCOUNT_END, id);
  return tx.put(discounts, { ...getDiscount(tx, id), isRemoved: true });
}

export function renderDiscount(discount: DiscountRow): Stripe.Discount {
  return { ...references(discount), object: 'discount', end: discount.end };
}

export function renderDeletedDiscount(discount: DiscountRow): Stripe.DeletedDiscount {
  return { ...references(discount), object: 'discount', deleted: true };
}

function references(discount: DiscountRow) {
  return {
    id: discount.id,
    checkout_session: discount.checkoutSession,
    customer: discount.customer,
    customer_account: null,
    invoice: discount.invoice,
    invoice_item: discount.invoiceItem,
    promotion_code: discount.promotionCode,
    source: { type: 'coupon', coupon: discount.coupon },
    start: discount.start,
    subscription: discount.subscription,
    subscription_item: discount.subscriptionItem,
  };
}
