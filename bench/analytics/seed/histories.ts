import type { Step } from './run-steps.ts';
import { drawn, share } from './drawn.ts';

/** Two in three begin with a yearly price of ten months and a half. */
const ITEM = (plan: string): string => `jsonb_build_object(
  'priceId', 'price_' || ${plan}.slug, 'planId', ${plan}.id,
  'unitAmountDecimal', (${plan}.cents * CASE WHEN is_yearly THEN 21 / 2.0 ELSE 1 END)::int::text,
  'currency', currency, 'interval', CASE WHEN is_yearly THEN 'year' ELSE 'month' END,
  'intervalCount', 1, 'quantity', CASE ${plan}.slug WHEN 'business' THEN 1 + ${drawn(31)} % 4
    ELSE 1 END, 'isMetered', false)`;

/** One in a hundred pays for something beside the plan. */
const ITEMS = `jsonb_build_array(${ITEM('plan')}) || CASE WHEN ${drawn(32)} % 100 = 0
  THEN jsonb_build_array(jsonb_build_object('priceId', 'price_support', 'planId', NULL,
    'unitAmountDecimal', '500', 'currency', currency, 'interval', 'month', 'intervalCount', 1,
    'quantity', 1, 'isMetered', false)) ELSE '[]' END`;

const DISCOUNTS = `CASE WHEN ${drawn(33)} % 10 = 0 THEN jsonb_build_array(jsonb_build_object(
    'id', 'di_' || n, 'duration', CASE WHEN ${drawn(33)} % 40 = 0 THEN 'forever'
      ELSE 'repeating' END,
    'percentOffBasisPoints', 2000, 'priceIds', NULL,
    'startMs', (extract(epoch FROM starts_at) * 1000)::bigint,
    'endMs', CASE WHEN ${drawn(33)} % 40 = 0 THEN NULL
      ELSE (extract(epoch FROM starts_at + interval '3 months') * 1000)::bigint END))
  ELSE '[]' END`;

const INSERT = `INSERT INTO subscription_changes (account_id, subscription_key, source,
  effective_at, recorded_at, cause, status, currency, items, discounts, plan_ids)`;

/** The plan that a stay has from its step on: half stay as they are, others go up or down. */
const PLAN = (step: string): string => `JOIN bench_plans plan ON plan.rank = CASE
  WHEN ${drawn(34, `n * 8 + ${step}`)} % 100 < 60 THEN 1
  WHEN ${drawn(34, `n * 8 + ${step}`)} % 100 < 93 THEN 2 ELSE 3 END`;

/** Stays of customers, some of whom come back, and what happened in them. */
export function historiesOf(customers: number): Step[] {
  return [
    {
      title: `${customers} customers who stay for a while`,
      text: `
        CREATE TABLE bench_plans AS SELECT id, slug,
          CASE slug WHEN 'pro' THEN 1 WHEN 'business' THEN 2 ELSE 3 END AS rank,
          CASE slug WHEN 'pro' THEN 1900 WHEN 'business' THEN 4900 ELSE 29900 END AS cents
        FROM subscription_plans WHERE is_current AND slug IN ('pro', 'business', 'enterprise');
        CREATE TABLE bench_stays AS
        WITH first AS (
          SELECT id AS n, currency, least(now.ends_at - interval '1 hour',
            created_at + ${drawn(41, 'id')} % 20 * interval '1 day') AS starts_at
          FROM accounts, bench_span now WHERE id <= ${customers}
        ), once AS (
          SELECT *, starts_at + (20 - 500 * ln(1 - ${share(42)})) * interval '1 day' AS ends_at
          FROM first
        ), all_of_them AS (
          SELECT n, 1 AS stay, currency, starts_at, ends_at FROM once
          UNION ALL
          SELECT n, 2, currency, ends_at + interval '80 days',
            ends_at + (100 + ${drawn(44)} % 400) * interval '1 day'
          FROM once WHERE ${drawn(43)} % 100 < 15
        )
        SELECT n, stay, currency, starts_at, ends_at, ${drawn(45)} % 4 = 0 AS is_yearly,
          stay = 1 AND ${drawn(46)} % 3 = 0 AS is_tried,
          stay = 1 AND ${drawn(46)} % 12 = 0 AS is_given_up
        FROM all_of_them WHERE starts_at < (SELECT ends_at FROM bench_span)`,
    },
    ...changesOf(),
  ];
}

function changesOf(): Step[] {
  return [
    {
      title: 'how they began',
      text: `${INSERT} SELECT n, 'sub_' || n || '_' || stay, 'stripe', starts_at, starts_at,
          CASE WHEN is_tried THEN 'trial_started' ELSE 'started' END,
          CASE WHEN is_tried THEN 'trialing' ELSE 'active' END, currency, ${ITEMS}, ${DISCOUNTS},
          ARRAY[plan.id]
        FROM bench_stays ${PLAN('0')} ORDER BY n;
        ${INSERT} SELECT n, 'sub_' || n || '_' || stay, 'stripe', at, at, CASE WHEN is_given_up
          THEN 'ended' ELSE 'trial_ended' END, CASE WHEN is_given_up THEN 'canceled' ELSE 'active'
          END, currency, CASE WHEN is_given_up THEN '[]' ELSE ${ITEMS} END,
          CASE WHEN is_given_up THEN '[]' ELSE ${DISCOUNTS} END, ARRAY[plan.id]
        FROM bench_stays ${PLAN('0')}, LATERAL (SELECT starts_at + interval '14 days' AS at) ended
        WHERE is_tried AND at < (SELECT ends_at FROM bench_span) ORDER BY n`,
    },
    {
      title: 'what they changed, and how they left',
      text: `${INSERT} SELECT n, 'sub_' || n || '_' || stay, 'stripe', at, at, 'items_changed',
          'active', currency, ${ITEMS}, '[]', ARRAY[plan.id]
        FROM bench_stays, generate_series(1, 7) step,
          LATERAL (SELECT starts_at + (step * 95 + ${drawn(47, 'n * 8 + step')} % 30)
            * interval '1 day' AS at) moved, bench_plans plan
        WHERE NOT is_given_up AND at < ends_at AND at < (SELECT ends_at FROM bench_span)
          AND plan.rank = CASE WHEN ${drawn(34, 'n * 8 + step')} % 100 < 60 THEN 1
            WHEN ${drawn(34, 'n * 8 + step')} % 100 < 93 THEN 2 ELSE 3 END
        ORDER BY n;
        ${INSERT} SELECT n, 'sub_' || n || '_' || stay, 'stripe', ends_at, ends_at, 'ended',
          'canceled', currency, '[]', '[]', '{}'
        FROM bench_stays
        WHERE NOT is_given_up AND ends_at < (SELECT ends_at FROM bench_span) ORDER BY n`,
    },
    {
      title: 'their subscriptions',
      text: `INSERT INTO user_subscriptions (account_id, user_id, plan_id, status, source,
          billing_cycle, started_at, current_period_start, current_period_end, cancel_at,
          stripe_subscription_id, created_at, updated_at)
        SELECT DISTINCT ON (n) n, n, plan.id, 'active', 'stripe', CASE WHEN is_yearly THEN 'yearly'
          ELSE 'monthly' END, starts_at, starts_at, today + interval '20 days',
          CASE WHEN ${drawn(48)} % 25 = 0 THEN today + interval '20 days' END,
          'sub_' || n || '_' || stay, starts_at, starts_at
        FROM (SELECT ends_at AS today FROM bench_span) present, bench_stays ${PLAN('0')}
        WHERE NOT is_given_up AND ends_at > today ORDER BY n, stay DESC`,
    },
  ];
}
