import type Stripe from 'stripe';
import {
  addInvoiceItem,
  changeInvoiceItem,
  removeInvoiceItem,
} from '../../billing/invoices/items.ts';
import { itemFromParams, itemWithParams } from '../../billing/invoice-requests/item-params.ts';
import { createItemSpecs, updateItemSpecs } from '../../billing/invoice-requests/item-specs.ts';
import { renderInvoiceItem } from '../../billing/invoices/lines/render-items.ts';
import { getInvoiceItem, invoiceItems, type InvoiceItemRow } from '../../billing/invoices/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import { boolean, optional, paramsOf, text, unsupported, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const listSpecs = paramsOf<Stripe.InvoiceItemListParams>()({
  ...pageSpecs,
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
  invoice: optional(text()),
  pending: optional(boolean),
});

type ListParams = Params<typeof listSpecs>;

function isWanted(item: InvoiceItemRow, said: ListParams): boolean {
  return (
    isAsked(said.invoice, item.invoice) &&
    isAsked(said.customer, item.customer) &&
    isAsked(said.pending, item.invoice === null) &&
    isWithin(item.created, said.created)
  );
}

function list(tx: Tx, said: ListParams): ListObject<Stripe.InvoiceItem> {
  const { customer, invoice } = said;
  const listed = rowsOf(tx, invoiceItems, getInvoiceItem, narrowestKey({ invoice, customer }));
  return pageOf(listed, said, {
    url: all,
    render: (item) => renderInvoiceItem(tx, item),
    passes: (item) => isWanted(item, said),
  });
}

const all = '/v1/invoiceitems';
const one = `${all}/{item}`;

export const invoiceItemRoutes: readonly Route[] = [
  route('POST', all, createItemSpecs, (tx, { params }) =>
    renderInvoiceItem(tx, addInvoiceItem(tx, itemFromParams(tx, params))),
  ),
  route('GET', all, listSpecs, (tx, { params }) => list(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderInvoiceItem(tx, getInvoiceItem(tx, ids['item']!))),
  route('POST', one, updateItemSpecs, (tx, { ids, params }) => {
    const item = getInvoiceItem(tx, ids['item']!);
    return renderInvoiceItem(tx, changeInvoiceItem(tx, itemWithParams(tx, item, params)));
  }),
  route('DELETE', one, {}, (tx, { ids }): Stripe.DeletedInvoiceItem => {
    const item = getInvoiceItem(tx, ids['item']!);
    removeInvoiceItem(tx, item);
    return { id: item.id, object: 'invoiceitem', deleted: true };
  }),
];
