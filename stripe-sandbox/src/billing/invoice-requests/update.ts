import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { mergeMetadata, type Params } from '../../http/params.ts';
import { getCustomer } from '../../customers/customer.ts';
import { changeInvoice, DUE, invoiceNow, setTimer } from '../invoices/life/change.ts';
import { redeem } from '../invoices/lines/discounts.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../money/calendar.ts';
import { withAmounts } from '../invoices/draft.ts';
import { hasRetries } from '../invoices/dunning.ts';
import { detailsOf, ownMethod, requireTerms } from './invoice-params.ts';
import type { updateSpecs } from './invoice-specs.ts';
import { renderInvoice } from '../invoices/render.ts';
import { getInvoice, type InvoiceRow } from '../invoices/rows.ts';

type UpdateParams = Params<typeof updateSpecs>;

/** What may be changed once an invoice is finalized. */
const CHANGEABLE: ReadonlySet<string> = new Set<keyof UpdateParams>([
  'auto_advance',
  'default_payment_method',
  'metadata',
  'payment_settings',
]);

export function updateInvoice(tx: Tx, id: string, said: UpdateParams): InvoiceRow {
  const invoice = getInvoice(tx, id);
  const isDraft = invoice.status === 'draft';
  const fixed = Object.keys(said).find((name) => !CHANGEABLE.has(name));
  if (!isDraft && fixed !== undefined) {
    throw invalid("Finalized invoices can't be updated in this way", {
      code: 'invoice_not_editable',
      param: fixed,
    });
  }
  const before = renderInvoice(tx, invoice);
  const shared = withShared(tx, invoice, said);
  const changed = isDraft ? withAmounts(tx, withDraftParams(tx, shared, said)) : shared;
  const advancing = advance(tx, changed, said);
  const isSame = JSON.stringify(advancing) === JSON.stringify(invoice);
  return changeInvoice(tx, advancing, isSame ? [] : ['invoice.updated'], before);
}

function withShared(tx: Tx, invoice: InvoiceRow, said: UpdateParams): InvoiceRow {
  const customer = getCustomer(tx, invoice.customer);
  const method = ownMethod(tx, customer, said.default_payment_method);
  return {
    ...invoice,
    defaultPaymentMethod: method ?? invoice.defaultPaymentMethod,
    metadata: mergeMetadata(invoice.metadata, said.metadata),
  };
}

function withDraftParams(tx: Tx, invoice: InvoiceRow, said: UpdateParams): InvoiceRow {
  const collectionMethod = said.collection_method ?? invoice.collectionMethod;
  const isMoved = collectionMethod !== invoice.collectionMethod;
  if (isMoved || said.days_until_due !== undefined || said.due_date !== undefined) {
    requireTerms(said, collectionMethod);
  }
  const isCharged = collectionMethod === 'charge_automatically';
  const days = isCharged ? null : (said.days_until_due ?? invoice.daysUntilDue);
  const { id, currency, customer, created } = invoice;
  const now = invoiceNow(tx, invoice);
  return {
    ...invoice,
    collectionMethod,
    daysUntilDue: days,
    dueDate: days === null ? (isCharged ? null : invoice.dueDate) : created + days * DAY_SECONDS,
    description: said.description === undefined ? invoice.description : said.description,
    discounts:
      said.discounts === undefined
        ? invoice.discounts
        : redeem(tx, said.discounts, { customer, invoice: id, currency, now }),
    ...detailsOf(tx, said),
  };
}

/** Begins or ends what an invoice does by itself, as the request leaves it. */
function advance(tx: Tx, invoice: InvoiceRow, said: UpdateParams): InvoiceRow {
  const isAsked = said.auto_advance !== undefined || said.automatically_finalizes_at !== undefined;
  if (!isAsked && said.collection_method === undefined) return invoice;
  const autoAdvance = said.auto_advance ?? (isAsked || invoice.autoAdvance);
  const changed = { ...invoice, autoAdvance };
  if (invoice.status === 'draft') return advanceDraft(tx, changed);
  if (invoice.status !== 'open') return invoice;
  const later = invoice.nextPaymentAttempt ?? invoiceNow(tx, invoice) + HOUR_SECONDS;
  const nextPaymentAttempt = hasRetries(changed) ? later : null;
  setTimer(tx, invoice, DUE.attempt, nextPaymentAttempt);
  return { ...changed, nextPaymentAttempt };
}

function advanceDraft(tx: Tx, draft: InvoiceRow): InvoiceRow {
  const later = draft.automaticallyFinalizesAt ?? invoiceNow(tx, draft) + HOUR_SECONDS;
  const automaticallyFinalizesAt = draft.autoAdvance ? later : null;
  setTimer(tx, draft, DUE.finalize, automaticallyFinalizesAt);
  const isCharged = draft.collectionMethod === 'charge_automatically';
  const nextPaymentAttempt = isCharged ? automaticallyFinalizesAt : null;
  return { ...draft, automaticallyFinalizesAt, nextPaymentAttempt };
}
