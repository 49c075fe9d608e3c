import type Stripe from 'stripe';
import { sendInvoice } from '../../billing/invoices/advance.ts';
import { markUncollectible, voidOnRequest } from '../../billing/invoices/close.ts';
import { notOpen, notPaid } from '../../billing/invoices/errors.ts';
import { finalizeInvoice, usualPaymentMethod } from '../../billing/invoices/finalize.ts';
import { createInvoice } from '../../billing/invoices/requests/invoice-params.ts';
import {
  createSpecs,
  finalizeSpecs,
  paySpecs,
  updateSpecs,
} from '../../billing/invoices/requests/invoice-specs.ts';
import { payInvoice } from '../../billing/invoices/pay.ts';
import { previewFromParams } from '../../billing/invoices/requests/preview-params.ts';
import { previewSpecs } from '../../billing/invoices/requests/preview-specs.ts';
import { removeInvoice } from '../../billing/invoices/requests/remove.ts';
import { renderLine } from '../../billing/invoices/lines/render-lines.ts';
import { renderInvoice } from '../../billing/invoices/render.ts';
import { getInvoice, invoices, linesOf, type InvoiceRow } from '../../billing/invoices/rows.ts';
import { updateInvoice } from '../../billing/invoices/requests/update.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { instantRange, isWithin, listOf, pageSpecs } from '../../http/lists.ts';
import {
  noParams,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import { findIntent } from '../../payments/intents.ts';

const listSpecs = paramsOf<Stripe.InvoiceListParams>()({
  ...pageSpecs,
  collection_method: optional(oneOf('charge_automatically', 'send_invoice')),
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
  due_date: instantRange,
  status: optional(oneOf('draft', 'open', 'paid', 'uncollectible', 'void')),
  subscription: optional(text()),
});

type ListParams = Params<typeof listSpecs>;

function isWanted(invoice: InvoiceRow, said: ListParams): boolean {
  const { customer, subscription, status, collection_method: method, due_date: due } = said;
  if (customer !== undefined && invoice.customer !== customer) return false;
  if (subscription !== undefined && invoice.subscription !== subscription) return false;
  if (status !== undefined && invoice.status !== status) return false;
  if (method !== undefined && invoice.collectionMethod !== method) return false;
  if (due !== undefined && (invoice.dueDate === null || !isWithin(invoice.dueDate, due))) {
    return false;
  }
  return isWithin(invoice.created, said.created);
}

function candidatesOf(tx: Tx, { customer, subscription }: ListParams): InvoiceRow[] {
  if (subscription !== undefined) return tx.by(invoices, 'subscription', subscription);
  return customer === undefined ? tx.all(invoices) : tx.by(invoices, 'customer', customer);
}

function list(tx: Tx, said: ListParams): object {
  const rows = candidatesOf(tx, said).filter((invoice) => isWanted(invoice, said));
  return listOf(rows, said, { url: all, render: (invoice) => renderInvoice(tx, invoice) });
}

function listLines(tx: Tx, id: string, page: Params<typeof pageSpecs>): object {
  const lines = linesOf(tx, getInvoice(tx, id).id);
  // Lines stand in the invoice's own order, and not the newest first.
  return listOf(lines.toReversed(), page, {
    url: `${all}/${id}/lines`,
    render: (line) => renderLine(tx, line),
  });
}

function finalize(tx: Tx, id: string, said: Params<typeof finalizeSpecs>): InvoiceRow {
  const { auto_advance } = said;
  if (auto_advance !== undefined && getInvoice(tx, id).status === 'draft') {
    updateInvoice(tx, id, { ...noUpdate, auto_advance });
  }
  return finalizeInvoice(tx, id);
}

/** An update of nothing, for those that say one thing. */
const noUpdate = {} as Params<typeof updateSpecs>;

function pay(tx: Tx, id: string, said: Params<typeof paySpecs>): InvoiceRow {
  const invoice = getInvoice(tx, id);
  if (invoice.status === 'paid') {
    throw invalid('Invoice is already paid');
  }
  if (invoice.status === 'void') throw notOpen('pay');
  const isPaidOutOfBand = said.paid_out_of_band === true;
  const paymentMethod = said.payment_method ?? said.source ?? null;
  const isUnpayable = paymentMethod === null && usualPaymentMethod(tx, invoice) === null;
  const opened = invoice.status === 'draft' ? finalizeInvoice(tx, id) : invoice;
  if (opened.status === 'paid') return opened;
  if (isUnpayable && !isPaidOutOfBand) throw notPaid(undefined);
  const offSession = said.off_session ?? true;
  const tried = payInvoice(tx, id, { paymentMethod, offSession, isPaidOutOfBand });
  const intent = findIntent(tx, tried.paymentIntent ?? '');
  if (tried.status !== 'paid' && intent?.status !== 'processing') throw notPaid(intent);
  return tried;
}

const all = '/v1/invoices';
const one = `${all}/{invoice}`;

type Deed = (tx: Tx, id: string) => InvoiceRow;

function deed(path: string, run: Deed): Route {
  return route('POST', `${one}/${path}`, noParams, (tx, { ids }) =>
    renderInvoice(tx, run(tx, idOf(ids))),
  );
}

function idOf(ids: PathIds): string {
  return ids['invoice']!;
}

export const invoiceRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderInvoice(tx, createInvoice(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => list(tx, params)),
  route('POST', `${all}/create_preview`, previewSpecs, (tx, { params }) =>
    previewFromParams(tx, params),
  ),
  route('GET', one, {}, (tx, { ids }) => renderInvoice(tx, getInvoice(tx, idOf(ids)))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderInvoice(tx, updateInvoice(tx, idOf(ids), params)),
  ),
  route('DELETE', one, {}, (tx, { ids }): Stripe.DeletedInvoice => {
    removeInvoice(tx, idOf(ids));
    return { id: idOf(ids), object: 'invoice', deleted: true };
  }),
  route('GET', `${one}/lines`, pageSpecs, (tx, { ids, params }) =>
    listLines(tx, idOf(ids), params),
  ),
  route('POST', `${one}/finalize`, finalizeSpecs, (tx, { ids, params }) =>
    renderInvoice(tx, finalize(tx, idOf(ids), params)),
  ),
  route('POST', `${one}/pay`, paySpecs, (tx, { ids, params }) =>
    renderInvoice(tx, pay(tx, idOf(ids), params)),
  ),
  deed('void', voidOnRequest),
  deed('mark_uncollectible', markUncollectible),
  deed('send', sendInvoice),
];
