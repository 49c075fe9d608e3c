import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { addDays } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';

/** Longer than any quota period. */
const LONGEST_PERIOD_DAYS = 32;

/** How far a circle has come, and for how long it has been going. */
export interface PatrolTurn {
  readonly afterId: number;
  readonly circleSeconds: number;
}

/** Takes the turn, unless another worker has it; `undefined` then. */
export async function takeTurn(
  executor: Executor,
  leaseSeconds: number,
): Promise<PatrolTurn | undefined> {
  const { rows } = await sql<{ after_id: number; circle_seconds: number }>`
    UPDATE directory_patrol
    SET leased_until = clock_timestamp() + ${leaseSeconds} * interval '1 second',
      began_at = coalesce(began_at, clock_timestamp())
    WHERE leased_until IS NULL OR leased_until < clock_timestamp()
    RETURNING after_id,
      extract(epoch FROM clock_timestamp() - began_at)::float8 AS circle_seconds`.execute(
    executor.sql,
  );
  const row = rows[0];
  return row && { afterId: row.after_id, circleSeconds: row.circle_seconds };
}

/** Gives the turn back, with how far it has come; 0 begins another circle. */
export async function endTurn(executor: Executor, afterId: number): Promise<void> {
  await sql`
    UPDATE directory_patrol SET leased_until = NULL, after_id = ${afterId},
      began_at = CASE WHEN ${afterId} = 0 AND after_id > 0 THEN clock_timestamp()
        ELSE began_at END`.execute(executor.sql);
}

/** Accounts whose entries time alone has made others. */
export async function findDue(
  executor: Executor,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ account_id: number }>`
    SELECT account_id FROM directory_entries WHERE valid_until <= ${formatInstant(nowMs)}
    ORDER BY valid_until LIMIT ${limit}`.execute(executor.sql);
  return [...new Set(rows.map((row) => row.account_id))];
}

/** Accounts of users that came after the last one that has an entry. */
export async function findNew(executor: Executor, limit: number): Promise<number[]> {
  const { rows } = await sql<{ account_id: number }>`
    SELECT account_id FROM users
    WHERE id > coalesce((SELECT max(user_id) FROM directory_entries), 0)
    ORDER BY id LIMIT ${limit}`.execute(executor.sql);
  return [...new Set(rows.map((row) => row.account_id))];
}

export interface Stretch {
  /** Accounts whose entries say something else than what they were computed from. */
  readonly outdated: readonly number[];
  /** The last account that was looked at; `null` where there was none. */
  readonly lastId: number | null;
}

/** Looks at the next accounts in the order of their ids. */
export async function lookAt(
  executor: Executor,
  of: { readonly afterId: number; readonly limit: number; readonly nowMs: number },
): Promise<Stretch> {
  const now = formatInstant(of.nowMs);
  const { rows } = await sql<{ last_id: number | null; outdated: string[] }>`
    WITH stretch AS MATERIALIZED (
      SELECT id, access_version, stripe_customer_id FROM accounts
      WHERE id > ${of.afterId} ORDER BY id LIMIT ${of.limit})
    SELECT (SELECT max(id) FROM stretch) AS last_id, coalesce((
      SELECT array_agg(DISTINCT a.id)
      FROM stretch a JOIN users u ON u.account_id = a.id
      LEFT JOIN directory_entries e ON e.user_id = u.id
      WHERE e.user_id IS NULL
        OR (e.access_version, e.user_revision, e.account_id)
          IS DISTINCT FROM (a.access_version, u.revision, a.id)
        OR e.catalog_version <> (SELECT version FROM catalog)
        OR e.stripe_customer_id IS DISTINCT FROM a.stripe_customer_id
        OR e.history_id <> coalesce((
          SELECT max(id) FROM subscription_changes WHERE account_id = a.id), 0)
        OR e.usage_revision <> coalesce((
          SELECT sum(revision) FROM balances
          WHERE account_id = a.id
            AND period_start > ${formatInstant(addDays(of.nowMs, -LONGEST_PERIOD_DAYS))}
            AND period_start <= ${now} AND period_end > ${now}), 0)), '{}') AS outdated`.execute(
    executor.sql,
  );
  const row = rows[0];
  return { outdated: (row?.outdated ?? []).map(Number), lastId: row?.last_id ?? null };
}

/** All accounts, some at a time, in the order of their ids. */
export async function listAccounts(
  executor: Executor,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<number[]> {
  const rows = await executor.sql
    .selectFrom('accounts')
    .select('id')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}
