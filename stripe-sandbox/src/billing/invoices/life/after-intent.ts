import type { Tx } from '../../../engine/transaction.ts';
import type { PaymentIntentRow } from '../../../payments/intents.ts';
import { followIntent } from '../pay.ts';
import { invoices } from '../rows.ts';

/** Lets an invoice follow what became of its intent, where it was not the invoice that was paid. */
export function followWithInvoice(tx: Tx, intent: PaymentIntentRow): void {
  const invoice = intent.invoice === null ? undefined : tx.find(invoices, intent.invoice);
  if (invoice === undefined || invoice.paymentIntent !== intent.id) return;
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return;
  const hasFailed = intent.status === 'requires_payment_method' && intent.lastPaymentError !== null;
  if (intent.status === 'succeeded' || intent.status === 'processing' || hasFailed) {
    followIntent(tx, invoice, { intent, isRetry: false });
  }
}
