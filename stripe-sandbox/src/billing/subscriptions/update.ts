import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  emptyable,
  hash,
  list,
  mergeMetadata,
  oneOf,
  optional,
  paramsOf,
  timestamp,
  type Params,
} from '../../http/params.ts';
import type { InvoiceRow } from '../invoices/rows.ts';
import { removeDiscount, renderDeletedDiscount } from '../../catalogue/discounts/discount.ts';
import { addInvoiceItems } from './terms/add-invoice-items.ts';
import { collect, leavePending, makeInvoice } from './bill.ts';
import { detailsOf, requireLiving } from './cancel.ts';
import { billOfChange, workOut, type BillingChange, type Outcome } from './turns/change.ts';
import { readDiscounts } from './terms/discounts.ts';
import type { ChangedItem } from './items.ts';
import {
  anchorNowSpec,
  anchorSaid,
  cancelAtSpec,
  cancellationSpec,
  changedItemSpecs,
  sharedSpecs,
} from './params.ts';
import { requireOwnPaymentMethod } from './terms/payment-method.ts';
import {
  awaitPayment,
  endsPendingUpdate,
  expirePendingUpdate,
  requirePendable,
} from './turns/pending-update.ts';
import { amountOfItem } from './terms/pricing.ts';
import { putSubscription, subscriptionNow } from './render.ts';
import { getSubscription, hasEnded, subscriptions, type SubscriptionRow } from './rows.ts';
import { setTimers } from './timers.ts';
import { endUnpaidTrial, tellShortTrial } from './turns/trials.ts';

export const updateSpecs = paramsOf<Stripe.SubscriptionUpdateParams>()({
  ...sharedSpecs,
  billing_cycle_anchor: anchorNowSpec,
  cancel_at: emptyable(cancelAtSpec),
  cancellation_details: cancellationSpec,
  items: optional(list(hash(changedItemSpecs), 100)),
  pause_collection: emptyable(
    hash({
      behavior: oneOf('keep_as_draft', 'mark_uncollectible', 'void'),
      resumes_at: optional(timestamp),
    }),
  ),
  proration_date: optional(timestamp),
});

/** What an update asks for, by Stripe's names; what is left out stays as it is. */
export type UpdateParams = Omit<Partial<Params<typeof updateSpecs>>, 'items'> & {
  readonly items?: readonly ChangedItem[] | undefined;
};

/** Changes a subscription as `POST /v1/subscriptions/{id}` does, and bills what that costs. */
export function updateSubscription(tx: Tx, id: string, said: UpdateParams): SubscriptionRow {
  const found = getSubscription(tx, id);
  if (hasEnded(found)) return annotate(tx, found, said);
  if (said.payment_behavior === 'pending_if_incomplete') requirePendable(said);
  const change = changeOf(said, found);
  refuseManagedEnd(found, change);
  const row = endsPendingUpdate(found, change) ? expirePendingUpdate(tx, id) : found;
  const now = subscriptionNow(tx, row);
  if (said.trial_end === 'now' && row.status === 'trialing') {
    const ended = endUnpaidTrial(tx, withSettings(tx, row, said));
    if (ended !== undefined) return ended;
  }
  const settled = withSettings(tx, row, said);
  const outcome = workOut(tx, settled, { change, now });
  refuseUnbillable(row, outcome);
  const ownItems = addInvoiceItems(tx, outcome.row, said.add_invoice_items ?? []);
  carryOut(tx, settled, { outcome, said, ownItems });
  const done = getSubscription(tx, id);
  setTimers(tx, done);
  if (done.trialEnd !== row.trialEnd) tellShortTrial(tx, done);
  return getSubscription(tx, id);
}

/** The part of an update that is about what is billed and when. */
export function changeOf(said: UpdateParams, row: SubscriptionRow): BillingChange {
  const isPaused = row.status === 'paused';
  return {
    items: said.items,
    anchor: isPaused ? 'unchanged' : anchorSaid(said.billing_cycle_anchor),
    trialEnd: said.trial_end,
    trialFromPlan: said.trial_from_plan,
    cancelAt: said.cancel_at,
    cancelAtPeriodEnd: said.cancel_at_period_end,
    prorationBehavior: isPaused ? 'none' : said.proration_behavior,
    prorationDate: said.proration_date,
  };
}

/**
 * Refuses to say when a subscription ends while its schedule says so
 * (https://github.com/dust-tt/dust/pull/32051 has Stripe's words).
 */
function refuseManagedEnd(row: SubscriptionRow, change: BillingChange): void {
  if (row.schedule === null) return;
  const { cancelAt = row.cancelAt, cancelAtPeriodEnd = row.cancelAtPeriodEnd } = change;
  if (cancelAt === row.cancelAt && cancelAtPeriodEnd === row.cancelAtPeriodEnd) return;
  throw invalid(
    `The subscription is managed by the subscription schedule \`${row.schedule}\`, and updating ` +
      'any cancelation behavior directly is not allowed. Please update the schedule instead.',
  );
}

/** What a subscription that has ended still takes. */
function annotate(tx: Tx, row: SubscriptionRow, said: UpdateParams): SubscriptionRow {
  const { metadata, cancellation_details, ...rest } = said;
  if (Object.values(rest).some((value) => value !== undefined)) requireLiving(row);
  return putSubscription(tx, {
    ...row,
    metadata: mergeMetadata(row.metadata, metadata),
    cancellationDetails: detailsOf(row.cancellationDetails, cancellation_details),
  });
}

