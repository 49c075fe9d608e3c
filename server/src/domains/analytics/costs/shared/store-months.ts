import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';
import { shares } from './store-shares.ts';

/** A month of a book whose revenue is to be shared, and by which changes of its use. */
export interface MonthToShare {
  readonly bookId: number;
  readonly month: string;
  readonly changes: number;
}

/** Whether the ledger has booked something that nobody has looked at. */
export async function areNotesLeft(executor: Executor): Promise<boolean> {
  const { rows } = await sql<{ left: boolean }>`
    SELECT EXISTS (SELECT FROM shared_revenue_notes) AS left`.execute(executor.sql);
  return rows[0]!.left;
}

/** What was booked changes its month and all later ones, by what their days begin with. */
export async function takeNotes(tx: Tx): Promise<void> {
  await sql`
    WITH noted AS (DELETE FROM shared_revenue_notes RETURNING book_id, from_day),
    since AS (SELECT book_id, date_trunc('month', min(from_day))::date AS month
      FROM noted GROUP BY book_id)
    UPDATE shared_revenue_months AS shared SET changes = -1 FROM since
    WHERE shared.book_id = since.book_id AND shared.month >= since.month`.execute(tx.sql);
}

/** The latest month that was never shared, or that has changed since and not just been shared. */
export async function findMonthToShare(
  executor: Executor,
  sharedBeforeMs: number,
): Promise<MonthToShare | undefined> {
  const { rows } = await sql<MonthToShare>`
    SELECT book.id AS "bookId", used.month, used.changes
    FROM revenue_books book CROSS JOIN use_months used
    LEFT JOIN shared_revenue_months shared
      ON shared.book_id = book.id AND shared.month = used.month
    WHERE book.state = 'current' AND (shared.month IS NULL OR shared.changes <> used.changes
      AND shared.shared_at <= ${formatInstant(sharedBeforeMs)}::timestamptz)
    ORDER BY used.month DESC, book.id LIMIT 1`.execute(executor.sql);
  return rows[0];
}

/** Nobody else shares until the transaction ends; whether nobody did. */
export async function lockSharing(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtext('shared revenue')) AS locked`.execute(tx.sql);
  return rows[0]!.locked;
}

/** Shares a month's revenue, in place of how it was shared before. */
export async function shareMonth(
  tx: Tx,
  { bookId, month, changes }: MonthToShare,
  nowMs: number,
): Promise<void> {
  await sql`DELETE FROM shared_revenue_days WHERE book_id = ${bookId} AND day >= ${month}::date
    AND day < ${month}::date + interval '1 month'`.execute(tx.sql);
  await sql`
    WITH ${shares({ bookId, month, filters: {}, key: sql`NULL::text` })}
    INSERT INTO shared_revenue_days (book_id, day, currency, plan, model, feature, parts)
    SELECT ${bookId}, day, currency, plan, model, feature, sum(parts) FROM share
    GROUP BY 2, 3, 4, 5, 6 HAVING sum(parts) <> 0`.execute(tx.sql);
  await sql`
    INSERT INTO shared_revenue_months (book_id, month, changes, shared_at)
    VALUES (${bookId}, ${month}::date, ${changes}, ${formatInstant(nowMs)}::timestamptz)
    ON CONFLICT (book_id, month)
    DO UPDATE SET changes = excluded.changes, shared_at = excluded.shared_at`.execute(tx.sql);
}

/** Forgets how revenue of books was shared that were given up. */
export async function forgetRetired(tx: Tx): Promise<void> {
  await sql`
    WITH forgotten AS (
      DELETE FROM shared_revenue_months
      WHERE book_id NOT IN (SELECT id FROM revenue_books WHERE state <> 'retired')
      RETURNING book_id)
    DELETE FROM shared_revenue_days WHERE book_id IN (SELECT book_id FROM forgotten)`.execute(
    tx.sql,
  );
}
