import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';

/** Takes a book that is shown and not summed yet; `null` where another process has it, or none. */
export async function lockSumming(tx: Tx, bookId: number): Promise<number | null> {
  const row = await tx.sql
    .selectFrom('revenue_books')
    .select('summed_to')
    .where('id', '=', bookId)
    .where('state', '=', 'current')
    .where('is_summed', '=', false)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row?.summed_to ?? null;
}

export async function markSummed(
  tx: Tx,
  bookId: number,
  { summedTo, isSummed }: { readonly summedTo: number; readonly isSummed: boolean },
): Promise<void> {
  await tx.sql
    .updateTable('revenue_books')
    .set({ summed_to: summedTo, is_summed: isSummed })
    .where('id', '=', bookId)
    .execute();
}

/** Has Postgres look at what was a first time filled, which it takes to be empty until then. */
export async function lookAtSums(executor: Executor): Promise<void> {
  await sql`ANALYZE happening_days, account_standings`.execute(executor.sql);
}
