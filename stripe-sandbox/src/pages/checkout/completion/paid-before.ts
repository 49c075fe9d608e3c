import type { Tx } from '../../../engine/transaction.ts';
import { draftInvoice, type InvoiceDraft } from '../../../billing/invoices/draft.ts';
import { expectPayment, finalizeInvoice } from '../../../billing/invoices/finalize.ts';
import { markPaid } from '../../../billing/invoices/life/paid.ts';
import type { InvoiceRow } from '../../../billing/invoices/rows.ts';

/** An invoice over what an intent has paid already, told of from its making to its payment. */
export function invoicePaidBefore(tx: Tx, draft: InvoiceDraft, paymentIntent: string): InvoiceRow {
  const { id } = draftInvoice(tx, draft);
  const open = finalizeInvoice(tx, id, paymentIntent);
  if (open.status === 'paid') return open;
  expectPayment(tx, open, paymentIntent);
  return markPaid(tx, open, { isAttempt: true });
}
