import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';

/** How far events have been added up, and by whose days. */
export interface FoldCursor {
  /** Events of transactions below it are in the sums. */
  readonly foldedTo: number;
  readonly timeZone: string;
}

/**
 * The cursor, made where there is none; nobody else folds until the transaction ends, which may
 * take its time where a long history is added up.
 */
export async function lockCursor(tx: Tx, timeZone: string): Promise<FoldCursor> {
  await sql`SET LOCAL statement_timeout = '15min'`.execute(tx.sql);
  await tx.sql
    .insertInto('usage_folds')
    .values({ folded_to: 0, time_zone: timeZone })
    .onConflict((conflict) => conflict.column('is_only').doNothing())
    .execute();
  const row = await tx.sql
    .selectFrom('usage_folds')
    .select(['folded_to', 'time_zone'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { foldedTo: row.folded_to, timeZone: row.time_zone };
}

export async function putCursor(tx: Tx, { foldedTo, timeZone }: FoldCursor): Promise<void> {
  await tx.sql
    .updateTable('usage_folds')
    .set({ folded_to: foldedTo, time_zone: timeZone })
    .execute();
}

/** The oldest transaction under way: all below it are over, and seen by whoever reads now. */
export async function oldestUnderWay(executor: Executor): Promise<number> {
  const { rows } = await sql<{ oldest: number }>`
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest`.execute(executor.sql);
  return rows[0]!.oldest;
}

/** Whether there is anything to do, without writing anything. */
export async function isBehind(executor: Executor, timeZone: string): Promise<boolean> {
  const { rows } = await sql<{ behind: boolean }>`
    WITH present AS (
      SELECT COALESCE((SELECT folded_to FROM usage_folds), 0) AS folded_to,
        COALESCE((SELECT time_zone FROM usage_folds), ${timeZone}) AS time_zone,
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest)
    SELECT time_zone <> ${timeZone} OR oldest < folded_to OR EXISTS (
      SELECT FROM usage_events
      WHERE booked_in >= (SELECT folded_to FROM present)
        AND booked_in < (SELECT oldest FROM present)) AS behind
    FROM present`.execute(executor.sql);
  return rows[0]!.behind;
}

/**
 * In a database that was restored into another cluster, transactions are counted anew: what was
 * booked before is marked as older than all of them.
 */
export async function renumberEvents(tx: Tx, oldest: number): Promise<void> {
  await sql`UPDATE usage_events SET booked_in = 0 WHERE booked_in >= ${oldest}::bigint`.execute(
    tx.sql,
  );
}
