import type { Backlog } from '../../../platform/backlog.ts';
import type { Executor } from '../../../platform/database.ts';

/** Entries that are not in the chain yet. */
export async function readUnsealed({ sql }: Executor): Promise<Backlog> {
  const row = await sql
    .selectFrom('audit_unsealed')
    .innerJoin('audit_entries', 'audit_entries.id', 'audit_unsealed.entry_id')
    .select(({ fn }) => [
      fn.countAll<number>().as('waiting'),
      fn.min<number | null>('audit_entries.recorded_at').as('oldest'),
    ])
    .executeTakeFirstOrThrow();
  return { waiting: row.waiting, oldestMs: row.oldest, failed: 0 };
}
