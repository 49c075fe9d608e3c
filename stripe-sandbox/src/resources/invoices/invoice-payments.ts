import type Stripe from 'stripe';
import { renderInvoicePayment } from '../../billing/invoices/payments.ts';
import { invoicePayments, type InvoicePaymentRow } from '../../billing/invoices/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
} from '../../http/lists.ts';
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
  if (payment?.type === 'payment_record') return false;
  return (
    isAsked(invoice, row.invoice) &&
    isAsked(status, row.status) &&
    isAsked(payment?.payment_intent, row.paymentIntent) &&
    isWithin(row.created, said.created)
  );
}

function getInvoicePayment(tx: Tx, id: string, param?: string): InvoicePaymentRow {
  const payment = tx.find(invoicePayments, id);
  if (payment === undefined) throw missing('invoice_payment', id, param);
  return payment;
}

const all = '/v1/invoice_payments';

export const invoicePaymentRoutes: readonly Route[] = [
  route('GET', all, listSpecs, (tx, { params }) => {
    const { invoice, payment } = params;
    const key = narrowestKey({ paymentIntent: payment?.payment_intent, invoice });
    return pageOf(rowsOf(tx, invoicePayments, getInvoicePayment, key), params, {
      url: all,
      render: renderInvoicePayment,
      passes: (row) => isWanted(row, params),
    });
  }),
  route('GET', `${all}/{payment}`, {}, (tx, { ids }) =>
    renderInvoicePayment(getInvoicePayment(tx, ids['payment']!)),
  ),
];
