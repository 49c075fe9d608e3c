// pure
import type { ItemsSince } from './items.ts';
import type { InvoiceRecord, SubscriptionRecord } from './records.ts';

/**
 * A charge takes a second or two. One that is not settled by then is a failure; before, nobody
 * can say, and nothing is derived of it.
 */
const SETTLING_MS = 60_000;

/** A first invoice is final at once; that of a schedule is a draft for about an hour. */
const FINAL_AT_ONCE_MS = 10 * 60_000;

/** Statuses that records date; any other is dated by the period that it is found in. */
const DATED = new Set([
  'trialing',
  'active',
  'past_due',
  'canceled',
  'incomplete',
  'incomplete_expired',
]);

interface StatusSpan {
  readonly status: string;
  readonly startMs: number;
  /** `null` while it lasts. */
  readonly endMs: number | null;
}

/** The status of each instant, and the instants at which it may change. */
export interface StatusHistory {
  readonly instants: readonly number[];
  /** From when on nothing more is to be told, since it is not settled yet. */
  readonly unsettledMs: number | null;
  statusAt(atMs: number): string;
}

interface Facts {
  readonly subscription: SubscriptionRecord;
  readonly invoices: readonly InvoiceRecord[];
  readonly items: readonly ItemsSince[];
  readonly nowMs: number;
}

/**
 * Which status a subscription has had when. Where several hold at once, the end comes before a
 * pause, a pause before a trial, and so on down to `past_due`; where none does, it is `active`.
 */
export function statusHistory(facts: Facts): StatusHistory {
  const { subscription, invoices, nowMs } = facts;
  const first = firstPayment(subscription, invoices, nowMs);
  const paused = pauses(facts);
  const spans = [
    ...endOf(subscription),
    ...paused,
    ...trials(subscription),
    ...(first === 'unsettled' ? [] : first),
    ...undated(facts),
    ...latenesses(facts, paused),
  ];
  const instants = spans.flatMap(({ startMs, endMs }) =>
    endMs === null ? [startMs] : [startMs, endMs],
  );
  return {
    instants: [subscription.startMs, ...instants],
    unsettledMs: first === 'unsettled' ? subscription.startMs : null,
    statusAt: (atMs) =>
      spans.find(({ startMs, endMs }) => startMs <= atMs && (endMs === null || atMs < endMs))
        ?.status ?? 'active',
  };
}

function endOf({ status, endedMs }: SubscriptionRecord): StatusSpan[] {
  return endedMs === null ? [] : [{ status, startMs: endedMs, endMs: null }];
}

/**
 * A pause that is over shows as time for which nothing was billed, up to the next bill or the end.
 * What was credited and is billed again from the credit's end on was free in between, not paused.
 */
function pauses({ subscription, items }: Facts): StatusSpan[] {
  const past = items.flatMap((since, index): StatusSpan[] => {
    const begins = since.items.length === 0 && items[index - 1]?.items.length !== 0;
    const next = items.slice(index + 1).find((later) => later.items.length > 0);
    const isPause =
      next === undefined
        ? subscription.endedMs !== null && !isFree(subscription)
        : next.atMs !== since.creditedUntilMs;
    if (!begins || !isPause) return [];
    return [{ status: 'paused', startMs: since.atMs, endMs: next?.atMs ?? null }];
  });
  if (subscription.status !== 'paused' || subscription.pausedMs === null) return past;
  return [...past, { status: 'paused', startMs: subscription.pausedMs, endMs: null }];
}

function isFree({ items }: SubscriptionRecord): boolean {
  return items.every(({ price }) => Number(price.unitAmountDecimal ?? 1) === 0);
}

/** A trial ends when Stripe says that it has, since it may also end in a pause or for good. */
function trials({ status, trialStartMs, trialEndMs }: SubscriptionRecord): StatusSpan[] {
  if (trialStartMs === null || trialEndMs === null || trialEndMs <= trialStartMs) return [];
  const endMs = status === 'trialing' ? null : trialEndMs;
  return [{ status: 'trialing', startMs: trialStartMs, endMs }];
}

