import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { calendarMonthAt } from '@whisperforge/kernel/period';
import { quantityFromDatabase } from '@whisperforge/kernel/quantity';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Balance, PackBurn } from '../../entitlements/index.ts';
import type { Reservation, UsageKey } from '../batch/records.ts';

/** An account's feature. */
export interface AccountFeature {
  readonly accountId: number;
  readonly feature: string;
}

/** What balances are computed from besides facts of access. */
export interface BalanceSources {
  /** Reservations that hold an amount though their time is up. */
  readonly expiredHolds: readonly Reservation[];
  /** When the next hold of an account's feature runs out. */
  readonly nextHoldExpiries: readonly (AccountFeature & { readonly expiresMs: number })[];
  readonly burns: readonly (PackBurn & { readonly accountId: number })[];
}

export async function loadSources(
  executor: Executor,
  of: readonly (AccountFeature & { readonly atMs: number })[],
): Promise<BalanceSources> {
  const wanted = sql`unnest(${of.map((pair) => pair.accountId)}::bigint[],
    ${of.map((pair) => pair.feature)}::text[],
    ${of.map((pair) => formatInstant(pair.atMs))}::timestamptz[]) AS i(account_id, feature, at)`;
  const holds = await sql<ReservationRow>`
    SELECT r.account_id, r.id, r.user_id, r.feature, r.period_start, r.amount, r.status,
      r.created_at, r.expires_at
    FROM ${wanted} JOIN reservations r ON r.account_id = i.account_id AND r.feature = i.feature
    WHERE r.status = 'held' AND r.expires_at <= i.at
    ORDER BY r.expires_at, r.created_at, r.id`.execute(executor.sql);
  const next = await sql<{ account_id: number; feature: string; expires_at: number | null }>`
    SELECT i.account_id, i.feature, (
        SELECT r.expires_at FROM reservations r
        WHERE r.account_id = i.account_id AND r.feature = i.feature AND r.status = 'held'
          AND r.expires_at > i.at
        ORDER BY r.expires_at LIMIT 1) AS expires_at
    FROM ${wanted}`.execute(executor.sql);
  const burns = await sql<BurnRow>`
    SELECT p.account_id, p.grant_id, p.period_start, p.amount FROM pack_burns p
    WHERE p.account_id = ANY(${[...new Set(of.map((pair) => pair.accountId))]}::bigint[])`.execute(
    executor.sql,
  );
  return {
    expiredHolds: holds.rows.map(expiredHoldOf),
    nextHoldExpiries: next.rows.flatMap((row) =>
      row.expires_at === null
        ? []
        : [{ accountId: row.account_id, feature: row.feature, expiresMs: row.expires_at }],
    ),
    burns: burns.rows.map((row) => ({
      accountId: row.account_id,
      grantId: row.grant_id,
      startMs: row.period_start,
      amount: quantityFromDatabase(row.amount),
      isChanged: false,
    })),
  };
}

/** The rows of the periods that began at the given instants, where there are any. */
export async function findPeriods(
  executor: Executor,
  of: readonly (AccountFeature & { readonly startMs: number })[],
): Promise<Balance[]> {
  const starts = of.map((period) => formatInstant(period.startMs));
  const result = await sql<BalanceRow>`
    SELECT ${BALANCE_COLUMNS}
    FROM unnest(${of.map((period) => period.accountId)}::bigint[],
      ${of.map((period) => period.feature)}::text[], ${starts}::timestamptz[])
      AS i(account_id, feature, period_start)
    JOIN balances b USING (account_id, feature, period_start)`.execute(executor.sql);
  return result.rows.map(balanceOf);
}

/** Deletes keys that have outlived their time, so that they can be used anew. */
export async function deleteKeys(executor: Executor, keys: readonly UsageKey[]): Promise<void> {
  await sql`
    DELETE FROM usage_keys k USING unnest(${keys.map((key) => key.accountId)}::bigint[],
      ${keys.map((key) => key.key)}::text[],
      ${keys.map((key) => formatInstant(key.receivedMs))}::timestamptz[])
      AS i(account_id, key, received_at)
    WHERE k.account_id = i.account_id AND k.key = i.key AND k.received_at = i.received_at`.execute(
    executor.sql,
  );
}

interface ReservationRow {
  account_id: number;
  id: string;
  user_id: number;
  feature: string;
  period_start: number;
  amount: string;
  created_at: number;
  expires_at: number;
}

interface BurnRow {
  account_id: number;
  grant_id: number;
  period_start: number;
  amount: string;
}

