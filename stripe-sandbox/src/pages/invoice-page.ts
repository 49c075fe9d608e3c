import { payInvoice } from '../billing/invoices/pay.ts';
import { getInvoice, linesOf, type InvoiceRow } from '../billing/invoices/rows.ts';
import type { Deeds } from '../engine/deeds.ts';
import type { Tx } from '../engine/transaction.ts';
import { missing, StripeError } from '../http/errors.ts';
import type { FormHash } from '../http/form.ts';
import type { OwnRequest, OwnResponse } from '../http/wire/server.ts';
import { getIntent } from '../payments/intents.ts';
import { authenticationPath } from '../payments/next-actions.ts';
import {
  attachPaymentMethod,
  getPaymentMethod,
  paymentMethods,
} from '../payments/payment-methods.ts';
import { findCustomer, getCustomer } from '../customers/customer.ts';
import { cardFields, methodOf, savedChoice } from './card-form.ts';
import { declined } from './checkout/completion/pay.ts';
import { kept, tried } from './deed.ts';
import { said } from './fields.ts';
import { alert, notice, page, redirect } from './layout.ts';
import { markup, type Content, type Markup } from './markup.ts';
import { dayText, moneyText, plainText } from './words.ts';

/** Answers `/invoices/{invoice}`, and `/pdf` under it with the same page, which can be printed. */
export function answerInvoice(
  deeds: Deeds,
  request: OwnRequest,
  [id = '', action]: readonly (string | undefined)[],
): OwnResponse {
  const invoice = kept(deeds, (tx) => getInvoice(tx, id));
  if (invoice.status === 'draft') throw missing('invoice', id);
  if (action !== undefined && action !== 'pdf') throw missing('page', action);
  if (request.method === 'POST') return submit(deeds, id, request.form);
  return kept(deeds, (tx) => invoicePage(tx, getInvoice(tx, id)));
}

function submit(deeds: Deeds, id: string, form: FormHash): OwnResponse {
  const error = payWith(deeds, id, form);
  if (error !== null) {
    const { message } = error.details;
    return kept(deeds, (tx) => invoicePage(tx, getInvoice(tx, id), message, error.status));
  }
  const { paymentIntent, status } = kept(deeds, (tx) => getInvoice(tx, id));
  const isAsked =
    status === 'open' &&
    paymentIntent !== null &&
    kept(deeds, (tx) => getIntent(tx, paymentIntent)).status === 'requires_action';
  return redirect(isAsked ? authenticationPath(paymentIntent) : `/invoices/${id}`);
}

/** Why an invoice could not be paid with what a form says; `null` where it could, or may yet. */
function payWith(deeds: Deeds, id: string, form: FormHash): StripeError | null {
  const saved = said(form, 'method');
  const method = tried(deeds, (tx) => {
    const { email, name } = getCustomer(tx, getInvoice(tx, id).customer);
    return saved ?? methodOf(tx, form, { email, name }).id;
  });
  if (method instanceof StripeError) return method;
  const paid = tried(deeds, (tx) => {
    const customer = getCustomer(tx, getInvoice(tx, id).customer);
    attachPaymentMethod(tx, getPaymentMethod(tx, method, 'method'), customer);
    const { paymentIntent } = payInvoice(tx, id, { paymentMethod: method, offSession: false });
    const intent = paymentIntent === null ? null : getIntent(tx, paymentIntent);
    if (intent?.status === 'requires_payment_method' && intent.lastPaymentError !== null) {
      throw declined(intent);
    }
  });
  return paid instanceof StripeError ? paid : null;
}

function invoicePage(
  tx: Tx,
  invoice: InvoiceRow,
  error: string | null = null,
  status = 200,
): OwnResponse {
  const { currency } = invoice;
  const body = markup`<h1>Invoice ${invoice.number}</h1>
<p class="total">${moneyText(shownAmount(invoice), currency)}</p>
<p class="quiet">${standing(invoice)}</p>${alert(error)}
${notice(invoice.status === 'paid' ? 'This invoice is paid. Thank you.' : null)}
<section class="card" aria-label="What it is for">${linesTable(tx, invoice)}</section>
${payForm(tx, invoice)}`;
  return page({ title: `Invoice ${invoice.number ?? ''}`, body, status, isNarrow: true });
}

/** What is still to be paid, or what was. */
function shownAmount({ status, amountDue, amountPaid }: InvoiceRow): number {
  return status === 'paid' ? amountPaid : amountDue - amountPaid;
}

function standing({ status, dueDate, paidAt }: InvoiceRow): string {
  if (status === 'paid' && paidAt !== null) return `paid on ${dayText(paidAt)}`;
  if (status === 'open') return dueDate === null ? 'due now' : `due on ${dayText(dueDate)}`;
  return plainText(status);
}

function linesTable(tx: Tx, invoice: InvoiceRow): Markup {
  const { currency, discountAmounts } = invoice;
  const discount = discountAmounts.reduce((sum, { amount }) => sum + amount, 0);
  const balance = invoice.amountDue - invoice.total;
  const row = (name: string, amount: number): Markup =>
    markup`<tr><th scope="row">${name}</th>
<td class="amount">${moneyText(amount, currency)}</td></tr>`;
  return markup`<table><thead><tr><th scope="col">For ${
    findName(tx, invoice) ?? 'you'
  }</th><th scope="col" class="amount">Amount</th></tr></thead><tbody>${linesOf(tx, invoice.id).map(
    (line) =>
      markup`<tr><td>${line.description}<br><span class="quiet small">${
        line.period.start === line.period.end
          ? dayText(line.period.start)
          : `${dayText(line.period.start)} – ${dayText(line.period.end)}`
      }</span></td><td class="amount">${moneyText(line.amount, currency)}</td></tr>`,
  )}${discount > 0 && row('Discounts', -discount)}${row('Total', invoice.total)}${
    balance !== 0 && row('Balance', balance)
  }${invoice.amountPaid > 0 && row('Paid', -invoice.amountPaid)}</tbody></table>`;
}

function findName(tx: Tx, invoice: InvoiceRow): string | null {
  const { name, email } = invoice.snapshot ?? findCustomer(tx, invoice.customer);
  return name ?? email;
}

function payForm(
  tx: Tx,
  { id, status, customer, amountDue, amountPaid, currency }: InvoiceRow,
): Content {
  if (status !== 'open' && status !== 'uncollectible') return null;
  return markup`<form method="post" action="/invoices/${id}" class="card"><h2>Pay this invoice</h2>
${savedChoice(tx.by(paymentMethods, 'customer', customer))}${cardFields()}
<button class="wide">Pay ${moneyText(amountDue - amountPaid, currency)}</button></form>`;
}
