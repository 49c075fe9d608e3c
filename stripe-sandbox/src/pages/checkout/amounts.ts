import type { Tx } from '../../engine/transaction.ts';
import { periodAt } from '../../money/calendar.ts';
import { granuleOf } from '../../money/currency.ts';
import { discountLines } from '../../money/discount-lines.ts';
import { amountOf } from '../../money/pricing.ts';
import { prorate } from '../../money/prorate.ts';
import { getCoupon } from '../../catalogue/discounts/coupon.ts';
import { findPrice } from '../../catalogue/price.ts';
import { customerNow, getCustomer } from '../../customers/customer.ts';
import type { CheckoutSessionRow, LineItemRow, SubscriptionData } from './session-rows.ts';

type Bought = Pick<
  CheckoutSessionRow,
  'currency' | 'customer' | 'discounts' | 'lineItems' | 'subscriptionData'
>;

/** What time it is for who buys: the customer's, where there is one. */
export function buyerNow(tx: Tx, { customer }: Pick<CheckoutSessionRow, 'customer'>): number {
  return customer === null ? tx.sandboxNow : customerNow(tx, getCustomer(tx, customer));
}

/** The line items with what each comes to today. */
export function pricedItems(tx: Tx, bought: Bought): LineItemRow[] {
  const { currency, discounts, lineItems, subscriptionData } = bought;
  if (currency === null) return [];
  const now = buyerNow(tx, bought);
  const lines = lineItems.map((item) => ({
    amount: amountToday(tx, item, { currency, data: subscriptionData, now }),
    productId: findPrice(tx, item.price).product,
    isDiscountable: true,
  }));
  const reductions = discounts.map(({ coupon }) => getCoupon(tx, coupon));
  const taken = discountLines(lines, reductions, currency);
  return lineItems.map((item, index) => ({
    ...item,
    subtotal: lines[index]!.amount,
    discount: taken[index]!.reduce((sum, { amount }) => sum + amount, 0),
  }));
}

interface Today {
  readonly currency: string;
  readonly data: SubscriptionData;
  readonly now: number;
}

/** What recurs costs nothing in a trial, and the part of a period up to an anchor that is set. */
function amountToday(tx: Tx, item: LineItemRow, { currency, data, now }: Today): number {
  const price = findPrice(tx, item.price);
  if (item.quantity === null) return 0;
  const whole = amountOf(price, item.quantity, currency);
  if (price.recurring === null) return whole;
  if (data.trial_end !== undefined || data.trial_period_days !== undefined) return 0;
  const anchor = data.billing_cycle_anchor;
  if (anchor === undefined) return whole;
  if (data.proration_behavior === 'none') return 0;
  const { interval, intervalCount: count } = price.recurring;
  const { start, end } = periodAt(anchor, { interval, count }, now);
  return prorate(whole, { start, end, from: now, granule: granuleOf(currency) });
}
