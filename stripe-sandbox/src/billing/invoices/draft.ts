import type { Tx } from '../../engine/transaction.ts';
import {
  customerNow,
  getCustomer,
  updateCustomer,
  type CustomerRow,
} from '../../customers/customer.ts';
import { emit } from '../../events/event.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../money/calendar.ts';
import { amountsOf } from './lines/amounts.ts';
import { DUE, setTimer } from './life/change.ts';
import { lineOfItem, pendingItems } from './lines/pending.ts';
import { renderInvoice } from './render.ts';
import {
  invoiceItems,
  invoiceLines,
  invoices,
  linesOf,
  type BillingReason,
  type CollectionMethod,
  type InvoiceItemRow,
  type InvoiceLineRow,
  type InvoiceRow,
  type LineDraft,
} from './rows.ts';

/** An invoice as it is asked for. */
export interface InvoiceDraft {
  /** Given where something had to name it before it was there. */
  readonly id?: string;
  /** The id of the customer. */
  readonly customer: string;
  readonly subscription: string | null;
  readonly subscriptionMetadata?: Readonly<Record<string, string>>;
  readonly billingReason: BillingReason;
  readonly lines: readonly LineDraft[];
  /** Ids of the discounts of the invoice as a whole. */
  readonly discounts: readonly string[];
  readonly collectionMethod: CollectionMethod;
  readonly daysUntilDue: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly periodStart: number;
  readonly periodEnd: number;
  /** Whether it is finalized, and then charged or sent, without being told to. */
  readonly autoAdvance: boolean;
  readonly takesPendingItems: boolean;
  /** Of what waits, only what names the subscription. */
  readonly takesOnlyItsOwn?: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the lines, or the customer's, where it is left out. */
  readonly currency?: string;
  readonly description?: string | null;
  /** Of a preview: the instant of its prorations. */
  readonly prorationDate?: number | null;
  readonly details?: Partial<DraftDetails>;
}

/** What an invoice says besides, and what it sets in the place of what follows from the rest. */
export type DraftDetails = Pick<
  InvoiceRow,
  | 'automaticallyFinalizesAt'
  | 'customFields'
  | 'dueDate'
  | 'effectiveAt'
  | 'footer'
  | 'number'
  | 'statementDescriptor'
>;

/** Of an account in the United States, where nothing says otherwise. */
const ACCOUNT_CURRENCY = 'usd';

export function currencyOf(draft: InvoiceDraft, customer: CustomerRow): string {
  return (
    draft.currency ??
    draft.lines[0]?.currency ??
    customer.currency ??
    ACCOUNT_CURRENCY
  ).toLowerCase();
}

/** The first thing that is billed sets the currency that the customer's balance is kept in. */
export function settleCurrency(tx: Tx, customer: CustomerRow, currency: string): CustomerRow {
  return customer.currency === null ? updateCustomer(tx, { ...customer, currency }) : customer;
}

/** Makes a draft, which is finalized an hour later where it advances by itself. */
export function draftInvoice(tx: Tx, draft: InvoiceDraft): InvoiceRow {
  const invoice = makeDraft(tx, draft, { invoice: 'in', line: 'il' });
  setTimer(tx, invoice, DUE.finalize, invoice.automaticallyFinalizesAt);
  const now = invoice.created;
  emit(tx, { type: 'invoice.created', object: renderInvoice(tx, invoice), now });
  return invoice;
}

/** Makes the rows of a draft, with ids of these prefixes, and tells nobody. */
export function makeDraft(
  tx: Tx,
  draft: InvoiceDraft,
  prefixes: { readonly invoice: string; readonly line: string },
): InvoiceRow {
  const found = getCustomer(tx, draft.customer, 'customer');
  const currency = currencyOf(draft, found);
  const customer = settleCurrency(tx, found, currency);
  const id = draft.id ?? tx.newId(prefixes.invoice);
  const items = draft.takesPendingItems ? pendingItems(tx, draft, currency) : [];
  for (const item of items) tx.put(invoiceItems, { ...item, invoice: id });
  const lines = [...items.map(lineOfItem), ...draft.lines];
  putLines(tx, id, { lines, prefix: prefixes.line });
  return tx.put(invoices, withAmounts(tx, emptyDraft(tx, draft, { id, customer, currency })));
}

