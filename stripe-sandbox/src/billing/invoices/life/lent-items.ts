import { collection } from '../../../engine/collection.ts';
import type { Tx } from '../../../engine/transaction.ts';
import { invoiceItems, type InvoiceRow } from '../rows.ts';

/** By an invoice: the items that it took along, and that it is not made for. */
const lendings = collection<{ readonly id: string; readonly items: readonly string[] }>(
  'lent_invoice_items',
);

/**
 * Lends an invoice of an update that may come to nothing what waited for the customer's next
 * invoice anyway. In flexible billing "pending invoice items are always included on all invoices a
 * subscription generates" (https://docs.stripe.com/billing/subscriptions/billing-mode/compare);
 * voiding this one takes the update back, and no debt or credit that has nothing to do with it.
 */
export function lendItems(tx: Tx, invoice: string, items: readonly string[]): void {
  if (items.length > 0) tx.put(lendings, { id: invoice, items });
}

/** Lets what was lent to an invoice wait for the next one; the void invoice still shows it. */
export function takeItemsBack(tx: Tx, { id }: InvoiceRow): void {
  for (const item of keepItems(tx, id)) {
    const row = tx.find(invoiceItems, item);
    if (row?.invoice === id) tx.put(invoiceItems, { ...row, invoice: null });
  }
}

/** Lets an invoice keep what was lent to it, as it is paid; answers which items that are. */
export function keepItems(tx: Tx, invoice: string): readonly string[] {
  const lending = tx.find(lendings, invoice);
  if (lending === undefined) return [];
  tx.remove(lendings, invoice);
  return lending.items;
}
