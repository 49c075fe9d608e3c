import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';

/** How far events have been added up, and by whose days. */
export interface FoldCursor {
  /** Events of transactions below it are in the sums. */
  readonly foldedTo: number;
  readonly timeZone: string;
  /** What is added to the numbers of transactions. */
  readonly numberOffset: number;
}

/** The cursor; nobody else folds until the transaction ends. */
export async function lockCursor(tx: Tx): Promise<FoldCursor | undefined> {
  const { rows } = await sql<FoldCursor>`${THE_CURSOR} FOR UPDATE`.execute(tx.sql);
  return rows[0];
}

/** The cursor, which stays as it is until the transaction ends; others may share it meanwhile. */
export async function shareCursor(tx: Tx): Promise<FoldCursor | undefined> {
  const { rows } = await sql<FoldCursor>`${THE_CURSOR} FOR SHARE`.execute(tx.sql);
  return rows[0];
}

const THE_CURSOR = sql`SELECT folded_to AS "foldedTo", time_zone AS "timeZone",
  number_offset AS "numberOffset" FROM usage_folds`;

/** Two that put the first one wait for each other. */
export async function putCursor(tx: Tx, cursor: FoldCursor): Promise<void> {
  const row = {
    folded_to: cursor.foldedTo,
    time_zone: cursor.timeZone,
    number_offset: cursor.numberOffset,
  };
  await tx.sql
    .insertInto('usage_folds')
    .values(row)
    .onConflict((conflict) => conflict.column('is_only').doUpdateSet(row))
    .execute();
}

/**
 * The oldest transaction under way, as this cluster counts: all below it are over, and what they
 * booked is seen by whoever reads from now on.
 */
export async function oldestUnderWay(executor: Executor): Promise<number> {
  const { rows } = await sql<{ oldest: number }>`
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest`.execute(executor.sql);
  return rows[0]!.oldest;
}

/** Whether there is nothing to do, or what is booked, or all anew; without writing anything. */
export async function findWhatIsDue(
  executor: Executor,
  timeZone: string,
): Promise<'nothing' | 'booked' | 'anew'> {
  const { rows } = await sql<{ due: 'nothing' | 'booked' | 'anew' }>`
    SELECT COALESCE((
      SELECT CASE
        WHEN time_zone <> ${timeZone} OR oldest < folded_to THEN 'booked'
        WHEN EXISTS (SELECT FROM usage_fold_months) THEN 'anew'
        WHEN EXISTS (
          SELECT FROM usage_events WHERE booked_in >= folded_to AND booked_in < oldest)
        THEN 'booked' ELSE 'nothing' END
      FROM usage_folds, LATERAL (SELECT
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint + number_offset AS oldest) AS present
    ), 'booked') AS due`.execute(executor.sql);
  return rows[0]!.due;
}

/** The months that there are events of, by their first days. */
export async function findEventMonths(executor: Executor): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    SELECT replace(right(relname, 7), '_', '-') || '-01' AS month
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'usage_events'::regclass AND relname ~ '_[0-9]{4}_[0-9]{2}$'
    ORDER BY 1`.execute(executor.sql);
  return rows.map(({ month }) => month);
}

export async function lastAccount(executor: Executor): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    SELECT COALESCE(max(id), 0) AS last FROM accounts`.execute(executor.sql);
  return rows[0]!.last;
}

/**
 * A database that was restored into another cluster finds transactions counted from the beginning:
 * from here on their numbers are raised beyond all that were given before. Whoever books waits for
 * it, and it for whoever is booking, so that every event lies on one side.
 */
export async function raiseNumbers(tx: Tx, offset: number): Promise<void> {
  await sql
    .raw(
      `ALTER TABLE usage_events ALTER COLUMN booked_in
       SET DEFAULT (pg_current_xact_id()::text::bigint + ${offset})`,
    )
    .execute(tx.sql);
}
