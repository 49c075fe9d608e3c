import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { emit } from '../../events/event.ts';
import { clearTimers, invoiceNow } from '../invoices/life/change.ts';
import { renderInvoice } from '../invoices/render.ts';
import { getInvoice, invoiceItems, invoiceLines, invoices, linesOf } from '../invoices/rows.ts';

/** Deletes a draft that is no subscription's, with the items that were put on it. */
export function removeInvoice(tx: Tx, id: string): void {
  const invoice = getInvoice(tx, id);
  if (invoice.status !== 'draft') {
    throw invalid('You can only delete draft invoices.', { code: 'invoice_not_editable' });
  }
  if (invoice.subscription !== null) {
    throw invalid('You cannot delete an invoice of a subscription.', {
      code: 'invoice_not_editable',
    });
  }
  const object = renderInvoice(tx, invoice);
  clearTimers(tx, invoice);
  for (const line of linesOf(tx, id)) tx.remove(invoiceLines, line.id);
  for (const item of tx.by(invoiceItems, 'invoice', id)) tx.remove(invoiceItems, item.id);
  tx.remove(invoices, id);
  emit(tx, { type: 'invoice.deleted', object, now: invoiceNow(tx, invoice) });
}
