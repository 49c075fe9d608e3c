import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { LARGEST_AMOUNT } from '../../money/parameters.ts';
import { customerNow, getCustomer } from '../../customers/customer.ts';
import { emit } from '../../events/event.ts';
import { changeInvoice } from './life/change.ts';
import { addLineOf, removeLineOf, replaceLineOf, settleCurrency, withAmounts } from './draft.ts';
import { renderInvoice } from './render.ts';
import { renderInvoiceItem } from './lines/render-items.ts';
import { getInvoice, invoiceItems, type InvoiceItemRow, type InvoiceRow } from './rows.ts';

/** An invoice item as it is asked for. */
export type InvoiceItemDraft = Omit<
  InvoiceItemRow,
  'id' | 'created' | 'sequence' | 'clock' | 'creditedLines' | 'unitAmountDecimal'
> &
  Partial<Pick<InvoiceItemRow, 'creditedLines' | 'unitAmountDecimal'>> & {
    /** Given where something had to name it before it was there. */
    readonly id?: string;
  };

export function newItemId(tx: Tx): string {
  return tx.newId('ii');
}

/** Adds an item to a draft, or to what waits for the customer's next invoice. */
export function addInvoiceItem(tx: Tx, draft: InvoiceItemDraft): InvoiceItemRow {
  const found = getCustomer(tx, draft.customer, 'customer');
  requireAmount(draft.amount);
  const invoice = draft.invoice === null ? null : requireDraft(tx, draft.invoice, draft);
  const customer = settleCurrency(tx, found, draft.currency);
  const now = customerNow(tx, customer);
  const item = tx.put(invoiceItems, {
    ...draft,
    id: draft.id ?? newItemId(tx),
    created: now,
    sequence: tx.next('invoice_item'),
    clock: customer.testClock,
    unitAmountDecimal: draft.unitAmountDecimal ?? null,
    creditedLines: draft.creditedLines ?? null,
  });
  emit(tx, { type: 'invoiceitem.created', object: renderInvoiceItem(tx, item), now });
  if (invoice !== null) redraft(tx, invoice, () => addLineOf(tx, item, invoice.id));
  return item;
}

export function changeInvoiceItem(tx: Tx, item: InvoiceItemRow): InvoiceItemRow {
  requireAmount(item.amount);
  const invoice = item.invoice === null ? null : requireDraft(tx, item.invoice, item);
  tx.put(invoiceItems, item);
  if (invoice !== null) redraft(tx, invoice, () => replaceLineOf(tx, item));
  return item;
}

export function removeInvoiceItem(tx: Tx, item: InvoiceItemRow): void {
  const invoice = item.invoice === null ? null : requireDraft(tx, item.invoice, item);
  const object = renderInvoiceItem(tx, item);
  tx.remove(invoiceItems, item.id);
  if (invoice !== null) redraft(tx, invoice, () => removeLineOf(tx, item));
  const customer = getCustomer(tx, item.customer);
  emit(tx, { type: 'invoiceitem.deleted', object, now: customerNow(tx, customer) });
}

/** Changes the lines of a draft and tells what it comes to now. */
function redraft(tx: Tx, invoice: InvoiceRow, change: () => void): void {
  const before = renderInvoice(tx, invoice);
  change();
  changeInvoice(tx, withAmounts(tx, invoice), ['invoice.updated'], before);
}

function requireAmount(amount: number): void {
  if (Math.abs(amount) <= LARGEST_AMOUNT) return;
  throw invalid(`Amount must be no more than ${LARGEST_AMOUNT}.`, {
    code: 'amount_too_large',
    param: 'amount',
  });
}

/** A draft that takes an item of this customer in this currency. */
function requireDraft(
  tx: Tx,
  id: string,
  item: Pick<InvoiceItemRow, 'customer' | 'currency'>,
): InvoiceRow {
  const invoice = getInvoice(tx, id, 'invoice');
  if (invoice.status !== 'draft') {
    throw invalid('This invoice is no longer editable.', {
      code: 'invoice_not_editable',
      param: 'invoice',
    });
  }
  if (invoice.customer !== item.customer) {
    throw invalid(`The invoice ${id} belongs to another customer.`, { param: 'invoice' });
  }
  if (invoice.currency !== item.currency) {
    throw invalid(
      `The currency of the invoice item (${item.currency}) is not that of its invoice ` +
        `(${invoice.currency}).`,
      { param: 'currency' },
    );
  }
  return invoice;
}
