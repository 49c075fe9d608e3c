import type { Tx } from '../engine/transaction.ts';
import { afterSessionPayment } from '../pages/checkout/completion/after-payment.ts';
import type { PaymentIntentRow } from '../payments/intents.ts';
import { followIntent } from './invoices/pay.ts';
import { invoices } from './invoices/rows.ts';

/**
 * What follows from a change of an intent that was not made by paying an invoice: its customer has
 * confirmed it or answered their bank, or a debit has come to its end.
 */
export function afterIntent(tx: Tx, intent: PaymentIntentRow): void {
  followWithInvoice(tx, intent);
  afterSessionPayment(tx, intent);
}

function followWithInvoice(tx: Tx, intent: PaymentIntentRow): void {
  const invoice = intent.invoice === null ? undefined : tx.find(invoices, intent.invoice);
  if (invoice === undefined || invoice.paymentIntent !== intent.id) return;
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return;
  const hasFailed = intent.status === 'requires_payment_method' && intent.lastPaymentError !== null;
  if (intent.status === 'succeeded' || intent.status === 'processing' || hasFailed) {
    followIntent(tx, invoice, { intent, isRetry: false });
  }
}
