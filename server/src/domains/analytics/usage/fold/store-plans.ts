import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';

/** From when on an account had a plan; empty is none. */
export interface PlanFrom {
  readonly accountId: number;
  readonly fromMs: number;
  readonly plan: string;
}

/** Notes accounts whose plans may have changed; waits for nobody who looks at them just now. */
export async function noteForPlans(
  executor: Executor,
  accountIds: readonly number[],
  nowMs: number,
): Promise<void> {
  await sql`INSERT INTO account_plans_pending (account_id, since)
    SELECT id, ${formatInstant(nowMs)}::timestamptz
    FROM unnest(${numberArray(accountIds)}::bigint[]) AS noted(id)`.execute(executor.sql);
}

/** Takes some of those accounts; whoever is noted again from here on is looked at again. */
export async function takeForPlans(tx: Tx, limit: number): Promise<number[]> {
  const { rows } = await sql<{ account_id: number }>`
    DELETE FROM account_plans_pending WHERE id IN (
      SELECT id FROM account_plans_pending WHERE account_id IN (
        SELECT DISTINCT account_id FROM account_plans_pending ORDER BY account_id LIMIT ${limit})
      FOR UPDATE SKIP LOCKED)
    RETURNING account_id`.execute(tx.sql);
  return [...new Set(rows.map(({ account_id }) => account_id))];
}

/** Whether there are accounts whose plans may have changed. */
export async function areNotedForPlans(executor: Executor): Promise<boolean> {
  const { rows } = await sql<{ noted: boolean }>`
    SELECT EXISTS (SELECT FROM account_plans_pending) AS noted`.execute(executor.sql);
  return rows[0]!.noted;
}

export async function findKeptPlans(
  executor: Executor,
  accountIds: readonly number[],
): Promise<PlanFrom[]> {
  const { rows } = await sql<PlanFrom>`
    SELECT account_id AS "accountId", from_at AS "fromMs", plan FROM account_plans
    WHERE account_id = ANY(${numberArray(accountIds)}::bigint[])
    ORDER BY account_id, from_at`.execute(executor.sql);
  return rows;
}

/**
 * The plans of accounts as their histories and what staff set have them, at every instant at which
 * either changes. What staff set comes first, then the subscription that is served.
 */
export async function derivePlans(
  executor: Executor,
  accountIds: readonly number[],
): Promise<PlanFrom[]> {
  const { rows } = await sql<PlanFrom>`
    WITH word AS (
      SELECT account_id, subscription_key, effective_at, status, plan_ids
      FROM subscription_changes said
      WHERE account_id = ANY(${numberArray(accountIds)}::bigint[]) AND status IS NOT NULL
        AND NOT EXISTS (SELECT FROM subscription_changes later WHERE later.supersedes = said.id)
    ), override AS (
      SELECT account_id, starts_at, LEAST(expires_at, ended_at) AS ends_at, plan_id
      FROM subscription_overrides
      WHERE account_id = ANY(${numberArray(accountIds)}::bigint[])
        AND override_type = 'plan_change' AND plan_id IS NOT NULL
        AND (ended_at IS NULL OR ended_at > starts_at)
    ), instant AS (
      SELECT account_id, effective_at AS at FROM word
      UNION SELECT account_id, starts_at FROM override
      UNION SELECT account_id, ends_at FROM override WHERE ends_at IS NOT NULL
    )
    SELECT instant.account_id AS "accountId", instant.at AS "fromMs", COALESCE(
      (SELECT slug FROM override JOIN subscription_plans plan ON plan.id = override.plan_id
       WHERE override.account_id = instant.account_id AND starts_at <= at
         AND (ends_at IS NULL OR at < ends_at)
       ORDER BY starts_at DESC LIMIT 1),
      (SELECT slug FROM (
         SELECT DISTINCT ON (subscription_key) status, plan_ids FROM word
         WHERE word.account_id = instant.account_id AND effective_at <= at
         ORDER BY subscription_key, effective_at DESC) stands
       JOIN subscription_plans plan ON plan.id = ANY(stands.plan_ids)
       WHERE stands.status IN ('active', 'trialing', 'past_due')
       ORDER BY plan.position DESC, slug LIMIT 1),
      '') AS plan
    FROM instant ORDER BY 1, 2`.execute(executor.sql);
  return rows;
}

/** Keeps which plans accounts had, in place of what was thought before. */
export async function putPlans(
  tx: Tx,
  accountIds: readonly number[],
  plans: readonly PlanFrom[],
): Promise<void> {
  await sql`DELETE FROM account_plans
    WHERE account_id = ANY(${numberArray(accountIds)}::bigint[])`.execute(tx.sql);
  const accounts = sql`${numberArray(plans.map(({ accountId }) => accountId))}::bigint[]`;
  const instants = plans.map(({ fromMs }) => formatInstant(fromMs));
  const slugs = plans.map(({ plan }) => plan);
  await sql`INSERT INTO account_plans (account_id, from_at, plan)
    SELECT account_id, from_at, plan FROM unnest(${accounts},
      ${textArray(instants)}::timestamptz[], ${textArray(slugs)}::text[])
      AS row(account_id, from_at, plan)`.execute(tx.sql);
}
