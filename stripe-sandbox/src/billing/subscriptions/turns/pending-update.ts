import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { voidInvoice } from '../../invoices/close.ts';
import { draftInvoice } from '../../invoices/draft.ts';
import { lendItems } from '../../invoices/life/lent-items.ts';
import { getInvoice, invoiceItems } from '../../invoices/rows.ts';
import { collect, draftOf } from '../bill.ts';
import { billOfChange, type BillingChange, type Outcome } from './change.ts';
import { noteDebits, spendDiscounts } from '../terms/debits.ts';
import { putSubscription, subscriptionNow, tellSubscription } from '../render.ts';
import { getSubscription, periodOf, type SubscriptionRow } from '../rows.ts';
import { PATIENCE_SECONDS, setTimers } from '../timers.ts';

const PENDABLE: ReadonlySet<string> = new Set([
  'add_invoice_items',
  'billing_cycle_anchor',
  'cancel_at_period_end',
  'discounts',
  'items',
  'metadata',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
  'trial_from_plan',
]);

/** Refuses what cannot wait for a payment. */
export function requirePendable(said: object): void {
  const entries = Object.entries(said) as [string, unknown][];
  const name = entries.find(([key, value]) => value !== undefined && !PENDABLE.has(key))?.[0];
  if (name === undefined) return;
  throw invalid(
    'When `payment_behavior` is set to `pending_if_incomplete`, you cannot pass the following ' +
      `parameter: ${name}.`,
    { param: name },
  );
}

interface Awaited {
  readonly outcome: Outcome;
  readonly offSession: boolean;
  /** The invoice items that the update itself has added. */
  readonly ownItems: readonly string[];
}

/** Bills a change and makes it once its invoice is paid: at once, or later as a pending update. */
export function awaitPayment(
  tx: Tx,
  before: SubscriptionRow,
  { outcome, offSession, ownItems }: Awaited,
): void {
  const { row } = outcome;
  const draft = draftInvoice(tx, draftOf(tx, row, billOfChange(outcome)));
  const taken = tx.by(invoiceItems, 'invoice', draft.id).map(({ id }) => id);
  lendItems(
    tx,
    draft.id,
    taken.filter((id) => !ownItems.includes(id)),
  );
  const target = { ...noteDebits(tx, row, draft), latestInvoice: draft.id, pendingUpdate: null };
  const invoice = collect(tx, draft, { paymentBehavior: 'allow_incomplete', offSession });
  if (invoice.status === 'paid') {
    putSubscription(tx, spendDiscounts(tx, target, invoice));
    return;
  }
  putSubscription(tx, {
    ...before,
    latestInvoice: invoice.id,
    pendingUpdate: {
      invoice: invoice.id,
      expiresAt: expiryOf(tx, before),
      anchor: row.anchor === before.anchor ? null : row.anchor,
      trialEnd: row.trialEnd === before.trialEnd ? null : row.trialEnd,
      cancellation: row.cancelAt === before.cancelAt ? null : cancellationOf(row),
      target,
    },
  });
}

function cancellationOf({ cancelAt, cancelAtPeriodEnd, canceledAt }: SubscriptionRow) {
  return { cancelAt, cancelAtPeriodEnd, canceledAt };
}

/** Within its patience, and no later than the period or the trial that it was reckoned in ends. */
function expiryOf(tx: Tx, row: SubscriptionRow): number {
  const now = subscriptionNow(tx, row);
  const ends = [periodOf(row).end, row.trialEnd ?? now].filter((end) => end > now);
  return Math.min(now + PATIENCE_SECONDS, ...ends);
}

/** Makes the update that has waited for its invoice; what it did not name stays as it is now. */
export function applyPendingUpdate(tx: Tx, row: SubscriptionRow): void {
  const { target, invoice, anchor, trialEnd, cancellation } = row.pendingUpdate!;
  const { anchorConfig, status, trialStart } = target;
  const updated = spendDiscounts(
    tx,
    {
      ...row,
      items: target.items,
      ...(anchor === null ? {} : { anchor, anchorConfig }),
      ...(trialEnd === null ? {} : { status, trialStart, trialEnd }),
      ...cancellation,
      pendingUpdate: null,
    },
    getInvoice(tx, invoice),
  );
  putSubscription(tx, updated);
  setTimers(tx, updated);
  tellSubscription(tx, 'customer.subscription.pending_update_applied', updated);
}

/** Gives up an update that waits for its payment; answers the subscription without it. */
export function expirePendingUpdate(tx: Tx, id: string): SubscriptionRow {
  const row = getSubscription(tx, id);
  if (row.pendingUpdate === null) return row;
  const { invoice } = row.pendingUpdate;
  setTimers(tx, putSubscription(tx, { ...row, pendingUpdate: null }));
  if (getInvoice(tx, invoice).status === 'open') voidInvoice(tx, invoice);
  const expired = getSubscription(tx, id);
  tellSubscription(tx, 'customer.subscription.pending_update_expired', expired);
  return expired;
}

/**
 * Whether a change ends an update that waits. Another update voids its invoice and takes its place,
 * and so does a phase of a schedule (https://docs.stripe.com/billing/subscriptions/pending-updates);
 * one that says otherwise of `cancel_at_period_end` expires it
 * (https://docs.stripe.com/changelog/endive/2026-09-30/scheduled-subscription-cancellation). What
 * was reckoned from items, periods and an end of service that are no more must not be paid for.
 */
export function endsPendingUpdate(row: SubscriptionRow, change: BillingChange): boolean {
  if (row.pendingUpdate === null) return false;
  const { cancellation } = row.pendingUpdate;
  const { items, anchor, trialEnd, trialFromPlan, cancelAt, cancelAtPeriodEnd } = change;
  if (items !== undefined || trialEnd !== undefined || cancelAt !== undefined) return true;
  if (anchor === 'now' || trialFromPlan === true) return true;
  if (cancelAtPeriodEnd === undefined || cancellation === null) return false;
  return cancellation.cancelAtPeriodEnd !== cancelAtPeriodEnd;
}
