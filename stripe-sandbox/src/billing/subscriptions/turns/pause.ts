import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { hash, oneOf, optional, paramsOf, timestamp, type Params } from '../../../http/params.ts';
import { periodAt } from '../../../money/calendar.ts';
import { voidInvoice } from '../../invoices/close.ts';
import { invoices, type InvoiceRow, type LineDraft } from '../../invoices/rows.ts';
import { collect, leavePending, makeInvoice, type Bill } from '../bill.ts';
import { inPeriod } from './change.ts';
import { periodLines } from '../terms/lines.ts';
import { anchorNowSpec, anchorSaid, prorationSpec } from '../params.ts';
import { periodFrom } from '../terms/periods.ts';
import { recurrenceOf } from '../terms/pricing.ts';
import { credit, debitRest } from '../terms/prorate.ts';
import { expirePendingUpdate } from './pending-update.ts';
import { putSubscription, subscriptionNow, tellSubscription } from '../render.ts';
import { getSubscription, periodOf, type SubscriptionRow } from '../rows.ts';
import { DUE, PATIENCE_SECONDS, setTimers } from '../timers.ts';

export const pauseSpecs = paramsOf<Stripe.SubscriptionPauseParams>()({
  bill_for: optional(
    hash({
      outstanding_usage_through: optional(hash({ type: oneOf('none', 'now') })),
      unused_time_from: optional(hash({ type: oneOf('item_current_period_start', 'none', 'now') })),
    }),
  ),
  invoicing_behavior: optional(oneOf('invoice', 'pending_invoice_item')),
  type: optional(oneOf('subscription')),
});

/** Pauses a subscription: no period begins and nothing is billed until it is resumed. */
export function pauseSubscription(
  tx: Tx,
  id: string,
  said: Params<typeof pauseSpecs>,
): SubscriptionRow {
  requirePausable(getSubscription(tx, id));
  const row = expirePendingUpdate(tx, id);
  const now = subscriptionNow(tx, row);
  const lines = creditOfPause(tx, row, said.bill_for?.unused_time_from?.type ?? 'now');
  const items = row.items.map((item) => ({ ...item, debits: [] }));
  const paused: SubscriptionRow = {
    ...row,
    items,
    status: 'paused',
    pause: { at: now, reason: 'pause_requested' },
  };
  if (said.invoicing_behavior === 'invoice' && lines.length > 0) {
    const invoice = makeInvoice(tx, paused, billAtOnce(paused, lines));
    collect(tx, invoice, { paymentBehavior: 'allow_incomplete', offSession: true });
  } else {
    putSubscription(tx, paused);
    leavePending(tx, paused, lines);
  }
  const current = getSubscription(tx, id);
  setTimers(tx, current);
  tellSubscription(tx, 'customer.subscription.paused', current);
  return current;
}

function requirePausable(row: SubscriptionRow): void {
  if (row.schedule !== null) {
    throw invalid('You cannot pause a subscription that a schedule manages.');
  }
  const { status } = row;
  if (status === 'active' || status === 'trialing' || status === 'past_due') return;
  throw invalid(`You cannot pause a subscription with status \`${status}\`.`);
}

function creditOfPause(
  tx: Tx,
  row: SubscriptionRow,
  from: 'item_current_period_start' | 'none' | 'now',
): readonly LineDraft[] {
  if (from === 'none') return [];
  const at = from === 'now' ? subscriptionNow(tx, row) : periodOf(row).start;
  return row.items.flatMap((item) => credit(tx, row, item, at));
}

function billAtOnce(row: SubscriptionRow, lines: readonly LineDraft[]): Bill {
  const { start, end } = periodOf(row);
  const reason = 'subscription_update';
  return { reason, lines, autoAdvance: true, periodStart: start, periodEnd: end };
}

export const resumeSpecs = paramsOf<Stripe.SubscriptionResumeParams>()({
  billing_cycle_anchor: anchorNowSpec,
  payment_behavior: optional(oneOf('resume_on_payment_attempt', 'resume_on_payment_success')),
  proration_behavior: prorationSpec,
  proration_date: optional(timestamp),
});

type ResumeParams = Params<typeof resumeSpecs>;

