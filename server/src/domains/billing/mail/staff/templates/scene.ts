// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { defaultPlanAt, type Catalog, type PlanVersion } from '../../../../plans/index.ts';
import type { RecordedSubscription } from '../../../../subscriptions/index.ts';
import type { ListedInvoice } from '../../../invoices/invoice.ts';
import type { Situation } from '../../situation.ts';

/** What examples are made of; the names and prices of plans are those that are on sale. */
export interface SceneFacts {
  readonly catalog: Catalog;
  readonly graceDays: number;
  readonly accountUrl: string;
  readonly nowMs: number;
}

/** Somebody who does not exist, and what may happen to them. */
export interface Scene {
  readonly usual: Situation;
  readonly free: PlanVersion;
  readonly less: PlanVersion;
  readonly more: PlanVersion;
  readonly live: RecordedSubscription;
  readonly pastDue: RecordedSubscription;
  readonly paid: ListedInvoice;
  readonly soonMs: number;
}

export const EXAMPLE_SUBSCRIPTION = 'sub_example';
export const EXAMPLE_INVOICE = 'in_example';

export function sceneOf(facts: SceneFacts): Scene {
  const { catalog, nowMs } = facts;
  const free = defaultPlanAt(catalog, nowMs);
  // Where fewer are sold, one stands for another.
  const [less = free, more = less] = catalog.current.filter(({ isDefault }) => !isDefault);
  const live = subscriptionTo(less, nowMs);
  const invoice = invoiceOf(less, nowMs);
  const { amountDueMinor: amountPaidMinor } = invoice;
  const payment = { status: 'paid', amountPaidMinor, amountRemainingMinor: 0, paidMs: nowMs };
  return {
    usual: {
      ...facts,
      account: { id: 1, user: 'u_example', email: 'ada@example.com', name: 'Ada', zone: 'UTC' },
      invoice,
      subscription: live,
      effective: { plan: less, source: 'subscription', restriction: null },
      defaultPlan: free,
    },
    free,
    less,
    more,
    live,
    pastDue: { ...live, status: 'past_due', pastDueSinceMs: nowMs - 3_600_000 },
    paid: { ...invoice, ...payment },
    soonMs: nowMs + 3 * DAY_MS,
  };
}

function subscriptionTo(plan: PlanVersion, nowMs: number): RecordedSubscription {
  return {
    id: 1,
    accountId: 1,
    planId: plan.id,
    status: 'active',
    source: 'stripe',
    billingCycle: 'monthly',
    seats: 1,
    startedMs: nowMs - 40 * DAY_MS,
    period: { startMs: nowMs - 10 * DAY_MS, endMs: nowMs + 20 * DAY_MS },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: EXAMPLE_SUBSCRIPTION,
  };
}

/** Where a plan has no monthly price. */
const SOME_PRICE = { amountMinor: 1_900, currency: 'usd' };

function invoiceOf(plan: PlanVersion, nowMs: number): ListedInvoice {
  const monthly = plan.prices.find(({ billingCycle }) => billingCycle === 'monthly');
  const { amountMinor, currency } = monthly ?? SOME_PRICE;
  const periodStart = formatInstant(nowMs);
  return {
    id: EXAMPLE_INVOICE,
    number: 'WF-0001',
    status: 'open',
    billingReason: 'subscription_cycle',
    stripeSubscriptionId: EXAMPLE_SUBSCRIPTION,
    currency,
    subtotalMinor: amountMinor,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor: amountMinor,
    creditAppliedMinor: 0,
    amountDueMinor: amountMinor,
    amountPaidMinor: 0,
    amountRemainingMinor: amountMinor,
    attemptCount: 1,
    nextAttemptMs: nowMs + 3 * DAY_MS,
    createdMs: nowMs,
    dueMs: null,
    paidMs: null,
    hostedUrl: 'https://invoice.example.com/WF-0001',
    pdfUrl: 'https://invoice.example.com/WF-0001.pdf',
    lines: [
      {
        description: `1 × ${plan.name}, monthly`,
        amountMinor,
        quantity: 1,
        periodStart,
        periodEnd: formatInstant(nowMs + 30 * DAY_MS),
        isProration: false,
        discountMinor: 0,
      },
    ],
  };
}
