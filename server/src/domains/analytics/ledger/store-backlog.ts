import type { Backlog } from '../../../platform/backlog.ts';
import type { Executor } from '../../../platform/database.ts';

/** Customers whose history has changed and is not in the ledger yet. */
export async function readPendingRevenue({ sql }: Executor): Promise<Backlog> {
  const row = await sql
    .selectFrom('revenue_pending')
    .select(({ fn }) => [
      fn.countAll<number>().as('waiting'),
      fn.min<number | null>('since').as('oldest'),
    ])
    .executeTakeFirstOrThrow();
  return { waiting: row.waiting, oldestMs: row.oldest, failed: 0 };
}
