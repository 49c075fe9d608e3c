import type { Backlog } from '../../platform/backlog.ts';
import type { Executor } from '../../platform/database.ts';

/** Events that somebody has not been told of yet. */
export async function readUndelivered({ sql }: Executor): Promise<Backlog> {
  const row = await sql
    .selectFrom('outbox_events')
    .select(({ fn }) => [
      fn.countAll<number>().as('waiting'),
      fn.min<number | null>('recorded_at').as('oldest'),
      fn.count<number>('last_error').as('failed'),
    ])
    .where('delivered_at', 'is', null)
    .executeTakeFirstOrThrow();
  return { waiting: row.waiting, oldestMs: row.oldest, failed: row.failed };
}
