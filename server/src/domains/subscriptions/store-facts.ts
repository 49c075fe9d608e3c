import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityFromDatabase } from '@whisperforge/kernel/quantity';
import type { Executor } from '../../platform/database.ts';
import type {
  AccessFacts,
  BoostFact,
  OverageConsentFact,
  PackFact,
  PlanChangeFact,
  SubscriptionFact,
} from './facts.ts';

/**
 * The facts of access of each account: what is in force, what is to come, and what ended after
 * `sinceMs`, because a balance that was last looked at then still has to account for it.
 */
export async function loadFacts(
  executor: Executor,
  accountIds: readonly number[],
  sinceMs: number,
): Promise<Map<number, AccessFacts>> {
  const subscriptions = await loadSubscriptions(executor, accountIds);
  const overrides = await loadOverrides(executor, accountIds, sinceMs);
  const grants = await loadGrants(executor, accountIds, sinceMs);
  const consents = await loadConsents(executor, accountIds);
  return new Map(
    accountIds.map((accountId) => [
      accountId,
      {
        subscription: subscriptions.get(accountId) ?? null,
        planChanges: ofAccount(overrides.planChanges, accountId),
        boosts: [...ofAccount(overrides.boosts, accountId), ...ofAccount(grants.boosts, accountId)],
        packs: ofAccount(grants.packs, accountId),
        overageConsents: ofAccount(consents, accountId),
      },
    ]),
  );
}

type Owned<T> = T & { readonly accountId: number };

function ofAccount<T>(rows: readonly Owned<T>[], accountId: number): T[] {
  return rows.filter((row) => row.accountId === accountId);
}

async function loadSubscriptions(
  executor: Executor,
  accountIds: readonly number[],
): Promise<Map<number, SubscriptionFact>> {
  const rows = await executor.sql
    .selectFrom('user_subscriptions')
    .select([
      'id',
      'account_id',
      'plan_id',
      'status',
      'started_at',
      'cancel_at',
      'past_due_since',
      'scheduled_plan_id',
      'scheduled_at',
    ])
    .where(sql<boolean>`account_id = ANY(${accountIds}::bigint[])`)
    .where('ended_at', 'is', null)
    .execute();
  return new Map(
    rows.map((row) => [
      row.account_id,
      {
        id: row.id,
        planId: row.plan_id,
        status: row.status,
        startedMs: row.started_at,
        cancelAtMs: row.cancel_at,
        pastDueSinceMs: row.past_due_since,
        scheduled:
          row.scheduled_plan_id === null || row.scheduled_at === null
            ? null
            : { planId: row.scheduled_plan_id, atMs: row.scheduled_at },
      },
    ]),
  );
}

async function loadOverrides(
  executor: Executor,
  accountIds: readonly number[],
  sinceMs: number,
): Promise<{ planChanges: Owned<PlanChangeFact>[]; boosts: Owned<BoostFact>[] }> {
  const rows = await executor.sql
    .selectFrom('subscription_overrides')
    .select(['id', 'account_id', 'override_type', 'plan_id', 'feature', 'amount', 'starts_at'])
    .select(['period_start', sql<number | null>`LEAST(expires_at, ended_at)`.as('until')])
    .where(sql<boolean>`account_id = ANY(${accountIds}::bigint[])`)
    .where(sql<boolean>`COALESCE(LEAST(expires_at, ended_at) > ${formatInstant(sinceMs)}, true)`)
    .orderBy('id')
    .execute();
  const planChanges: Owned<PlanChangeFact>[] = [];
  const boosts: Owned<BoostFact>[] = [];
  for (const row of rows) {
    if (row.override_type === 'plan_change' && row.plan_id !== null) {
      planChanges.push({
        accountId: row.account_id,
        id: row.id,
        planId: row.plan_id,
        startsMs: row.starts_at,
        expiresMs: row.until,
      });
    }
    if (row.override_type === 'quota_boost' && row.feature !== null && row.amount !== null) {
      boosts.push({
        accountId: row.account_id,
        feature: row.feature,
        amount: quantityFromDatabase(row.amount),
        startsMs: row.starts_at,
        expiresMs: row.until,
        periodStartMs: row.period_start,
      });
    }
  }
  return { planChanges, boosts };
}

async function loadGrants(
  executor: Executor,
  accountIds: readonly number[],
  sinceMs: number,
): Promise<{ packs: Owned<PackFact>[]; boosts: Owned<BoostFact>[] }> {
  const rows = await executor.sql
    .selectFrom('grants')
    .select(['id', 'account_id', 'kind', 'feature', 'amount', 'starts_at'])
    .select(sql<number | null>`LEAST(expires_at, ended_at)`.as('until'))
    .where(sql<boolean>`account_id = ANY(${accountIds}::bigint[])`)
    .where(sql<boolean>`COALESCE(LEAST(expires_at, ended_at) > ${formatInstant(sinceMs)}, true)`)
    .orderBy('id')
    .execute();
  const packs: Owned<PackFact>[] = [];
  const boosts: Owned<BoostFact>[] = [];
  for (const row of rows) {
    const granted = {
      accountId: row.account_id,
      feature: row.feature,
      amount: quantityFromDatabase(row.amount),
      startsMs: row.starts_at,
      expiresMs: row.until,
    };
    if (row.kind === 'pack') packs.push({ ...granted, grantId: row.id });
    else boosts.push({ ...granted, periodStartMs: null });
  }
  return { packs, boosts };
}

async function loadConsents(
  executor: Executor,
  accountIds: readonly number[],
): Promise<Owned<OverageConsentFact>[]> {
  const rows = await executor.sql
    .selectFrom('overage_consents')
    .select(['account_id', 'feature', 'spending_cap_minor', 'currency'])
    .where(sql<boolean>`account_id = ANY(${accountIds}::bigint[])`)
    .execute();
  return rows.map((row) => ({
    accountId: row.account_id,
    feature: row.feature,
    spendingCapMinor: row.spending_cap_minor,
    currency: row.currency,
  }));
}
