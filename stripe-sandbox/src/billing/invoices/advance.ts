import type { TimerHandlers } from '../../engine/deeds.ts';
import type { Tx } from '../../engine/transaction.ts';
import { findCustomer } from '../../customers/customer.ts';
import { afterInvoice } from './life/subscription-calls.ts';
import { changeInvoice, DUE } from './life/change.ts';
import { stopAdvancing } from './close.ts';
import { notOpen } from './errors.ts';
import { finalizeInvoice } from './finalize.ts';
import { attemptPayment } from './pay.ts';
import { getInvoice, invoices, type InvoiceRow } from './rows.ts';

/** What an invoice does by itself. */
export const invoiceTimers: TimerHandlers = {
  [DUE.finalize]: (tx, id) => finalizeByItself(tx, getInvoice(tx, id)),
  [DUE.attempt]: (tx, id) => retry(tx, getInvoice(tx, id)),
  [DUE.overdue]: (tx, id) => fallOverdue(tx, getInvoice(tx, id)),
};

/** Finalizes a draft, and charges or sends it at once. */
function finalizeByItself(tx: Tx, draft: InvoiceRow): void {
  if (draft.status !== 'draft') return;
  if (isOrphaned(tx, draft)) {
    stopAdvancing(tx, draft.id);
    return;
  }
  const invoice = finalizeInvoice(tx, draft.id);
  if (invoice.status !== 'open' || !invoice.autoAdvance) return;
  if (invoice.collectionMethod === 'send_invoice') sendInvoice(tx, invoice.id);
  else attemptPayment(tx, invoice, { offSession: true, isRetry: true });
}

function retry(tx: Tx, invoice: InvoiceRow): void {
  if (invoice.status !== 'open') return;
  if (isOrphaned(tx, invoice)) stopAdvancing(tx, invoice.id);
  else attemptPayment(tx, invoice, { offSession: true, isRetry: true });
}

/** Nothing is charged to a customer who was deleted. */
function isOrphaned(tx: Tx, { customer }: InvoiceRow): boolean {
  return findCustomer(tx, customer).isDeleted;
}

/** Sends an invoice to its customer; a draft is finalized first. */
export function sendInvoice(tx: Tx, id: string): InvoiceRow {
  const found = getInvoice(tx, id);
  const invoice = found.status === 'draft' ? finalizeInvoice(tx, id) : found;
  if (invoice.status === 'void' || invoice.status === 'uncollectible') throw notOpen('send');
  return changeInvoice(tx, invoice, ['invoice.sent']);
}

function fallOverdue(tx: Tx, invoice: InvoiceRow): void {
  if (invoice.status !== 'open') return;
  changeInvoice(tx, invoice, ['invoice.overdue']);
  afterInvoice(tx, tx.find(invoices, invoice.id)!, 'overdue');
}
