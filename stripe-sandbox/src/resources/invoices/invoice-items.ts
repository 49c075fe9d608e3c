import type Stripe from 'stripe';
import {
  addInvoiceItem,
  changeInvoiceItem,
  removeInvoiceItem,
} from '../../billing/invoices/items.ts';
import { itemFromParams, itemWithParams } from '../../billing/invoices/requests/item-params.ts';
import { createItemSpecs, updateItemSpecs } from '../../billing/invoices/requests/item-specs.ts';
import { renderInvoiceItem } from '../../billing/invoices/lines/render-items.ts';
import { getInvoiceItem, invoiceItems, type InvoiceItemRow } from '../../billing/invoices/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import { instantRange, isWithin, listOf, pageSpecs } from '../../http/lists.ts';
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
  if (said.invoice !== undefined && item.invoice !== said.invoice) return false;
  if (said.customer !== undefined && item.customer !== said.customer) return false;
  if (said.pending !== undefined && (item.invoice === null) !== said.pending) return false;
  return isWithin(item.created, said.created);
}

function list(tx: Tx, said: ListParams): object {
  const candidates =
    said.customer === undefined
      ? tx.all(invoiceItems)
      : tx.by(invoiceItems, 'customer', said.customer);
  return listOf(
    candidates.filter((item) => isWanted(item, said)),
    said,
    { url: all, render: (item) => renderInvoiceItem(tx, item) },
  );
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