/** Until its first invoice is paid a subscription is incomplete. */
function firstPayment(
  subscription: SubscriptionRecord,
  invoices: readonly InvoiceRecord[],
  nowMs: number,
): StatusSpan[] | 'unsettled' {
  const { startMs, createdMs, collectionMethod } = subscription;
  const first = invoices.find(({ billingReason }) => billingReason === 'subscription_create');
  if (first === undefined) {
    return subscription.status === 'incomplete' ? 'unsettled' : [];
  }
  const isFinalAtOnce =
    first.finalizedMs !== null && first.finalizedMs - first.createdMs < FINAL_AT_ONCE_MS;
  if (collectionMethod === 'send_invoice' || !isFinalAtOnce) return [];
  const settledMs = first.paidMs ?? first.markedUncollectibleMs;
  if (settledMs !== null && settledMs <= createdMs + SETTLING_MS) return [];
  if (settledMs === null && nowMs < createdMs + SETTLING_MS) return 'unsettled';
  return [{ status: 'incomplete', startMs, endMs: settledMs }];
}

/**
 * While a renewal is owed for, the subscription is past due. What follows a later one that is
 * settled, be it by credit, is of that: Stripe looks at the newest bill.
 */
function latenesses(facts: Facts, paused: readonly StatusSpan[]): StatusSpan[] {
  const bills = facts.invoices.filter((invoice) => !isOfChange(invoice, paused));
  return bills.flatMap((invoice, index) => {
    const later = bills.slice(index + 1).map(moneyOf);
    const endMs = earliest([settlementOf(invoice), ...later]);
    return lateness(facts, invoice, endMs);
  });
}

function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((each) => each !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/**
 * From the first attempt to charge it, which is when the invoice becomes final, or from the day by
 * which it was to be paid. A failed payment for a change within the period makes nothing late, as
 * the change then waits for it.
 */
function lateness(
  { subscription, nowMs }: Facts,
  invoice: InvoiceRecord,
  endMs: number | null,
): StatusSpan[] {
  const { billingReason, finalizedMs, amountDueMinor } = invoice;
  if (finalizedMs === null || amountDueMinor <= 0) return [];
  const isSent = subscription.collectionMethod === 'send_invoice';
  const isFirst =
    billingReason === 'subscription_create' && finalizedMs - invoice.createdMs < FINAL_AT_ONCE_MS;
  if (!isSent && (isFirst || invoice.isPaidSlowly || !invoice.isAttempted)) return [];
  const startMs = isSent ? invoice.dueMs : finalizedMs;
  if (startMs === null || (endMs ?? nowMs) <= startMs + SETTLING_MS) return [];
  return [{ status: 'past_due', startMs, endMs }];
}

/**
 * A resumption is billed by an update as well, but begins a period where a pause ends. What waited
 * for the next bill, such as the credit for the pause, comes along.
 */
function isOfChange(
  { billingReason, lines }: InvoiceRecord,
  paused: readonly StatusSpan[],
): boolean {
  if (billingReason !== 'subscription_update') return false;
  const resumes = lines.some(
    ({ isProration, periodStartMs }) =>
      !isProration && paused.some(({ endMs }) => endMs === periodStartMs),
  );
  return !resumes && lines.some(({ isProration }) => isProration);
}

function settlementOf(invoice: InvoiceRecord): number | null {
  return moneyOf(invoice) ?? invoice.voidedMs;
}

/** When its money came, or was given up; a void invoice is as if there had been none. */
function moneyOf({ paidMs, markedUncollectibleMs }: InvoiceRecord): number | null {
  return paidMs ?? markedUncollectibleMs;
}

/**
 * A status that no record dates, such as `unpaid`, holds from the last attempt to charge what is
 * owed for, or else from the start of the present period.
 */
function undated({ subscription, invoices, items }: Facts): StatusSpan[] {
  const { status, startMs } = subscription;
  if (DATED.has(status) || status === 'paused') return [];
  const owed = invoices.findLast(
    (invoice) => invoice.status === 'open' && invoice.lastAttemptMs !== null,
  );
  const periodMs = items.findLast((since) => since.items.length > 0)?.atMs ?? startMs;
  const sinceMs = owed?.lastAttemptMs ?? Math.max(startMs, periodMs);
  return [{ status, startMs: sinceMs, endMs: null }];
}
