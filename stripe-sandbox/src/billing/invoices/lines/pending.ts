import type { Tx } from '../../../engine/transaction.ts';
import { invoiceItems, type InvoiceItemRow, type LineDraft } from '../rows.ts';

interface Taker {
  readonly customer: string;
  readonly subscription: string | null;
  readonly takesOnlyItsOwn?: boolean;
}

/**
 * What waits for a customer's next invoice, newest first. An item that names a subscription waits
 * for an invoice of that subscription, or for one of the customer as a whole.
 */
export function pendingItems(tx: Tx, taker: Taker, currency: string): InvoiceItemRow[] {
  return tx
    .by(invoiceItems, 'pending', taker.customer)
    .filter((item) => item.currency === currency && isFor(item, taker))
    .toSorted((one, other) => other.sequence - one.sequence);
}

function isFor({ subscription }: InvoiceItemRow, taker: Taker): boolean {
  if (taker.takesOnlyItsOwn === true) return subscription === taker.subscription;
  return (
    taker.subscription === null || subscription === null || subscription === taker.subscription
  );
}

export function lineOfItem(item: InvoiceItemRow): LineDraft {
  return {
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    period: item.period,
    quantity: item.quantity,
    price: item.price,
    isProration: item.isProration,
    isDiscountable: item.isDiscountable,
    subscription: item.subscription,
    subscriptionItem: item.subscriptionItem,
    invoiceItem: item.id,
    discounts: item.discounts,
    metadata: item.metadata,
    unitAmountDecimal: item.unitAmountDecimal,
    creditedLines: item.creditedLines,
  };
}
