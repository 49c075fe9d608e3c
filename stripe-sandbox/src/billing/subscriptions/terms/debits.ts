import type { Tx } from '../../../engine/transaction.ts';
import { linesOf, type InvoiceRow } from '../../invoices/rows.ts';
import { getDiscount, useDiscount } from '../../../resources/catalogue/discounts.ts';
import { subscriptionNow } from '../render.ts';
import type { SubscriptionRow } from '../rows.ts';

/**
 * Notes what each item was debited: for its period by the line of it, after its discounts; for a
 * part of it the amount is known already, and only the line that it stands in is new.
 */
export function noteDebits(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow): SubscriptionRow {
  const lines = linesOf(tx, invoice.id).filter((line) => line.amount >= 0);
  const items = row.items.map((item) => {
    const line = lines.findLast((each) => each.subscriptionItem === item.id);
    if (line === undefined) return item;
    const place = { invoice: invoice.id, lines: [line.id] };
    if (line.isProration) {
      const isOfDebit = item.debit?.end === line.period.end && item.debit.line === null;
      return isOfDebit ? { ...item, debit: { ...item.debit, line: place } } : item;
    }
    const off = line.discountAmounts.reduce((sum, each) => sum + each.amount, 0);
    return { ...item, debit: { ...line.period, amount: line.amount - off, line: place } };
  });
  return { ...row, items };
}

/** Takes the discounts off that are good for one invoice, once one has used them. */
export function spendDiscounts(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow): SubscriptionRow {
  const used = new Set(
    linesOf(tx, invoice.id)
      .flatMap((line) => line.discountAmounts)
      .filter(({ amount, discount }) => amount > 0 && getDiscount(tx, discount).duration === 'once')
      .map(({ discount }) => discount),
  );
  if (used.size === 0) return row;
  for (const id of used) useDiscount(tx, id, subscriptionNow(tx, row));
  const left = (ids: readonly string[]): string[] => ids.filter((id) => !used.has(id));
  const items = row.items.map((item) => ({ ...item, discounts: left(item.discounts) }));
  return { ...row, discounts: left(row.discounts), items };
}
