import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { stopAdvancing, voidInvoice } from '../invoices/close.ts';
import { invoiceItems, invoices, type BillingReason } from '../invoices/rows.ts';
import { collect, leavePending, makeInvoice } from './bill.ts';
import type { CancellationParams } from './params.ts';
import { credit } from './terms/prorate.ts';
import { subscriptionNow, tellSubscription } from './render.ts';
import { tellSchedule } from './schedules/render.ts';
import { schedules } from './schedules/rows.ts';
import {
  getSubscription,
  hasEnded,
  periodOf,
  subscriptions,
  type CancellationDetails,
  type SubscriptionRow,
} from './rows.ts';
import { setTimers } from './timers.ts';
import { expirePendingUpdate } from './turns/pending-update.ts';

export interface Cancellation {
  readonly invoiceNow?: boolean | undefined;
  readonly prorate?: boolean | undefined;
  readonly details?: CancellationParams;
  readonly reason?: CancellationDetails['reason'];
  /** At the end that was foreseen: what waits is billed, and when it was canceled stays. */
  readonly isForeseen?: boolean;
}

/** Ends a subscription at once. */
export function cancelSubscription(tx: Tx, id: string, how: Cancellation = {}): SubscriptionRow {
  if (hasEnded(getSubscription(tx, id))) throw missing('subscription', id);
  const row = expirePendingUpdate(tx, id);
  const now = subscriptionNow(tx, row);
  const lines = how.prorate === true ? row.items.flatMap((item) => credit(tx, row, item, now)) : [];
  leavePending(tx, row, lines);
  if (how.invoiceNow === true) billRest(tx, row, 'manual');
  else if (how.isForeseen === true) billRest(tx, row, 'subscription_cycle');
  else if (how.prorate !== true) dropPendingProrations(tx, row);
  const current = getSubscription(tx, id);
  stopInvoices(tx, current);
  return end(tx, current, how);
}

function end(tx: Tx, row: SubscriptionRow, how: Cancellation): SubscriptionRow {
  const now = subscriptionNow(tx, row);
  const details = detailsOf(row.cancellationDetails, how.details);
  const ended = tx.put(subscriptions, {
    ...row,
    status: row.status === 'incomplete' ? 'incomplete_expired' : 'canceled',
    cancelAt: how.isForeseen === true ? row.cancelAt : null,
    cancelAtPeriodEnd: how.isForeseen === true ? row.cancelAtPeriodEnd : false,
    canceledAt: how.isForeseen === true ? (row.canceledAt ?? now) : now,
    endedAt: how.isForeseen === true ? (row.cancelAt ?? now) : now,
    cancellationDetails: { ...details, reason: how.reason ?? 'cancellation_requested' },
    pendingUpdate: null,
    pause: null,
  });
  setTimers(tx, ended);
  tellSubscription(tx, 'customer.subscription.deleted', ended);
  closeSchedule(tx, ended);
  return ended;
}

/** A schedule does not outlive its subscription; one that was not paid for is aborted. */
function closeSchedule(tx: Tx, row: SubscriptionRow): void {
  const schedule = row.schedule === null ? undefined : tx.find(schedules, row.schedule);
  if (schedule?.status !== 'active') return;
  const now = subscriptionNow(tx, row);
  const closed = tx.put(schedules, { ...schedule, status: 'canceled', canceledAt: now });
  const isUnpaid = row.cancellationDetails.reason === 'payment_failed';
  const deed = isUnpaid ? 'aborted' : 'canceled';
  tellSchedule(tx, `subscription_schedule.${deed}`, closed);
}

export function detailsOf(
  known: CancellationDetails,
  said: CancellationParams,
): CancellationDetails {
  return {
    ...known,
    comment: said?.comment === undefined ? known.comment : said.comment,
    feedback: said?.feedback === undefined ? known.feedback : said.feedback,
  };
}

/** A final invoice of all that waits for one. */
function billRest(tx: Tx, row: SubscriptionRow, reason: BillingReason): void {
  if (pendingOf(tx, row).length === 0) return;
  const { start } = periodOf(row);
  const now = subscriptionNow(tx, row);
  const invoice = makeInvoice(tx, row, {
    reason,
    lines: [],
    takesOnlyItsOwn: true,
    autoAdvance: true,
    periodStart: start,
    periodEnd: now,
  });
  collect(tx, invoice, { paymentBehavior: 'allow_incomplete', offSession: true });
}

function pendingOf(tx: Tx, row: SubscriptionRow) {
  return tx
    .by(invoiceItems, 'pending', row.customer)
    .filter((item) => item.subscription === row.id);
}

function dropPendingProrations(tx: Tx, row: SubscriptionRow): void {
  for (const item of pendingOf(tx, row)) {
    if (item.isProration) tx.remove(invoiceItems, item.id);
  }
}

/** No invoice of a subscription that has ended is collected by itself any more. */
function stopInvoices(tx: Tx, row: SubscriptionRow): void {
  for (const { id, status, autoAdvance } of tx.by(invoices, 'subscription', row.id)) {
    if (status === 'open' && row.status === 'incomplete') voidInvoice(tx, id);
    else if ((status === 'open' || status === 'draft') && autoAdvance) stopAdvancing(tx, id);
  }
}

/** Ends all that a customer subscribed to, as when the customer is deleted. */
export function cancelSubscriptionsOf(tx: Tx, customer: string): void {
  for (const row of tx.by(subscriptions, 'customer', customer)) {
    if (!hasEnded(row)) cancelSubscription(tx, row.id);
  }
}

/** Refuses what can no longer be done with a subscription that has ended. */
export function requireLiving(row: SubscriptionRow): void {
  if (!hasEnded(row)) return;
  throw invalid('A canceled subscription can only update its cancellation_details and metadata.', {
    code: 'resource_missing',
  });
}
