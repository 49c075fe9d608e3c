import type Stripe from 'stripe';
import { sendInvoice } from '../../billing/invoices/advance.ts';
import { markUncollectible, voidOnRequest } from '../../billing/invoices/close.ts';
import { notOpen, notPaid } from '../../billing/invoices/errors.ts';
import { finalizeInvoice, usualPaymentMethod } from '../../billing/invoices/finalize.ts';
import { createInvoice } from '../../billing/invoice-requests/invoice-params.ts';
import {
  createSpecs,
  finalizeSpecs,
  paySpecs,
  updateSpecs,
} from '../../billing/invoice-requests/invoice-specs.ts';
import { payInvoice } from '../../billing/invoices/pay.ts';
import { previewFromParams } from '../../billing/invoice-requests/preview-params.ts';
import { previewSpecs } from '../../billing/invoice-requests/preview-specs.ts';
import { removeInvoice } from '../../billing/invoice-requests/remove.ts';
import { renderLine } from '../../billing/invoices/lines/render-lines.ts';
import { renderInvoice } from '../../billing/invoices/render.ts';
import { getInvoice, invoices, linesOf, type InvoiceRow } from '../../billing/invoices/rows.ts';
import { updateInvoice } from '../../billing/invoice-requests/update.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  partsOf,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
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
  const { due_date: due } = said;
  if (due !== undefined && (invoice.dueDate === null || !isWithin(invoice.dueDate, due))) {
    return false;
  }
  return (
    isAsked(said.customer, invoice.customer) &&
    isAsked(said.subscription, invoice.subscription) &&
    isAsked(said.status, invoice.status) &&
    isAsked(said.collection_method, invoice.collectionMethod) &&
    isWithin(invoice.created, said.created)
  );
}

function list(tx: Tx, said: ListParams): ListObject<Stripe.Invoice> {
  const { customer, subscription } = said;
  const listed = rowsOf(tx, invoices, getInvoice, narrowestKey({ subscription, customer }));
  return pageOf(listed, said, {
    url: all,
    render: (invoice) => renderInvoice(tx, invoice),
    passes: (invoice) => isWanted(invoice, said),
  });
}

function listLines(
  tx: Tx,
  id: string,
  page: Params<typeof pageSpecs>,
): ListObject<Stripe.InvoiceLineItem> {
  const lines = partsOf('line_item', linesOf(tx, getInvoice(tx, id).id));
  return pageOf(lines, page, {
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
