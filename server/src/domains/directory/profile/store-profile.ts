import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';

/** What was set aside or given, in force or over. */
export interface ProfileOverride {
  readonly id: number;
  readonly kind: 'plan_change' | 'quota_boost' | 'discount' | 'boost' | 'pack';
  readonly plan: string | null;
  readonly isDefaultPlan: boolean;
  readonly feature: string | null;
  readonly amount: string | null;
  readonly reason: string | null;
  readonly source: string | null;
  readonly staffId: number | null;
  readonly staffName: string | null;
  readonly startsMs: number;
  readonly expiresMs: number | null;
  readonly endedMs: number | null;
}

const MOST_OVERRIDES = 100;

interface OverrideRow {
  id: number;
  kind: ProfileOverride['kind'];
  plan: string | null;
  is_default: boolean | null;
  feature: string | null;
  amount: string | null;
  reason: string | null;
  source: string | null;
  admin_id: number | null;
  staff_name: string | null;
  starts_at: number;
  expires_at: number | null;
  ended_at: number | null;
}

/** The latest, of both kinds together. */
export async function loadOverrides(
  executor: Executor,
  accountId: number,
): Promise<ProfileOverride[]> {
  const { rows } = await sql<OverrideRow>`
    SELECT o.id, o.override_type AS kind, p.slug AS plan, p.is_default, o.feature, o.amount,
      o.reason, NULL AS source, o.admin_id, s.name AS staff_name, o.starts_at, o.expires_at,
      o.ended_at
    FROM subscription_overrides o
    LEFT JOIN subscription_plans p ON p.id = o.plan_id LEFT JOIN staff s ON s.id = o.admin_id
    WHERE o.account_id = ${accountId}
    UNION ALL
    SELECT id, kind, NULL, NULL, feature, amount, NULL, source, NULL, NULL, starts_at, expires_at,
      ended_at
    FROM grants WHERE account_id = ${accountId}
    ORDER BY starts_at DESC, id DESC LIMIT ${MOST_OVERRIDES}`.execute(executor.sql);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    plan: row.plan,
    isDefaultPlan: row.is_default === true,
    feature: row.feature,
    amount: row.amount,
    reason: row.reason,
    source: row.source,
    staffId: row.admin_id,
    staffName: row.staff_name,
    startsMs: row.starts_at,
    expiresMs: row.expires_at,
    endedMs: row.ended_at,
  }));
}

/** What Stripe keeps of an account, and how its invoices stand. */
export interface ProfileBilling {
  readonly stripeCustomerId: string | null;
  readonly currency: string;
  readonly accessVersion: number;
  readonly anchorMs: number;
  readonly retrievedMs: number | null;
  readonly lastError: string | null;
  readonly subscription: {
    readonly source: string;
    readonly billingCycle: string;
    readonly seats: number;
    readonly stripeSubscriptionId: string | null;
    readonly periodStartMs: number;
    readonly periodEndMs: number;
    readonly trialEndMs: number | null;
    readonly pastDueSinceMs: number | null;
  } | null;
  readonly openInvoices: number;
  readonly openMinor: number;
  readonly lastPaidMs: number | null;
}

interface BillingRow {
  stripe_customer_id: string | null;
  currency: string;
  access_version: number;
  quota_anchor: number;
  retrieved_at: number | null;
  last_error: string | null;
  source: string | null;
  billing_cycle: string;
  seats: number;
  stripe_subscription_id: string | null;
  current_period_start: number;
  current_period_end: number;
  trial_end: number | null;
  past_due_since: number | null;
  open_invoices: number;
  open_minor: number;
  last_paid_at: number | null;
}

export async function loadBilling(
  executor: Executor,
  accountId: number,
): Promise<ProfileBilling | undefined> {
  const { rows } = await sql<BillingRow>`
    SELECT a.stripe_customer_id, a.currency, a.access_version, a.quota_anchor, b.retrieved_at,
      b.last_error, s.source, s.billing_cycle, s.seats, s.stripe_subscription_id,
      s.current_period_start, s.current_period_end, s.trial_end, s.past_due_since,
      i.open_invoices, i.open_minor, i.last_paid_at
    FROM accounts a
    LEFT JOIN billing_customers b ON b.stripe_customer_id = a.stripe_customer_id
    LEFT JOIN user_subscriptions s ON s.account_id = a.id AND s.ended_at IS NULL,
    LATERAL (
      SELECT count(*) FILTER (WHERE status = 'open') AS open_invoices,
        coalesce(sum(amount_remaining_minor) FILTER (WHERE status = 'open'), 0)::bigint
          AS open_minor,
        max(paid_at) AS last_paid_at
      FROM invoices WHERE account_id = a.id) i
    WHERE a.id = ${accountId}`.execute(executor.sql);
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    stripeCustomerId: row.stripe_customer_id,
    currency: row.currency,
    accessVersion: row.access_version,
    anchorMs: row.quota_anchor,
    retrievedMs: row.retrieved_at,
    lastError: row.last_error,
    subscription: subscriptionOf(row),
    openInvoices: row.open_invoices,
    openMinor: row.open_minor,
    lastPaidMs: row.last_paid_at,
  };
}

function subscriptionOf(row: BillingRow): ProfileBilling['subscription'] {
  if (row.source === null) return null;
  return {
    source: row.source,
    billingCycle: row.billing_cycle,
    seats: row.seats,
    stripeSubscriptionId: row.stripe_subscription_id,
    periodStartMs: row.current_period_start,
    periodEndMs: row.current_period_end,
    trialEndMs: row.trial_end,
    pastDueSinceMs: row.past_due_since,
  };
}
