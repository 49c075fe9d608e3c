import { DAY_MS } from '@whisperforge/kernel/period';
import { isServed } from '../../subscriptions/index.ts';
import type { RemoteInvoice } from '../gateway/remote.ts';
import type { ProjectedInvoice, ProjectedSubscription } from '../projection/effect.ts';
import { NOTICE_MS, type DunningStep } from './step.ts';

export interface DunningFacts {
  readonly accountId: number;
  readonly nowMs: number;
  readonly graceDays: number;
  readonly subscription: ProjectedSubscription;
  /** All of the customer's. */
  readonly invoices: readonly RemoteInvoice[];
  /** Those that are news. */
  readonly changed: readonly ProjectedInvoice[];
  /** Invoices of which Stripe has said that the customer's bank asks for a confirmation. */
  readonly awaitingConfirmation: ReadonlySet<string>;
  /** Whether the customer comes in from before, where somebody else has told what happened. */
  readonly isImport: boolean;
}

export interface Dunning {
  /** What has happened by now. */
  readonly happened: readonly DunningStep[];
  /** What will happen, unless a payment comes first. */
  readonly ahead: readonly DunningStep[];
  /** What was over before it was first seen: on record, and told to nobody. */
  readonly past: readonly DunningStep[];
  /** Why what was ahead will not happen; `null` where it still will. */
  readonly calledOffBecause: string | null;
}

const NOTHING: Dunning = { happened: [], ahead: [], past: [], calledOffBecause: null };

/** Older than this when it is first seen, a failure is history that somebody else has told. */
const NEWS_MS = 3 * DAY_MS;

/**
 * What follows from how a subscription stands, beside how it stood. The same facts give the same
 * steps under the same keys, so that it does not matter how often they are looked at.
 */
export function decideDunning(facts: DunningFacts): Dunning {
  const decided = decideNow(facts);
  if (!facts.isImport) return decided;
  return { ...decided, happened: [], past: [...decided.past, ...decided.happened] };
}

function decideNow(facts: DunningFacts): Dunning {
  const { subscription } = facts;
  const { state, before } = subscription;
  const wasOwed = before !== null && before.endedMs === null && isOwing(before.status);
  if (state.endedMs !== null) {
    if (!wasOwed) return NOTHING;
    const ended = stepOf(facts, { step: 'ended', key: `ended:${subscription.remote.id}` });
    return { ...NOTHING, happened: [ended], calledOffBecause: 'the subscription has ended' };
  }
  if (isOwing(state.status)) return owing(facts);
  const isRecovery = wasOwed && isServed(state.status);
  return isRecovery ? recovering(facts) : confirming(facts);
}

function isOwing(status: string): boolean {
  return status === 'past_due' || status === 'unpaid';
}

function owing(facts: DunningFacts): Dunning {
  const { subscription, graceDays } = facts;
  const { remote, state, before } = subscription;
  const owed = owedInvoices(facts);
  const isNew = (invoice: RemoteInvoice): boolean =>
    before !== null || invoice.createdMs > facts.nowMs - NEWS_MS;
  const failures = owed.map((invoice) => ({ step: failureOf(facts, invoice), invoice }));
  const happened = failures.filter(({ invoice }) => isNew(invoice)).map(({ step }) => step);
  const past = failures.filter(({ invoice }) => !isNew(invoice)).map(({ step }) => step);
  const owedSinceMs = state.pastDueSinceMs ?? before?.pastDueSinceMs ?? owedSince(owed);
  if (owedSinceMs === null) return { ...NOTHING, happened, past };
  const restricted = { step: 'restricted', owedSinceMs } as const;
  const key = `${remote.id}:${owedSinceMs}`;
  if (state.status === 'unpaid') {
    const now = stepOf(facts, { ...restricted, key: `restricted:${key}` });
    return { ...NOTHING, happened: [...happened, now], past };
  }
  const endMs = owedSinceMs + graceDays * DAY_MS;
  const ahead = [stepOf(facts, { ...restricted, key: `restricted:${key}`, dueMs: endMs })];
  if (graceDays * DAY_MS > NOTICE_MS) {
    const grace = { step: 'grace_ending', owedSinceMs, dueMs: endMs - NOTICE_MS } as const;
    ahead.unshift(stepOf(facts, { ...grace, key: `grace_ending:${key}` }));
  }
  return { happened, ahead, past, calledOffBecause: null };
}

/** A first invoice is paid or given up by who is at the checkout; nobody is written to for it. */
function owedInvoices({ subscription, invoices }: DunningFacts): RemoteInvoice[] {
  return invoices.filter(
    (invoice) =>
      invoice.subscriptionId === subscription.remote.id &&
      invoice.status === 'open' &&
      invoice.isAttempted &&
      invoice.billingReason !== 'subscription_create',
  );
}

function owedSince(owed: readonly RemoteInvoice[]): number | null {
  if (owed.length === 0) return null;
  return Math.min(...owed.map(({ finalizedMs, createdMs }) => finalizedMs ?? createdMs));
}

function failureOf(facts: DunningFacts, { id, attemptCount }: RemoteInvoice): DunningStep {
  if (attemptCount <= 1 && facts.awaitingConfirmation.has(id)) return confirmationOf(facts, id);
  const attempt = Math.max(1, attemptCount);
  const key = `payment_failed:${id}:${attempt}`;
  return stepOf(facts, { step: 'payment_failed', key, invoiceId: id, attempt });
}

/** A change whose payment the customer's bank asks about; the plan goes on meanwhile. */
function confirming(facts: DunningFacts): Dunning {
  const waiting = owedInvoices(facts).filter(({ id }) => facts.awaitingConfirmation.has(id));
  return { ...NOTHING, happened: waiting.map(({ id }) => confirmationOf(facts, id)) };
}

function confirmationOf(facts: DunningFacts, invoiceId: string): DunningStep {
  return stepOf(facts, { step: 'action_required', key: `action_required:${invoiceId}`, invoiceId });
}

function recovering(facts: DunningFacts): Dunning {
  const { subscription, changed } = facts;
  const { remote, before } = subscription;
  const paid = changed.findLast(
    ({ invoice, before: stored }) =>
      invoice.subscriptionId === remote.id &&
      invoice.status === 'paid' &&
      stored?.status !== 'paid',
  );
  const invoiceId = paid?.invoice.id ?? null;
  const owedSinceMs = before?.pastDueSinceMs ?? null;
  const debt = owedSinceMs ?? invoiceId ?? remote.latestInvoiceId;
  const key = `recovered:${remote.id}:${debt ?? facts.nowMs}`;
  const step = stepOf(facts, { step: 'recovered', key, invoiceId, owedSinceMs });
  return { ...NOTHING, happened: [step], calledOffBecause: 'nothing is owed any more' };
}

function stepOf(
  { accountId, nowMs, subscription }: DunningFacts,
  said: Pick<DunningStep, 'key' | 'step'> & Partial<DunningStep>,
): DunningStep {
  return {
    accountId,
    subscriptionId: subscription.remote.id,
    invoiceId: null,
    attempt: null,
    owedSinceMs: null,
    dueMs: nowMs,
    ...said,
  };
}
