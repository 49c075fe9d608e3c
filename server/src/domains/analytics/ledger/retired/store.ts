import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../../platform/database.ts';

/**
 * Books that were given up, and that nobody reads any more who asked for the one shown before:
 * where another took a place, it did so before an instant.
 */
export async function findRetiredBooks(executor: Executor, beforeMs: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM revenue_books book WHERE state = 'retired' AND NOT EXISTS (
      SELECT FROM revenue_books shown WHERE shown.profile = book.profile
        AND shown.state = 'current'
        AND shown.current_at > ${formatInstant(beforeMs)}::timestamptz)
    ORDER BY id`.execute(executor.sql);
  return rows.map(({ id }) => id);
}

/** The tables that hold rows of books. */
export async function findTablesOfBooks(executor: Executor): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype = 'f' AND confrelid = 'revenue_books'::regclass ORDER BY 1`.execute(executor.sql);
  return rows.map(({ name }) => name);
}

/** Deletes some rows of a book; answers how many. */
export async function deleteRows(
  executor: Executor,
  { table, bookId, limit }: { table: string; bookId: number; limit: number },
): Promise<number> {
  const of = sql.table(table);
  const { numAffectedRows } = await sql`
    DELETE FROM ${of} WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM ${of} WHERE book_id = ${bookId} LIMIT ${limit}))`.execute(executor.sql);
  return Number(numAffectedRows ?? 0n);
}
