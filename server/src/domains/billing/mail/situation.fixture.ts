import { DAY_MS } from '@whisperforge/kernel/period';
import { catalogOf } from '../../entitlements/catalog.fixture.ts';
import type { RecordedSubscription } from '../../subscriptions/index.ts';
import type { ListedInvoice } from '../invoices/invoice.ts';
import type { Situation } from './situation.ts';

export const NOW_MS = Date.UTC(2026, 2, 12, 9, 30);
export const OWED_SINCE_MS = NOW_MS - 3_600_000;
export const SUBSCRIPTION_ID = 'sub_1';
export const FREE = 1;
export const PRO = 2;
export const BUSINESS = 3;

/** What a customer might have typed in where a name belongs. */
export const HOSTILE = '<img src=x onerror=alert(1)> & "Co"\r\nBcc: eve@example.com';

const catalog = catalogOf([
  { id: FREE, slug: 'free', terms: {} },
  { id: PRO, slug: 'pro', terms: {} },
  { id: BUSINESS, slug: 'business', terms: {} },
]);

export function listedInvoice(said: Partial<ListedInvoice> = {}): ListedInvoice {
  return {
    id: 'in_1',
    number: 'WF-0001',
    status: 'open',
    billingReason: 'subscription_cycle',
    stripeSubscriptionId: SUBSCRIPTION_ID,
    currency: 'usd',
    subtotalMinor: 1_900,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor: 1_900,
    creditAppliedMinor: 0,
    amountDueMinor: 1_900,
    amountPaidMinor: 0,
    amountRemainingMinor: 1_900,
    attemptCount: 1,
    nextAttemptMs: NOW_MS + 3 * DAY_MS,
    createdMs: OWED_SINCE_MS,
    dueMs: null,
    paidMs: null,
    hostedUrl: 'https://invoice.example.com/i/1?a=1&b=2',
    pdfUrl: 'https://invoice.example.com/i/1.pdf',
    lines: [
      {
        description: '1 × Pro <b>monthly</b>',
        amountMinor: 1_900,
        quantity: 1,
        periodStart: '2026-03-12T00:00:00.000Z',
        periodEnd: '2026-04-12T00:00:00.000Z',
        isProration: false,
        discountMinor: 0,
      },
    ],
    ...said,
  };
}

export function liveSubscription(said: Partial<RecordedSubscription> = {}): RecordedSubscription {
  return {
    id: 7,
    accountId: 5,
    planId: PRO,
    status: 'active',
    source: 'stripe',
    billingCycle: 'monthly',
    seats: 1,
    startedMs: NOW_MS - 40 * DAY_MS,
    period: { startMs: NOW_MS - 10 * DAY_MS, endMs: NOW_MS + 20 * DAY_MS },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: SUBSCRIPTION_ID,
    ...said,
  };
}

export const pastDue = (): RecordedSubscription =>
  liveSubscription({ status: 'past_due', pastDueSinceMs: OWED_SINCE_MS });

const plan = (id: number) => catalog.plans.get(id)!;

export const restrictedTo = (cause: 'past_due' | 'inactive' = 'past_due') =>
  ({
    plan: plan(FREE),
    source: 'default',
    restriction: { cause, from: plan(PRO) },
  }) as const;

export function situationOf(said: Partial<Situation> = {}): Situation {
  return {
    nowMs: NOW_MS,
    account: { id: 5, user: 'user-5', email: 'ada@example.com', name: HOSTILE, zone: 'UTC' },
    invoice: listedInvoice(),
    subscription: liveSubscription(),
    effective: { plan: plan(PRO), source: 'subscription', restriction: null },
    defaultPlan: plan(FREE),
    catalog,
    graceDays: 7,
    accountUrl: 'https://pay.example.com/account',
    ...said,
  };
}
