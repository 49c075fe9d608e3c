import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { mergeMetadata, missingParam, type Params } from '../../http/params.ts';
import { customerNow, getCustomer, type CustomerRow } from '../../customers/customer.ts';
import { previewNewSubscription, previewSubscription } from '../subscriptions/preview.ts';
import {
  getSubscription,
  hasEnded,
  periodOf,
  subscriptions,
  type SubscriptionRow,
} from '../subscriptions/rows.ts';
import { redeem, redeemOrInherit } from '../invoices/lines/discounts.ts';
import { currencyOf, type InvoiceDraft } from '../invoices/draft.ts';
import { changedCosts, costsOf, productName } from './item-params.ts';
import { addInvoiceItem, changeInvoiceItem } from '../invoices/items.ts';
import { pendingItems } from '../invoices/lines/pending.ts';
import { previewInvoice } from '../invoices/preview.ts';
import type { previewSpecs } from './preview-specs.ts';
import { getInvoiceItem, type InvoiceItemRow } from '../invoices/rows.ts';

type PreviewParams = Params<typeof previewSpecs>;
type PreviewItem = NonNullable<PreviewParams['invoice_items']>[number];

/** The invoice that a customer would get next, with what the request adds to it. */
export function previewFromParams(tx: Tx, said: PreviewParams): Stripe.Invoice {
  const named =
    said.subscription === undefined
      ? undefined
      : getSubscription(tx, said.subscription, 'subscription');
  const id = said.customer ?? named?.customer;
  if (id === undefined) throw missingParam('customer');
  const customer = getCustomer(tx, id, 'customer');
  if (named !== undefined && named.customer !== customer.id) {
    throw missing('subscription', named.id, 'subscription');
  }
  // All of it is a rehearsal: items and discounts of the preview alone are gone afterwards.
  return tx.tryOut(() => {
    const isNew = named === undefined && said.subscription_details?.items !== undefined;
    const subscription = isNew ? undefined : (named ?? nextToBill(tx, customer));
    const currency = said.currency ?? subscription?.currency ?? customer.currency ?? undefined;
    for (const item of said.invoice_items ?? []) {
      addPreviewItem(tx, item, { customer, currency, subscription: subscription?.id ?? null });
    }
    if (isNew) return previewNew(tx, said, customer);
    if (subscription !== undefined) return previewChange(tx, said, subscription);
    return previewOneOff(tx, said, getCustomer(tx, customer.id));
  });
}

/** Of a customer's subscriptions the one whose period ends first. */
function nextToBill(tx: Tx, customer: CustomerRow): SubscriptionRow | undefined {
  return tx
    .by(subscriptions, 'customer', customer.id)
    .filter((row) => !hasEnded(row))
    .toSorted((one, other) => periodOf(one).end - periodOf(other).end)[0];
}

interface Place {
  readonly customer: CustomerRow;
  readonly currency: string | undefined;
  readonly subscription: string | null;
}

function addPreviewItem(tx: Tx, said: PreviewItem, { customer, ...place }: Place): void {
  const { unit_amount: whole, ...rest } = said;
  const unit = said.unit_amount_decimal ?? (whole === undefined ? undefined : String(whole));
  const amounts = { ...rest, unit_amount_decimal: unit };
  const now = customerNow(tx, customer);
  if (said.invoiceitem !== undefined) {
    const item = getInvoiceItem(tx, said.invoiceitem, 'invoiceitem');
    changeInvoiceItem(tx, { ...changedItem(item, said), ...changedCosts(tx, item, amounts) });
    return;
  }
  const costs = costsOf(tx, amounts, said.currency ?? place.currency);
  addInvoiceItem(tx, {
    ...costs,
    customer: customer.id,
    invoice: null,
    subscription: place.subscription,
    subscriptionItem: null,
    description: said.description ?? productName(tx, costs.price),
    period: said.period ?? { start: now, end: now },
    isProration: false,
    isDiscountable: said.discountable ?? costs.amount >= 0,
    discounts: redeem(tx, said.discounts, {
      customer: customer.id,
      currency: costs.currency,
      now,
    }),
    metadata: mergeMetadata({}, said.metadata),
  });
}

function changedItem(item: InvoiceItemRow, said: PreviewItem): InvoiceItemRow {
  return {
    ...item,
    description: said.description ?? item.description,
    period: said.period ?? item.period,
    isDiscountable: said.discountable ?? item.isDiscountable,
    metadata: mergeMetadata(item.metadata, said.metadata),
  };
}

function previewNew(tx: Tx, said: PreviewParams, customer: CustomerRow): Stripe.Invoice {
  const { billing_cycle_anchor: anchor, items = [], ...details } = said.subscription_details!;
  const { cancel_at, cancel_at_period_end, metadata, proration_behavior, trial_end } = details;
  const { billing_mode } = details;
  return previewNewSubscription(tx, {
    customer: customer.id,
    items,
    billing_mode,
    discounts: said.discounts,
    currency: said.currency,
    cancel_at: cancel_at ?? undefined,
    cancel_at_period_end,
    metadata,
    proration_behavior,
    trial_end,
    ...(typeof anchor === 'number' ? { billing_cycle_anchor: anchor } : {}),
  });
}

function previewChange(tx: Tx, said: PreviewParams, row: SubscriptionRow): Stripe.Invoice {
  const { billing_cycle_anchor: anchor, ...details } = said.subscription_details ?? noDetails;
  if (typeof anchor === 'number') {
    throw invalid('The billing cycle anchor of a subscription can be moved to now only.', {
      param: 'subscription_details[billing_cycle_anchor]',
    });
  }
  const customer = getCustomer(tx, row.customer);
  const { currency } = row;
  const redeemer = { customer: customer.id, currency, now: customerNow(tx, customer) };
  return previewSubscription(
    tx,
    row.id,
    { ...details, billing_cycle_anchor: anchor },
    { discounts: said.discounts === undefined ? undefined : redeem(tx, said.discounts, redeemer) },
  );
}

const noDetails: Partial<NonNullable<PreviewParams['subscription_details']>> = {};

/** What waits for the customer, where they have no subscription. */
function previewOneOff(tx: Tx, said: PreviewParams, customer: CustomerRow): Stripe.Invoice {
  const now = customerNow(tx, customer);
  const draft: InvoiceDraft = {
    customer: customer.id,
    subscription: null,
    billingReason: 'upcoming',
    lines: [],
    discounts: [],
    collectionMethod: 'charge_automatically',
    daysUntilDue: null,
    defaultPaymentMethod: null,
    periodStart: now,
    periodEnd: now,
    autoAdvance: true,
    takesPendingItems: true,
    metadata: {},
  };
  const currency = said.currency ?? currencyOf(draft, customer);
  if (pendingItems(tx, draft, currency).length === 0) {
    throw invalid('No upcoming invoices for customer: ' + customer.id, {
      code: 'invoice_upcoming_none',
    });
  }
  const discounts = redeemOrInherit(tx, said.discounts, { customer: customer.id, currency, now });
  return previewInvoice(tx, { ...draft, currency, discounts });
}
