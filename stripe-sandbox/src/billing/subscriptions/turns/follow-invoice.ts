import type { Tx } from '../../../engine/transaction.ts';
import { voidInvoice } from '../../invoices/close.ts';
import { dunningSettings } from '../../invoices/dunning.ts';
import {
  invoices,
  type InvoiceOutcome,
  type InvoiceRow,
  type InvoiceStatus,
} from '../../invoices/rows.ts';
import { cancelSubscription } from '../cancel.ts';
import { undoDebits } from '../terms/debits.ts';
import { keepPaymentMethod } from '../terms/payment-method.ts';
import { completeResumption } from './pause.ts';
import { applyPendingUpdate, expirePendingUpdate } from './pending-update.ts';
import { putSubscription, subscriptionNow } from '../render.ts';
import { hasEnded, subscriptions, type SubscriptionRow } from '../rows.ts';
import { setTimers } from '../timers.ts';

/** Lets a subscription follow what became of its invoice. */
export function followInvoice(tx: Tx, invoice: InvoiceRow, outcome: InvoiceOutcome): void {
  const row =
    invoice.subscription === null ? undefined : tx.find(subscriptions, invoice.subscription);
  // A subscription that is being made takes its first status from its maker.
  if (row === undefined || !row.isAnnounced || hasEnded(row)) return;
  switch (outcome) {
    case 'paid':
      return afterPayment(tx, row, invoice);
    case 'uncollectible':
      return afterPayment(tx, row, invoice);
    case 'voided':
      return afterVoiding(tx, row, invoice);
    case 'payment_failed':
      return afterFailure(tx, row, invoice, invoice.nextPaymentAttempt === null);
    case 'action_required':
      return afterFailure(tx, row, invoice, false);
    case 'overdue':
      return afterFailure(tx, row, invoice, false);
  }
}

function afterPayment(tx: Tx, paid: SubscriptionRow, invoice: InvoiceRow): void {
  const kept = keepPaymentMethod(tx, paid, invoice);
  const row = kept === paid ? paid : putSubscription(tx, kept);
  if (row.pendingUpdate?.invoice === invoice.id) return applyPendingUpdate(tx, row);
  if (row.resumption === invoice.id) completeResumption(tx, row);
  else settle(tx, row, invoice);
}

/** Nothing is owed any more for the invoice: the subscription goes on if it was the latest. */
function settle(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow): void {
  const owes = row.status === 'incomplete' || row.status === 'past_due' || row.status === 'unpaid';
  if (!owes || isOwing(tx, row, invoice)) return;
  const settled = putSubscription(tx, { ...row, status: 'active' });
  if (row.status === 'incomplete') setTimers(tx, settled);
}

/**
 * Whether the newest invoice, if it is another one, still waits for its money. A void one does not
 * count: "Stripe ignores voided invoices when determining subscription status and uses the most
 * recent non-voided invoice instead" (https://docs.stripe.com/billing/subscriptions/overview); nor
 * does that of an update that is not made yet.
 */
function isOwing(tx: Tx, row: SubscriptionRow, { id }: InvoiceRow): boolean {
  const newest = tx
    .by(invoices, 'subscription', row.id)
    .findLast((each) => COUNTS.has(each.status) && each.id !== row.pendingUpdate?.invoice);
  if (newest === undefined || newest.id === id) return false;
  return newest.status === 'open' && newest.attempted && newest.amountDue > newest.amountPaid;
}

const COUNTS: ReadonlySet<InvoiceStatus> = new Set(['open', 'paid', 'uncollectible']);

function afterVoiding(tx: Tx, found: SubscriptionRow, invoice: InvoiceRow): void {
  if (found.pendingUpdate?.invoice === invoice.id) {
    setTimers(tx, putSubscription(tx, { ...found, pendingUpdate: null }));
    return;
  }
  const undone = undoDebits(tx, found, invoice);
  // An update that waits may give back what is not owed any more.
  const isTouched = JSON.stringify(undone) !== JSON.stringify(found);
  const { pendingUpdate } = isTouched ? expirePendingUpdate(tx, found.id) : found;
  const row = putSubscription(tx, { ...undone, pendingUpdate });
  if (row.resumption === invoice.id) putSubscription(tx, { ...row, resumption: null });
  else if (row.status === 'incomplete') expireFirstPayment(tx, row.id);
  else settle(tx, row, invoice);
}

/** Ends a subscription whose first invoice was not paid in time. */
export function expireFirstPayment(tx: Tx, id: string): void {
  const row = tx.find(subscriptions, id);
  if (row?.status !== 'incomplete') return;
  const now = subscriptionNow(tx, row);
  const expired = putSubscription(tx, { ...row, status: 'incomplete_expired', endedAt: now });
  setTimers(tx, expired);
  const first = row.latestInvoice === null ? undefined : tx.find(invoices, row.latestInvoice);
  if (first?.status === 'open') voidInvoice(tx, first.id);
}

function afterFailure(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow, isLast: boolean): void {
  const isAside = row.pendingUpdate?.invoice === invoice.id || row.resumption === invoice.id;
  if (isAside || row.status === 'incomplete' || row.status === 'paused') return;
  const isFirst = row.status === 'active' || row.status === 'trialing';
  const late = isFirst ? putSubscription(tx, { ...row, status: 'past_due' }) : row;
  const { end, retryDays } = dunningSettings(tx);
  const isOver = isLast && invoice.attemptCount > retryDays.length;
  if (!isOver || late.status !== 'past_due') return;
  if (end === 'cancel') cancelSubscription(tx, row.id, { reason: 'payment_failed' });
  if (end === 'unpaid') putSubscription(tx, { ...late, status: 'unpaid' });
}
