import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import { inTurn } from '../order/life.ts';
import type { Customer, Rig } from '../support/rig.ts';

interface SubscriptionRow {
  readonly id: string;
  readonly status: string;
  readonly plan: string;
  readonly billing_cycle: string;
  readonly seats: number;
  readonly started: number;
  readonly period_start: number;
  readonly period_end: number;
  readonly trial_end: number | null;
  readonly cancel_at: number | null;
  readonly ended: number | null;
}

const epoch = (column: string): string => `extract(epoch FROM ${column})::int`;

const SUBSCRIPTIONS = `
  SELECT stripe_subscription_id AS id, s.status, plan.slug || ':' || plan.version AS plan,
    billing_cycle, seats, ${epoch('started_at')} AS started,
    ${epoch('current_period_start')} AS period_start, ${epoch('current_period_end')} AS period_end,
    ${epoch('trial_end')} AS trial_end, ${epoch('cancel_at')} AS cancel_at,
    ${epoch('ended_at')} AS ended
  FROM user_subscriptions s JOIN subscription_plans plan ON plan.id = plan_id
  WHERE account_id = $1 ORDER BY stripe_subscription_id`;

const INVOICES = `
  SELECT stripe_invoice_id AS id, stripe_subscription_id AS subscription, number, status,
    billing_reason, currency, subtotal_minor::int AS subtotal, total_minor::int AS total,
    amount_due_minor::int AS due, amount_paid_minor::int AS paid,
    amount_remaining_minor::int AS remaining, attempt_count AS attempts,
    ${epoch('next_attempt_at')} AS next_attempt, ${epoch('created_at')} AS created,
    ${epoch('finalized_at')} AS finalized, ${epoch('paid_at')} AS paid_at,
    ${epoch('voided_at')} AS voided, jsonb_array_length(lines) AS lines
  FROM invoices WHERE account_id = $1 ORDER BY stripe_invoice_id`;

const ACCOUNT = `
  SELECT a.stripe_customer_id AS customer, u.subscription_status AS status, plan.slug AS plan
  FROM accounts a JOIN users u ON u.account_id = a.id
  LEFT JOIN subscription_plans plan ON plan.id = u.current_plan_id WHERE a.id = $1`;

/** Holds what is on record of each customer against what Stripe lists, field by field. */
export async function expectSameAsStripe(
  rig: Rig,
  customers: readonly Customer[],
): Promise<{ readonly subscriptions: number; readonly invoices: number }> {
  const counts = { subscriptions: 0, invoices: 0 };
  await inTurn(customers, async ({ customerId, accountId }) => {
    const said = await rig.stripe.subscriptions
      .list({ customer: customerId, status: 'all', limit: 100 })
      .autoPagingToArray({ limit: 1_000 });
    const begun = said.filter(({ status }) => !status.startsWith('incomplete'));
    assert.deepEqual(await rig.rows(SUBSCRIPTIONS, [accountId]), byId(begun.map(subscriptionRow)));
    const invoices = await rig.stripe.invoices
      .list({ customer: customerId, limit: 100 })
      .autoPagingToArray({ limit: 1_000 });
    assert.deepEqual(await rig.rows(INVOICES, [accountId]), byId(invoices.map(invoiceRow)));
    const [account] = await rig.rows(ACCOUNT, [accountId]);
    assert.deepEqual(account, { customer: customerId, ...shownOf(begun) });
    counts.subscriptions += begun.length;
    counts.invoices += invoices.length;
  });
  return counts;
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function subscriptionRow(said: Stripe.Subscription): SubscriptionRow {
  const { data: items } = said.items;
  const item = items.find(({ price }) => !price.lookup_key!.endsWith(':seat'));
  const extra = items.find((each) => each !== item)?.quantity ?? 0;
  const [plan, version, cycle] = item!.price.lookup_key!.split(':');
  const atEnd = said.cancel_at_period_end ? item!.current_period_end : null;
  return {
    id: said.id,
    status: said.status,
    plan: `${plan}:${version}`,
    billing_cycle: cycle!,
    seats: (plan === 'business' ? 5 : 1) + extra,
    started: said.start_date,
    period_start: item!.current_period_start,
    period_end: item!.current_period_end,
    trial_end: said.trial_end,
    cancel_at: said.ended_at === null ? (said.cancel_at ?? atEnd) : null,
    ended: said.ended_at,
  };
}

function invoiceRow(said: Stripe.Invoice) {
  const { status_transitions: passed } = said;
  return {
    id: said.id,
    subscription: said.parent?.subscription_details?.subscription ?? null,
    number: said.number,
    status: said.status,
    billing_reason: said.billing_reason,
    currency: said.currency,
    subtotal: said.subtotal,
    total: said.total,
    due: said.amount_due,
    paid: said.amount_paid,
    remaining: said.amount_remaining,
    attempts: said.attempt_count,
    next_attempt: said.next_payment_attempt,
    created: said.created,
    finalized: passed.finalized_at,
    paid_at: passed.paid_at,
    voided: passed.voided_at,
    lines: said.lines.data.length,
  };
}

const SERVED = ['active', 'trialing', 'past_due'];

/** What analysts see of somebody: the live subscription, or that there was one. */
function shownOf(said: readonly Stripe.Subscription[]): { status: string; plan: string | null } {
  const live = said.find(({ ended_at: ended }) => ended === null);
  if (live === undefined) return { status: 'canceled', plan: null };
  const [plan] = live.items.data[0]!.price.lookup_key!.split(':');
  return { status: live.status, plan: SERVED.includes(live.status) ? plan! : null };
}