/** Lets a paused subscription go on, in a new period or in the one that its anchor gives. */
export function resumeSubscription(tx: Tx, id: string, said: ResumeParams): SubscriptionRow {
  const row = getSubscription(tx, id);
  requirePaused(row);
  const { resumed, lines } = planResumption(tx, row, said);
  const isUnchanged = anchorSaid(said.billing_cycle_anchor ?? 'now') === 'unchanged';
  if (lines.length === 0 || (isUnchanged && said.proration_behavior !== 'always_invoice')) {
    putSubscription(tx, resumed);
    leavePending(tx, resumed, lines);
    return completeResumption(tx, resumed);
  }
  dropEarlierResumption(tx, row);
  const invoice = makeInvoice(tx, resumed, billAtOnce(resumed, lines));
  return followResumption(tx, id, { invoice, said });
}

/** What a paused subscription would be, and be billed, if it went on in a new period now. */
export function foreseeResumption(
  tx: Tx,
  row: SubscriptionRow,
): { readonly shown: SubscriptionRow; readonly bill: Bill } {
  requirePaused(row);
  const { resumed, lines } = planResumption(tx, row, {});
  return { shown: { ...resumed, status: 'active' }, bill: billAtOnce(resumed, lines) };
}

function requirePaused({ status }: SubscriptionRow): void {
  if (status === 'paused') return;
  throw invalid('You can only resume a subscription that is paused.');
}

function planResumption(
  tx: Tx,
  row: SubscriptionRow,
  said: Partial<ResumeParams>,
): { readonly resumed: SubscriptionRow; readonly lines: readonly LineDraft[] } {
  const now = subscriptionNow(tx, row);
  const every = recurrenceOf(tx, row.items[0]!.price);
  if (anchorSaid(said.billing_cycle_anchor ?? 'now') === 'now') {
    const period = periodFrom(now, { anchor: now, every });
    const resumed = { ...inPeriod(row, period), anchor: now, anchorConfig: null };
    return { resumed, lines: periodLines(tx, resumed, { isTrial: false }) };
  }
  const resumed = inPeriod(row, periodAt(row.anchor, every, now));
  if (said.proration_behavior === 'none') return { resumed, lines: [] };
  const { lines, items } = debitRest(tx, { row: resumed, at: said.proration_date ?? now });
  return { resumed: { ...resumed, items }, lines };
}

function followResumption(
  tx: Tx,
  id: string,
  { invoice, said }: { readonly invoice: InvoiceRow; readonly said: ResumeParams },
): SubscriptionRow {
  const row = putSubscription(tx, { ...getSubscription(tx, id), resumption: invoice.id });
  const isAttempt = said.payment_behavior !== 'resume_on_payment_success';
  const paymentBehavior = isAttempt ? 'allow_incomplete' : 'default_incomplete';
  const collected = collect(tx, invoice, { paymentBehavior, offSession: false });
  const current = getSubscription(tx, id);
  if (current.resumption === null) return current;
  if (collected.status === 'paid') return completeResumption(tx, current);
  if (isAttempt) {
    const active = completeResumption(tx, current);
    return putSubscription(tx, { ...active, status: 'past_due' });
  }
  const at = subscriptionNow(tx, row) + PATIENCE_SECONDS;
  tx.schedule({ kind: DUE.resumption, subject: id, at, clock: row.testClock });
  return current;
}

/** Makes a paused subscription active again. */
export function completeResumption(tx: Tx, row: SubscriptionRow): SubscriptionRow {
  const active = putSubscription(tx, { ...row, status: 'active', pause: null, resumption: null });
  tx.unschedule(DUE.resumption, row.id);
  setTimers(tx, active);
  tellSubscription(tx, 'customer.subscription.resumed', active);
  return active;
}

function dropEarlierResumption(tx: Tx, { resumption }: SubscriptionRow): void {
  const earlier = resumption === null ? undefined : tx.find(invoices, resumption);
  if (earlier?.status === 'open') voidInvoice(tx, earlier.id);
}

/** Gives a resumption up that was not paid in time; the subscription stays paused. */
export function expireResumption(tx: Tx, id: string): void {
  const row = getSubscription(tx, id);
  dropEarlierResumption(tx, row);
  if (row.resumption !== null)
    putSubscription(tx, { ...getSubscription(tx, id), resumption: null });
}

/** Ends a pause of collection at the instant that it was to last until. */
export function resumeCollection(tx: Tx, id: string): void {
  const row = getSubscription(tx, id);
  if (row.pauseCollection !== null) putSubscription(tx, { ...row, pauseCollection: null });
}