interface Identity {
  readonly id: string;
  readonly customer: CustomerRow;
  readonly currency: string;
}

function emptyDraft(tx: Tx, draft: InvoiceDraft, { id, customer, currency }: Identity): InvoiceRow {
  const created = customerNow(tx, customer);
  const isCharged = draft.collectionMethod === 'charge_automatically';
  const days = isCharged ? null : draft.daysUntilDue;
  const finalizesAt = draft.autoAdvance ? created + HOUR_SECONDS : null;
  return {
    ...UNTOUCHED,
    id,
    created,
    customer: customer.id,
    clock: customer.testClock,
    currency,
    billingReason: draft.billingReason,
    collectionMethod: draft.collectionMethod,
    daysUntilDue: days,
    dueDate: days === null ? null : created + days * DAY_SECONDS,
    autoAdvance: draft.autoAdvance,
    automaticallyFinalizesAt: finalizesAt,
    nextPaymentAttempt: isCharged ? finalizesAt : null,
    subscription: draft.subscription,
    subscriptionMetadata: draft.subscriptionMetadata ?? {},
    prorationDate: draft.prorationDate ?? null,
    defaultPaymentMethod: draft.defaultPaymentMethod,
    description: draft.description ?? null,
    metadata: draft.metadata,
    discounts: draft.discounts,
    periodStart: draft.periodStart,
    periodEnd: draft.periodEnd,
    ...draft.details,
  };
}

/** What no draft has yet. */
const UNTOUCHED = {
  status: 'draft',
  effectiveAt: null,
  footer: null,
  statementDescriptor: null,
  customFields: null,
  subtotal: 0,
  total: 0,
  discountAmounts: [],
  startingBalance: 0,
  endingBalance: null,
  amountDue: 0,
  snapshot: null,
  amountPaid: 0,
  number: null,
  attemptCount: 0,
  attempted: false,
  paymentIntent: null,
  finalizedAt: null,
  paidAt: null,
  voidedAt: null,
  markedUncollectibleAt: null,
} satisfies Partial<InvoiceRow>;

function putLines(
  tx: Tx,
  invoice: string,
  { lines, prefix }: { readonly lines: readonly LineDraft[]; readonly prefix: string },
): void {
  for (const line of lines) tx.put(invoiceLines, lineRow(line, invoice, tx.newId(prefix)));
}

function lineRow(line: LineDraft, invoice: string, id: string): InvoiceLineRow {
  return {
    ...line,
    id,
    invoice,
    metadata: line.metadata ?? {},
    unitAmountDecimal: line.unitAmountDecimal ?? null,
    creditedLines: line.creditedLines ?? null,
    discountAmounts: [],
  };
}

/** A draft with what its lines come to now; what each discount takes off is kept with the lines. */
export function withAmounts(tx: Tx, invoice: InvoiceRow): InvoiceRow {
  const lines = linesOf(tx, invoice.id);
  const { byLine, subtotal, total, discountAmounts } = amountsOf(tx, lines, invoice);
  lines.forEach((line, index) => {
    const amounts = byLine[index]!;
    if (amounts.length === 0 && line.discountAmounts.length === 0) return;
    tx.put(invoiceLines, { ...line, discountAmounts: amounts });
  });
  return { ...invoice, subtotal, total, discountAmounts };
}

/** Adds an item to a draft, as its last line. */
export function addLineOf(tx: Tx, item: InvoiceItemRow, invoice: string): void {
  putLines(tx, invoice, { lines: [lineOfItem(item)], prefix: 'il' });
}

/** Shows a changed item in its line. */
export function replaceLineOf(tx: Tx, item: InvoiceItemRow): void {
  const line = lineWith(tx, item);
  if (line === undefined) return;
  const { discountAmounts } = line;
  const changed = lineRow(lineOfItem(item), line.invoice, line.id);
  tx.put(invoiceLines, { ...changed, discountAmounts });
}

export function removeLineOf(tx: Tx, item: InvoiceItemRow): void {
  const line = lineWith(tx, item);
  if (line !== undefined) tx.remove(invoiceLines, line.id);
}

function lineWith(tx: Tx, item: InvoiceItemRow): InvoiceLineRow | undefined {
  if (item.invoice === null) return undefined;
  return linesOf(tx, item.invoice).find((line) => line.invoiceItem === item.id);
}
