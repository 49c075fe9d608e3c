import { DAY_MS } from '@whisperforge/kernel/period';
import { isServed, type RecordedSubscription } from '../../../subscriptions/index.ts';
import type { ProjectedInvoice, ProjectedSubscription } from '../../projection/effect.ts';
import type { NewMail, PlanChoice } from '../mail-data.ts';

export interface NewsFacts {
  readonly accountId: number;
  readonly nowMs: number;
  readonly subscription: ProjectedSubscription | null;
  /** Invoices that are new or say something else than before. */
  readonly invoices: readonly ProjectedInvoice[];
  /** Whether the customer comes in from before, where somebody else has told what happened. */
  readonly isImport: boolean;
}

/** Older than this when it is first seen, something is history that somebody else has told. */
const NEWS_MS = 3 * DAY_MS;
const TRIAL_NOTICE_MS = 3 * DAY_MS;

/** What customers are written of, beside what follows from failed payments. */
export function decideNews(facts: NewsFacts): NewMail[] {
  const mails = [...subscriptionMails(facts), ...receipts(facts)];
  return facts.isImport ? mails.filter(({ dueMs }) => dueMs > facts.nowMs) : mails;
}

function subscriptionMails(facts: NewsFacts): NewMail[] {
  const { subscription } = facts;
  if (subscription === null) return [];
  const { before, state } = subscription;
  if (before === null) return state.endedMs === null ? begun(facts, subscription) : [];
  if (before.endedMs !== null) return [];
  if (state.endedMs !== null) return ended(facts, subscription, before);
  return [...changes(facts, subscription, before), ...trialEnd(facts, subscription)];
}

function begun(facts: NewsFacts, subscription: ProjectedSubscription): NewMail[] {
  const { remote, state } = subscription;
  const isNews = remote.createdMs > facts.nowMs - NEWS_MS && isServed(state.status);
  const key = `subscription_started:${remote.id}`;
  const data = { subscriptionId: remote.id };
  const started: NewMail = { ...baseOf(facts, key), kind: 'subscription_started', data };
  return [...(isNews ? [started] : []), ...trialEnd(facts, subscription)];
}

/** Three days before the end of a trial, where it was longer than that. */
function trialEnd(facts: NewsFacts, { remote, state }: ProjectedSubscription): NewMail[] {
  const { trialEndMs, status, startedMs } = state;
  if (status !== 'trialing' || trialEndMs === null) return [];
  const dueMs = trialEndMs - TRIAL_NOTICE_MS;
  if (dueMs <= startedMs || trialEndMs <= facts.nowMs) return [];
  const key = `trial_ending:${remote.id}:${trialEndMs}`;
  const data = { subscriptionId: remote.id, trialEndMs };
  return [{ ...baseOf(facts, key), kind: 'trial_ending', data, dueMs }];
}

function ended(
  facts: NewsFacts,
  { remote, state }: ProjectedSubscription,
  before: RecordedSubscription,
): NewMail[] {
  const isUnpaid = before.status === 'past_due' || before.status === 'unpaid';
  const data = { subscriptionId: remote.id, planId: state.planId, isUnpaid };
  return [{ ...baseOf(facts, `canceled:${remote.id}`), kind: 'canceled', data }];
}

/**
 * A change and its opposite may follow each other any number of times, so the instant is part of
 * their keys; that each is told once follows from the rows being written with it.
 */
function changes(
  facts: NewsFacts,
  { remote, state }: ProjectedSubscription,
  before: RecordedSubscription,
): NewMail[] {
  const mails: NewMail[] = [];
  const { id: subscriptionId } = remote;
  const base = (kind: string) => baseOf(facts, `${kind}:${subscriptionId}:${facts.nowMs}`);
  const [from, to] = [choiceOf(before), choiceOf(state)];
  const isSame =
    from.planId === to.planId && from.billingCycle === to.billingCycle && from.seats === to.seats;
  if (!isSame) {
    mails.push({
      ...base('plan_changed'),
      kind: 'plan_changed',
      data: { subscriptionId, from, to },
    });
  }
  const { scheduled, cancelAtMs } = state;
  const isRescheduled =
    scheduled?.planId !== before.scheduled?.planId || scheduled?.atMs !== before.scheduled?.atMs;
  if (scheduled !== null && isRescheduled) {
    const data = { subscriptionId, ...scheduled };
    mails.push({ ...base('downgrade_scheduled'), kind: 'downgrade_scheduled', data });
  }
  if (cancelAtMs !== null && cancelAtMs !== before.cancelAtMs) {
    const data = { subscriptionId, cancelAtMs };
    mails.push({ ...base('cancellation_scheduled'), kind: 'cancellation_scheduled', data });
  }
  const hasWithdrawn =
    (before.cancelAtMs !== null && cancelAtMs === null) ||
    (before.scheduled !== null && scheduled === null && isSame);
  if (hasWithdrawn && cancelAtMs === null && scheduled === null) {
    mails.push({ ...base('resumed'), kind: 'resumed', data: { subscriptionId } });
  }
  return mails;
}

function choiceOf({ planId, billingCycle, seats }: PlanChoice): PlanChoice {
  return { planId, billingCycle, seats };
}

/**
 * One for each invoice that money was paid for, however often it is told that it was; who bought a
 * pack is thanked for it, with its invoice.
 */
function receipts(facts: NewsFacts): NewMail[] {
  return facts.invoices.flatMap(({ invoice, before }): NewMail[] => {
    if (invoice.status !== 'paid' || invoice.amountPaidMinor <= 0) return [];
    if (before?.status === 'paid' || invoice.metadata['pack'] !== undefined) return [];
    const paidMs = invoice.paidMs ?? invoice.createdMs;
    if (before === null && paidMs <= facts.nowMs - NEWS_MS) return [];
    const data = { invoiceId: invoice.id };
    return [{ ...baseOf(facts, `receipt:${invoice.id}`), kind: 'receipt', data }];
  });
}

function baseOf({ accountId, nowMs }: NewsFacts, key: string) {
  return { key, accountId, dueMs: nowMs };
}
