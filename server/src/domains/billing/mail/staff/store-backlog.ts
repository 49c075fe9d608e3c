import { sql as raw } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Backlog } from '../../../../platform/backlog.ts';
import type { Executor } from '../../../../platform/database.ts';

/** Mails that are due and not sent, and those that were given up. */
export async function readUnsentMails({ sql }: Executor, nowMs: number): Promise<Backlog> {
  const { waiting, oldest } = await sql
    .selectFrom('mail_messages')
    .select(({ fn }) => [
      fn.countAll<number>().as('waiting'),
      fn.min<number | null>('due_at').as('oldest'),
    ])
    .where('state', '=', 'waiting')
    .where(raw<boolean>`due_at <= ${formatInstant(nowMs)}`)
    .executeTakeFirstOrThrow();
  const { failed } = await sql
    .selectFrom('mail_messages')
    .select(({ fn }) => fn.countAll<number>().as('failed'))
    .where('state', '=', 'failed')
    .executeTakeFirstOrThrow();
  return { waiting, oldestMs: oldest, failed };
}