/** All that an update changes besides what is billed. */
function withSettings(tx: Tx, row: SubscriptionRow, said: UpdateParams): SubscriptionRow {
  const method = said.default_payment_method;
  const collectionMethod = said.collection_method ?? row.collectionMethod;
  const isSent = collectionMethod === 'send_invoice';
  const daysUntilDue = isSent ? (said.days_until_due ?? row.daysUntilDue) : null;
  if (isSent && daysUntilDue === null) throw daysMissing();
  const { currency, items } = row;
  const amount = items.reduce((sum, item) => sum + amountOfItem(tx, item, currency), 0);
  const billed = { amount, currency };
  const context = { customer: row.customer, subscription: row.id, known: row.discounts, billed };
  const now = subscriptionNow(tx, row);
  const pause = said.pause_collection;
  return {
    ...row,
    cancellationDetails: detailsOf(row.cancellationDetails, said.cancellation_details),
    collectionMethod,
    daysUntilDue,
    defaultPaymentMethod:
      method === undefined
        ? row.defaultPaymentMethod
        : method && requireOwnPaymentMethod(tx, row.customer, method),
    description: said.description === undefined ? row.description : said.description,
    discounts: readDiscounts(tx, said.discounts, { ...context, now }) ?? row.discounts,
    metadata: mergeMetadata(row.metadata, said.metadata),
    missingPaymentMethod:
      said.trial_settings?.end_behavior.missing_payment_method ?? row.missingPaymentMethod,
    pauseCollection:
      pause === undefined
        ? row.pauseCollection
        : pause && { behavior: pause.behavior, resumesAt: pause.resumes_at ?? null },
    ...paymentSettingsOf(said, row),
  };
}

export function daysMissing(): Error {
  return invalid(
    'Invoices with collection_method: send_invoice must have a due date: give days_until_due.',
    { code: 'parameter_missing', param: 'days_until_due' },
  );
}

export function paymentSettingsOf(
  { payment_settings: said }: Pick<UpdateParams, 'payment_settings'>,
  row: Pick<SubscriptionRow, 'paymentMethodTypes' | 'savesPaymentMethod'>,
): Pick<SubscriptionRow, 'paymentMethodTypes' | 'savesPaymentMethod'> {
  const { payment_method_types: types, save_default_payment_method: saves } = said ?? {};
  return {
    paymentMethodTypes: types === undefined ? row.paymentMethodTypes : types,
    savesPaymentMethod: saves === undefined ? row.savesPaymentMethod : saves === 'on_subscription',
  };
}

function refuseUnbillable({ status }: SubscriptionRow, { lines }: Outcome): void {
  if (status !== 'incomplete' || lines.length === 0) return;
  throw invalid(
    'You cannot update a subscription in `incomplete` status in a way that results in a new ' +
      'invoice generated. Pay or void its first invoice first.',
    { code: 'resource_missing' },
  );
}

interface Deed {
  readonly outcome: Outcome;
  readonly said: UpdateParams;
  /** The invoice items that it has added. */
  readonly ownItems: readonly string[];
}

function carryOut(tx: Tx, settled: SubscriptionRow, { outcome, said, ownItems }: Deed): void {
  const { lines, isBilledNow } = outcome;
  // What a pending update was reckoned from is not so any more where something is prorated.
  if (lines.length > 0) expirePendingUpdate(tx, settled.id);
  const { pendingUpdate } = getSubscription(tx, settled.id);
  const row = { ...outcome.row, pendingUpdate };
  if (!isBilledNow) {
    putSubscription(tx, row);
    leavePending(tx, row, lines);
    return;
  }
  const isPendable = said.payment_behavior === 'pending_if_incomplete';
  if (isPendable && row.collectionMethod === 'charge_automatically') {
    const offSession = said.off_session ?? false;
    return awaitPayment(tx, settled, { outcome, offSession, ownItems });
  }
  const invoice = makeInvoice(tx, row, billOfChange(outcome));
  followPayment(tx, row.id, collect(tx, invoice, collectingOf(said)));
}

function collectingOf(said: UpdateParams): Parameters<typeof collect>[2] {
  const { payment_behavior: paymentBehavior = 'allow_incomplete', off_session } = said;
  return { paymentBehavior, offSession: off_session ?? false };
}

/** A change whose invoice stays unpaid leaves the subscription past due. */
function followPayment(tx: Tx, id: string, invoice: InvoiceRow): void {
  const row = tx.find(subscriptions, id)!;
  const isUnpaid = invoice.status === 'open' && invoice.collectionMethod !== 'send_invoice';
  if (isUnpaid && row.status === 'active') putSubscription(tx, { ...row, status: 'past_due' });
}

/** Takes the discount of a subscription away, as `DELETE /v1/subscriptions/{id}/discount` does. */
export function deleteDiscount(tx: Tx, id: string): Stripe.DeletedDiscount {
  const row = getSubscription(tx, id);
  const last = row.discounts.at(-1);
  if (last === undefined) throw invalid('This subscription does not have a discount.');
  const removed = removeDiscount(tx, last, subscriptionNow(tx, row));
  putSubscription(tx, { ...row, discounts: row.discounts.filter((each) => each !== last) });
  return renderDeletedDiscount(removed);
}
