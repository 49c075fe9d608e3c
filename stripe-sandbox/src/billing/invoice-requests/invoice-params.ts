import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { mergeMetadata, missingParam, type Params } from '../../http/params.ts';
import { usablePaymentMethod } from '../../payments/payment-methods.ts';
import { customerNow, getCustomer, type CustomerRow } from '../../customers/customer.ts';
import { getSubscription, type SubscriptionRow } from '../subscriptions/rows.ts';
import { redeemOrInherit } from '../invoices/lines/discounts.ts';
import {
  currencyOf,
  draftInvoice,
  type DraftDetails,
  type InvoiceDraft,
} from '../invoices/draft.ts';
import type { createSpecs } from './invoice-specs.ts';
import { pendingItems } from '../invoices/lines/pending.ts';
import { invoices, type CollectionMethod, type InvoiceRow } from '../invoices/rows.ts';

export type CreateParams = Params<typeof createSpecs>;

/** Makes the draft that a request asks for. */
export function createInvoice(tx: Tx, said: CreateParams): InvoiceRow {
  const subscription =
    said.subscription === undefined ? null : getSubscription(tx, said.subscription, 'subscription');
  const id = said.customer ?? subscription?.customer;
  if (id === undefined) throw missingParam('customer');
  const customer = getCustomer(tx, id, 'customer');
  if (subscription !== null && subscription.customer !== customer.id) {
    throw missing('subscription', subscription.id, 'subscription');
  }
  const draft = draftOf(tx, said, { customer, subscription });
  if (subscription !== null && pendingItems(tx, draft, draft.currency!).length === 0) {
    throw invalid('Nothing to invoice for subscription', {
      code: 'invoice_no_subscription_line_items',
    });
  }
  return draftInvoice(tx, draft);
}

interface Billed {
  readonly customer: CustomerRow;
  readonly subscription: SubscriptionRow | null;
}

function draftOf(tx: Tx, said: CreateParams, { customer, subscription }: Billed): InvoiceDraft {
  const now = customerNow(tx, customer);
  const collectionMethod = said.collection_method ?? 'charge_automatically';
  requireTerms(said, collectionMethod);
  const id = tx.newId('in');
  const draft: InvoiceDraft = {
    id,
    customer: customer.id,
    subscription: subscription?.id ?? null,
    subscriptionMetadata: subscription?.metadata ?? {},
    billingReason: 'manual',
    lines: [],
    discounts: [],
    collectionMethod,
    daysUntilDue: said.days_until_due ?? null,
    defaultPaymentMethod: ownMethod(tx, customer, said.default_payment_method),
    periodStart: now,
    periodEnd: now,
    autoAdvance: said.auto_advance ?? said.automatically_finalizes_at !== undefined,
    takesPendingItems: subscription !== null || said.pending_invoice_items_behavior === 'include',
    takesOnlyItsOwn: subscription !== null,
    metadata: mergeMetadata({}, said.metadata),
    description: said.description ?? null,
    details: detailsOf(tx, said),
  };
  const currency = said.currency ?? subscription?.currency ?? currencyOf(draft, customer);
  const redeemer = { customer: customer.id, invoice: id, currency, now };
  return { ...draft, currency, discounts: redeemOrInherit(tx, said.discounts, redeemer) };
}

/** By when it is to be paid is a matter of invoices that are sent. */
export function requireTerms(
  said: Pick<CreateParams, 'days_until_due' | 'due_date'>,
  collectionMethod: CollectionMethod,
): void {
  const isSaid = said.days_until_due !== undefined || said.due_date !== undefined;
  if (isSaid === (collectionMethod === 'send_invoice')) {
    if (said.days_until_due === undefined || said.due_date === undefined) return;
    throw invalid('You may only specify one of these parameters: days_until_due, due_date.', {
      param: 'due_date',
    });
  }
  throw isSaid
    ? invalid(
        'You can only set `days_until_due` or `due_date` if the `collection_method` is ' +
          '`send_invoice`.',
        { param: said.due_date === undefined ? 'days_until_due' : 'due_date' },
      )
    : invalid(
        'You must specify `days_until_due` or `due_date` if the `collection_method` is ' +
          '`send_invoice`.',
        { code: 'parameter_missing', param: 'days_until_due' },
      );
}

export function ownMethod(tx: Tx, customer: CustomerRow, id: string | undefined): string | null {
  if (id === undefined) return null;
  return usablePaymentMethod(tx, customer, id, 'default_payment_method')?.id ?? null;
}

type DetailParams = Pick<
  CreateParams,
  | 'automatically_finalizes_at'
  | 'custom_fields'
  | 'due_date'
  | 'effective_at'
  | 'footer'
  | 'number'
  | 'statement_descriptor'
>;

/** Only what was said. */
export function detailsOf(tx: Tx, said: DetailParams): Partial<DraftDetails> {
  const finalizesAt = said.automatically_finalizes_at;
  if (said.number !== undefined && said.number !== null) requireFreeNumber(tx, said.number);
  return {
    ...(finalizesAt === undefined ? {} : { automaticallyFinalizesAt: finalizesAt }),
    ...(said.custom_fields === undefined ? {} : { customFields: said.custom_fields }),
    ...(said.due_date === undefined ? {} : { dueDate: said.due_date }),
    ...(said.effective_at === undefined ? {} : { effectiveAt: said.effective_at }),
    ...(said.footer === undefined ? {} : { footer: said.footer }),
    ...(said.number === undefined ? {} : { number: said.number }),
    ...(said.statement_descriptor === undefined
      ? {}
      : { statementDescriptor: said.statement_descriptor }),
  };
}

function requireFreeNumber(tx: Tx, number: string): void {
  if (!tx.all(invoices).some((invoice) => invoice.number === number)) return;
  throw invalid(`The invoice number ${number} is in use already.`, { param: 'number' });
}
