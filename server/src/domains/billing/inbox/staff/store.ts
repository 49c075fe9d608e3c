import type { Executor } from '../../../../platform/database.ts';

/** What Stripe sent, to the letter. */
export async function findPayload(executor: Executor, id: string): Promise<string | undefined> {
  const row = await executor.sql
    .selectFrom('stripe_events')
    .select('payload')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.payload;
}
