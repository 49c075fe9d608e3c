import type { Tx } from '../../../engine/transaction.ts';
import { markUncollectible, voidInvoice } from '../../invoices/close.ts';
import { finalizeInvoice } from '../../invoices/finalize.ts';
import type { InvoiceRow } from '../../invoices/rows.ts';
import { makeInvoice, type Bill } from '../bill.ts';
import { cancelSubscription } from '../cancel.ts';
import { inPeriod } from './change.ts';
import { periodLines } from '../terms/lines.ts';
import { endDiscounts } from '../terms/discounts.ts';
import { periodFrom } from '../terms/periods.ts';
import { recurrenceOf } from '../terms/pricing.ts';
import { putSubscription, subscriptionNow } from '../render.ts';
import { getSubscription, hasEnded, periodOf, type SubscriptionRow } from '../rows.ts';
import { turnPhase } from '../schedules/phases.ts';
import { setTimers } from '../timers.ts';
import { expirePendingUpdate } from './pending-update.ts';
import { endUnpaidTrial } from './trials.ts';

/** Ends what has ended at this instant: a phase, the subscription, or its period. */
export function turn(tx: Tx, id: string): void {
  turnPhase(tx, id);
  const found = getSubscription(tx, id);
  if (hasEnded(found)) return;
  // An update that waits ends with its period, before the next one is billed.
  const isLate = (found.pendingUpdate?.expiresAt ?? Infinity) <= subscriptionNow(tx, found);
  const row = isLate ? expirePendingUpdate(tx, id) : found;
  const now = subscriptionNow(tx, row);
  if (row.cancelAt !== null && row.cancelAt <= now) {
    cancelSubscription(tx, id, { isForeseen: true });
  } else if (row.status !== 'paused' && periodOf(row).end <= now) renew(tx, row);
  else setTimers(tx, row);
}

function renew(tx: Tx, ending: SubscriptionRow): void {
  if (ending.status === 'trialing' && endUnpaidTrial(tx, ending) !== undefined) return;
  const row = endDiscounts(tx, ending, subscriptionNow(tx, ending));
  const next = nextPeriod(tx, row);
  const invoice = makeInvoice(tx, next, billOfTurn(tx, row, next));
  suspend(tx, next, invoice);
  setTimers(tx, getSubscription(tx, row.id));
}

/** A subscription in the period that follows on its present one. */
export function nextPeriod(tx: Tx, row: SubscriptionRow): SubscriptionRow {
  const every = recurrenceOf(tx, row.items[0]!.price);
  const period = periodFrom(periodOf(row).end, { anchor: row.anchor, every });
  const status = row.status === 'trialing' ? 'active' : row.status;
  return { ...inPeriod(row, period), status };
}

/** What is billed when a period ends: the next one, and what has waited for it. */
export function billOfTurn(tx: Tx, row: SubscriptionRow, next: SubscriptionRow): Bill {
  const { start, end } = periodOf(row);
  const isKept = row.status === 'unpaid' || row.pauseCollection !== null;
  return {
    reason: 'subscription_cycle',
    lines: periodLines(tx, next),
    autoAdvance: !isKept,
    periodStart: start,
    periodEnd: end,
    at: end,
  };
}

/** While collection is paused, an invoice stays a draft, or is given up as soon as it is made. */
function suspend(tx: Tx, row: SubscriptionRow, invoice: InvoiceRow): void {
  const behavior = row.pauseCollection?.behavior;
  if (behavior === undefined || behavior === 'keep_as_draft') return;
  const { status } = finalizeInvoice(tx, invoice.id);
  if (status !== 'open') return;
  if (behavior === 'void') voidInvoice(tx, invoice.id);
  else markUncollectible(tx, invoice.id);
  const current = getSubscription(tx, row.id);
  putSubscription(tx, {
    ...current,
    items: current.items.map((item) => ({ ...item, debits: [] })),
  });
}
