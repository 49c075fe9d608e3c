import { periodAt } from '../../../money/calendar.ts';
import { granuleOf } from '../../../money/currency.ts';
import { prorate } from '../../../money/prorate.ts';
import type { Tx } from '../../../engine/transaction.ts';
import type { LineDraft } from '../../invoices/rows.ts';
import { activeDiscounts } from './discounts.ts';
import { amountOfItem, nameOfItem, recurrenceOf } from './pricing.ts';
import type { Period, SubscriptionItemRow, SubscriptionRow } from '../rows.ts';

/**
 * What a part of a period costs, by the second: half of a month at 10.00 is 5.00. What is left of a
 * period is the part that is reckoned, wherever in it the part lies.
 */
export function share(
  amount: number,
  { part, whole, currency }: { part: Period; whole: Period; currency: string },
): number {
  const from = whole.end - Math.max(0, part.end - part.start);
  const { start, end } = whole;
  return prorate(amount, { start, end, from, granule: granuleOf(currency) });
}

/** The whole period, as the anchor divides time, that an instant is in. */
export function wholeAt(
  tx: Tx,
  { anchor }: Pick<SubscriptionRow, 'anchor'>,
  { item, at }: { readonly item: SubscriptionItemRow; readonly at: number },
): Period {
  return periodAt(anchor, recurrenceOf(tx, item.price), at);
}

/** Until when an item is to be paid for: its period's end, or an earlier cancellation. */
export function serviceEnd({ cancelAt }: SubscriptionRow, { period }: SubscriptionItemRow): number {
  return cancelAt === null ? period.end : Math.min(period.end, cancelAt);
}

type LineBase = Omit<LineDraft, 'amount' | 'description' | 'period'>;

export function lineBase(row: SubscriptionRow, item: SubscriptionItemRow): LineBase {
  return {
    currency: row.currency,
    quantity: item.quantity ?? 0,
    price: item.price,
    isProration: false,
    isDiscountable: true,
    subscription: row.id,
    subscriptionItem: item.id,
    invoiceItem: null,
    discounts: item.discounts,
    metadata: item.metadata,
  };
}

/** What the items cost for the period that they are in; nothing during a trial. */
export function periodLines(
  tx: Tx,
  row: SubscriptionRow,
  { isTrial = row.status === 'trialing', isFree = false } = {},
): LineDraft[] {
  return row.items.map((item): LineDraft => {
    const name = nameOfItem(tx, item, row.currency);
    const discounts = activeDiscounts(tx, item.discounts, item.period.start);
    const base = { ...lineBase(row, item), discounts };
    if (isTrial) {
      const description = nameOfTrial(row, item, name.product);
      return { ...base, amount: 0, description, period: item.period };
    }
    const part = { start: item.period.start, end: serviceEnd(row, item) };
    const whole = wholeAt(tx, row, { item, at: item.period.start });
    const amount = isFree
      ? 0
      : share(amountOfItem(tx, item, row.currency), { part, whole, currency: row.currency });
    return { ...base, amount, description: name.line, period: part };
  });
}

/** In the words of https://docs.stripe.com/billing/subscriptions/billing-mode/compare. */
function nameOfTrial(
  { billingMode }: SubscriptionRow,
  { quantity }: SubscriptionItemRow,
  product: string,
): string {
  if (billingMode === 'classic') return `Trial period for ${product}`;
  return `Free trial for ${quantity ?? 0} × ${product}`;
}

/** `2 × Gold` for several, `Gold` for one. */
export function countedName(tx: Tx, row: SubscriptionRow, item: SubscriptionItemRow): string {
  const { product } = nameOfItem(tx, item, row.currency);
  return (item.quantity ?? 1) === 1 ? product : `${item.quantity} × ${product}`;
}
