import type { Database } from '../../../../platform/database.ts';
import type { Job } from '../../../../platform/jobs.ts';
import { deleteRows, findRetiredBooks, findTablesOfBooks } from './store.ts';

/** Few enough for each statement to be over at once. */
const ROWS_AT_ONCE = 5_000;
/** Of a run: what is left is for the next. */
const MOST_ROWS = 1_000_000;
const HOUR_MS = 3_600_000;

/**
 * Deletes the rows of books that were given up, some at a time. The books themselves stay on record
 * with their rules, and the books in use are guarded by the database.
 */
export async function forgetRetiredBooks(
  database: Database,
  {
    nowMs,
    rowsAtOnce = ROWS_AT_ONCE,
    mostRows = MOST_ROWS,
  }: { nowMs: number; rowsAtOnce?: number; mostRows?: number },
): Promise<number> {
  const books = await findRetiredBooks(database, nowMs - HOUR_MS);
  const tables = books.length === 0 ? [] : await findTablesOfBooks(database);
  let deleted = 0;
  for (const bookId of books) {
    for (const table of tables) {
      let left = rowsAtOnce;
      while (left === rowsAtOnce && deleted < mostRows) {
        const limit = Math.min(rowsAtOnce, mostRows - deleted);
        left = await deleteRows(database, { table, bookId, limit });
        deleted += left;
      }
    }
  }
  return deleted;
}

export function retiredBooksJob(database: Database): Job {
  return {
    name: 'retired_books_forget',
    schedule: '23 * * * *',
    run: async ({ nowMs }) => {
      await forgetRetiredBooks(database, { nowMs });
    },
  };
}
