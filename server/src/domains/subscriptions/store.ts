import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatQuantity, quantityFromDatabase, type Quantity } from '@whisperforge/kernel/quantity';
import { numberArray } from '../../platform/array-literal.ts';
import type { Executor, Tx } from '../../platform/database.ts';
import type { GivenOverride, OverageConsentFact, OverrideSpan } from './facts.ts';

/** Who an override or grant is for, and when it holds. */
export interface Span {
  readonly accountId: number;
  readonly startsMs: number;
  readonly expiresMs: number | null;
  readonly nowMs: number;
}

export interface NewOverride extends Span {
  readonly userId: number;
  readonly reason: string;
  readonly adminId: number | null;
}

/** A unique violation where a plan change is in force already. */
export async function insertPlanChange(
  tx: Tx,
  override: NewOverride & { readonly planId: number },
): Promise<number> {
  const { id } = await tx.sql
    .insertInto('subscription_overrides')
    .values({
      ...overrideColumns(override),
      override_type: 'plan_change',
      plan_id: override.planId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function insertQuotaBoost(
  tx: Tx,
  override: NewOverride & {
    readonly feature: string;
    readonly amount: Quantity;
    readonly periodStartMs: number | null;
  },
): Promise<number> {
  const { id } = await tx.sql
    .insertInto('subscription_overrides')
    .values({
      ...overrideColumns(override),
      override_type: 'quota_boost',
      feature: override.feature,
      amount: formatQuantity(override.amount),
      period_start: override.periodStartMs === null ? null : formatInstant(override.periodStartMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function overrideColumns(override: NewOverride): {
  account_id: number;
  user_id: number;
  reason: string;
  admin_id: number | null;
  starts_at: string;
  expires_at: string | null;
  created_at: string;
} {
  return {
    account_id: override.accountId,
    user_id: override.userId,
    reason: override.reason,
    admin_id: override.adminId,
    ...spanColumns(override),
  };
}

/** Of an override that has not been ended; `undefined` where there is none. */
export async function findOverrideType(
  tx: Tx,
  of: { readonly accountId: number; readonly overrideId: number },
): Promise<string | undefined> {
  const row = await tx.sql
    .selectFrom('subscription_overrides')
    .select('override_type')
    .where('account_id', '=', of.accountId)
    .where('id', '=', of.overrideId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row?.override_type;
}

/** Also of those that have ended. */
export async function findOverrideSpans(
  executor: Executor,
  ids: readonly number[],
): Promise<ReadonlyMap<number, OverrideSpan>> {
  const rows = await executor.sql
    .selectFrom('subscription_overrides')
    .select(['id', 'expires_at', 'ended_at'])
    .where(sql<boolean>`id = ANY(${numberArray(ids)}::bigint[])`)
    .execute();
  const spans = rows.map(({ id, expires_at: expiresMs, ended_at: endedMs }) => {
    return { id, expiresMs, endedMs };
  });
  return new Map(spans.map((span) => [span.id, span]));
}

/** Of an account, also where it has ended; `undefined` where there is none. */
export async function findGivenOverride(
  executor: Executor,
  of: { readonly accountId: number; readonly overrideId: number },
): Promise<GivenOverride | undefined> {
  const row = await executor.sql
    .selectFrom('subscription_overrides')
    .select(['plan_id', 'feature', 'amount', 'period_start', 'expires_at'])
    .where('account_id', '=', of.accountId)
    .where('id', '=', of.overrideId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { plan_id: planId, feature, amount, expires_at: expiresMs } = row;
  if (planId !== null) return { kind: 'plan_change', planId, expiresMs };
  if (feature === null || amount === null) return undefined;
  const isOfPeriod = row.period_start !== null;
  const given = { feature, amount: quantityFromDatabase(amount) };
  return { kind: 'quota_boost', ...given, expiresMs: isOfPeriod ? null : expiresMs };
}

/** Ends an override at an instant; answers whether it would have lasted longer. */
export async function endOverride(
  tx: Tx,
  of: { readonly accountId: number; readonly overrideId: number },
  endMs: number,
): Promise<boolean> {
  const result = await tx.sql
    .updateTable('subscription_overrides')
    .set({ ended_at: formatInstant(endMs) })
    .where('account_id', '=', of.accountId)
    .where('id', '=', of.overrideId)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`COALESCE(expires_at > ${formatInstant(endMs)}, true)`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Closes plan changes whose time is over, so that another may be made. */
export async function closeExpiredPlanChanges(
  tx: Tx,
  accountId: number,
  nowMs: number,
): Promise<void> {
  await tx.sql
    .updateTable('subscription_overrides')
    .set({ ended_at: sql`expires_at` })
    .where('account_id', '=', accountId)
    .where('override_type', '=', 'plan_change')
    .where('ended_at', 'is', null)
    .where(sql<boolean>`expires_at <= ${formatInstant(nowMs)}`)
    .execute();
}

/** Answers `undefined` where the same source has granted already. */
export async function insertGrant(
  tx: Tx,
  grant: Span & {
    readonly kind: 'boost' | 'pack';
    readonly feature: string;
    readonly amount: Quantity;
    readonly source: string;
    readonly sourceId: string;
  },
): Promise<number | undefined> {
  const row = await tx.sql
    .insertInto('grants')
    .values({
      account_id: grant.accountId,
      kind: grant.kind,
      feature: grant.feature,
      amount: formatQuantity(grant.amount),
      source: grant.source,
      source_id: grant.sourceId,
      ...spanColumns(grant),
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'source', 'source_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** The grant that a source has given, be it over or not. */
export async function findGrantOfSource(
  executor: Executor,
  of: { readonly accountId: number; readonly source: string; readonly sourceId: string },
): Promise<number | undefined> {
  const row = await executor.sql
    .selectFrom('grants')
    .select('id')
    .where('account_id', '=', of.accountId)
    .where('source', '=', of.source)
    .where('source_id', '=', of.sourceId)
    .executeTakeFirst();
  return row?.id;
}

export async function endGrant(
  tx: Tx,
  of: { readonly accountId: number; readonly grantId: number },
  nowMs: number,
): Promise<boolean> {
  const result = await tx.sql
    .updateTable('grants')
    .set({ ended_at: formatInstant(nowMs) })
    .where('account_id', '=', of.accountId)
    .where('id', '=', of.grantId)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`COALESCE(expires_at > ${formatInstant(nowMs)}, true)`)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function putOverageConsent(
  tx: Tx,
  consent: OverageConsentFact & { readonly accountId: number; readonly nowMs: number },
): Promise<void> {
  const values = {
    spending_cap_minor: consent.spendingCapMinor,
    currency: consent.currency,
    given_at: formatInstant(consent.nowMs),
  };
  await tx.sql
    .insertInto('overage_consents')
    .values({ account_id: consent.accountId, feature: consent.feature, ...values })
    .onConflict((conflict) => conflict.columns(['account_id', 'feature']).doUpdateSet(values))
    .execute();
}

function spanColumns(span: Span): {
  starts_at: string;
  expires_at: string | null;
  created_at: string;
} {
  return {
    starts_at: formatInstant(span.startsMs),
    expires_at: span.expiresMs === null ? null : formatInstant(span.expiresMs),
    created_at: formatInstant(span.nowMs),
  };
}
