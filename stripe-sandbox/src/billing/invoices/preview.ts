import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { makeDraft, type InvoiceDraft } from './draft.ts';
import { renderInvoice } from './render.ts';

/**
 * The invoice that a draft would make. It is made in the same way and undone, so that the preview
 * and the invoice cannot differ.
 */
export function previewInvoice(tx: Tx, draft: InvoiceDraft): Stripe.Invoice {
  return tx.tryOut(() => {
    const asked: InvoiceDraft = { ...draft, billingReason: 'upcoming' };
    return renderInvoice(tx, makeDraft(tx, asked, { invoice: 'upcoming_in', line: 'il_tmp' }));
  });
}
