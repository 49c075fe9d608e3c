import type Stripe from 'stripe';
import { renderInvoicePayment } from '../../billing/invoices/payments.ts';
import { invoicePayments, type InvoicePaymentRow } from '../../billing/invoices/rows.ts';
import { missing } from '../../http/errors.ts';
import { instantRange, isWithin, listOf, pageSpecs } from '../../http/lists.ts';
import { hash, oneOf, optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const listSpecs = paramsOf<Stripe.InvoicePaymentListParams>()({
  ...pageSpecs,
  created: instantRange,
  invoice: optional(text()),
  payment: optional(
    hash({
      payment_intent: optional(text()),
      payment_record: optional(text()),
      type: oneOf('payment_intent', 'payment_record'),
    }),
  ),
  status: optional(oneOf('canceled', 'open', 'paid')),
});

function isWanted(row: InvoicePaymentRow, said: Params<typeof listSpecs>): boolean {
  const { invoice, payment, status } = said;
  if (invoice !== undefined && row.invoice !== invoice) return false;
  if (status !== undefined && row.status !== status) return false;
  if (payment?.type === 'payment_record') return false;
  const intent = payment?.payment_intent;
  if (intent !== undefined && row.paymentIntent !== intent) return false;
  return isWithin(row.created, said.created);
}

const all = '/v1/invoice_payments';

export const invoicePaymentRoutes: readonly Route[] = [
  route('GET', all, listSpecs, (tx, { params }) => {
    const rows = tx.all(invoicePayments).filter((row) => isWanted(row, params));
    return listOf(rows, params, { url: all, render: renderInvoicePayment });
  }),
  route('GET', `${all}/{payment}`, {}, (tx, { ids }) => {
    const payment = tx.find(invoicePayments, ids['payment']!);
    if (payment === undefined) throw missing('invoice_payment', ids['payment']!);
    return renderInvoicePayment(payment);
  }),
];