function expiredHoldOf(row: ReservationRow): Reservation {
  return {
    accountId: row.account_id,
    id: row.id,
    userId: row.user_id,
    feature: row.feature,
    startMs: row.period_start,
    amount: quantityFromDatabase(row.amount),
    status: 'held',
    createdMs: row.created_at,
    expiresMs: row.expires_at,
    settledMs: null,
    committed: null,
    isOverLimit: null,
  };
}

interface BalanceRow {
  account_id: number;
  feature: string;
  period_start: number;
  period_end: number | null;
  used: string;
  reserved: string;
  base_limit: string | null;
  pack_amount: string;
  pack_burned: string;
  boost_covered: string;
  beyond: string | null;
  access_version: number;
  catalog_version: number;
  computed_at: number;
  valid_until: number | null;
  revision: number;
}

const BALANCE_COLUMNS = sql.raw(`account_id, feature, period_start, period_end, used, reserved,
  base_limit, pack_amount, pack_burned, boost_covered, beyond, access_version, catalog_version,
  computed_at, valid_until, revision`);

/** When the last event happened of those after an instant; `null` if there is none. */
export async function findLastOccurrence(
  tx: Tx,
  of: { readonly accountId: number; readonly afterMs: number },
): Promise<number | null> {
  const result = await sql<{ last: number | null }>`
    SELECT max(occurred_at) AS last FROM usage_events
    WHERE account_id = ${of.accountId} AND occurred_at > ${formatInstant(of.afterMs)}`.execute(
    tx.sql,
  );
  return result.rows[0]?.last ?? null;
}

/** The newest balance of each feature of an account. */
export async function findNewestBalances(tx: Tx, accountId: number): Promise<Balance[]> {
  const result = await sql<BalanceRow>`
    SELECT DISTINCT ON (feature) ${BALANCE_COLUMNS} FROM balances
    WHERE account_id = ${accountId}
    ORDER BY feature, period_start DESC`.execute(tx.sql);
  return result.rows.map(balanceOf);
}

/**
 * Makes writers who keep losing against other processes wait for each other instead: locks the
 * accounts and their balances, both in the order of their keys.
 */
export async function lockAccountsAndBalances(
  tx: Tx,
  accountIds: readonly number[],
): Promise<void> {
  const ids = sql.val(accountIds);
  await sql`SELECT id FROM accounts WHERE id = ANY(${ids}::bigint[]) ORDER BY id
    FOR NO KEY UPDATE`.execute(tx.sql);
  await sql`SELECT revision FROM balances WHERE account_id = ANY(${ids}::bigint[])
    ORDER BY account_id, feature, period_start FOR UPDATE`.execute(tx.sql);
}

/** Makes sure that events of the calendar month containing `atMs` have a partition to go to. */
export async function ensurePartition(executor: Executor, atMs: number): Promise<void> {
  const month = calendarMonthAt(atMs);
  const start = formatInstant(month.startMs);
  const name = `usage_events_${start.slice(0, 4)}_${start.slice(5, 7)}`;
  await sql
    .raw(
      `DO $$
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('usage_events partitions'));
        IF to_regclass('${name}') IS NULL THEN
          CREATE TABLE ${name} (LIKE usage_events INCLUDING ALL);
          ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;
          ALTER TABLE usage_events ATTACH PARTITION ${name}
            FOR VALUES FROM ('${start}') TO ('${formatInstant(month.endMs)}');
        END IF;
      END $$`,
    )
    .execute(executor.sql);
}

/** Forgets idempotency keys received before an instant; answers how many, at most `most`. */
export async function deleteOldKeys(
  executor: Executor,
  before: { readonly receivedMs: number; readonly most: number },
): Promise<number> {
  const result = await sql`
    DELETE FROM usage_keys WHERE (account_id, key) IN (
      SELECT account_id, key FROM usage_keys
      WHERE received_at < ${formatInstant(before.receivedMs)} LIMIT ${before.most})`.execute(
    executor.sql,
  );
  return Number(result.numAffectedRows ?? 0n);
}

function balanceOf(row: BalanceRow): Balance {
  return {
    accountId: row.account_id,
    feature: row.feature,
    startMs: row.period_start,
    endMs: row.period_end,
    used: quantityFromDatabase(row.used),
    reserved: quantityFromDatabase(row.reserved),
    baseLimit: row.base_limit === null ? null : quantityFromDatabase(row.base_limit),
    packAmount: quantityFromDatabase(row.pack_amount),
    packBurned: quantityFromDatabase(row.pack_burned),
    boostCovered: quantityFromDatabase(row.boost_covered),
    beyond: row.beyond === null ? null : quantityFromDatabase(row.beyond),
    accessVersion: row.access_version,
    catalogVersion: row.catalog_version,
    computedMs: row.computed_at,
    validUntilMs: row.valid_until,
    revision: row.revision,
    change: 'none',
  };
}
