import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { sublist, type ListObject } from '../../http/lists.ts';
import { getIntent } from '../../payments/intents.ts';
import { getInvoice, invoicePayments, type InvoicePaymentRow } from './rows.ts';

export function renderInvoicePayment(payment: InvoicePaymentRow): Stripe.InvoicePayment {
  return {
    id: payment.id,
    object: 'invoice_payment',
    amount_paid: payment.amountPaid,
    amount_requested: payment.amountRequested,
    created: payment.created,
    currency: payment.currency,
    invoice: payment.invoice,
    is_default: true,
    livemode: false,
    payment: { payment_intent: payment.paymentIntent, type: 'payment_intent' },
    status: payment.status,
    status_transitions: { canceled_at: payment.canceledAt, paid_at: payment.paidAt },
  };
}

/** What an invoice shows as `payments` where that is asked for. */
export function renderPayments(tx: Tx, invoice: string): ListObject<Stripe.InvoicePayment> {
  const payments = tx.by(invoicePayments, 'invoice', invoice).toReversed();
  return sublist('/v1/invoice_payments', payments.map(renderInvoicePayment));
}

/** What an invoice shows as `confirmation_secret` where that is asked for. */
export function renderSecret(tx: Tx, invoice: string): Stripe.Invoice.ConfirmationSecret | null {
  const { paymentIntent } = getInvoice(tx, invoice);
  if (paymentIntent === null) return null;
  const { clientSecret } = getIntent(tx, paymentIntent);
  return { client_secret: clientSecret, type: 'payment_intent' };
}
