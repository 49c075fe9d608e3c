import type { Executor } from '../../platform/database.ts';

/** Checkouts that were never paid for are no purchases. */
const UNPAID = ['incomplete', 'incomplete_expired'];

/**
 * Whether an account has ever subscribed, be it that it only tried: then it neither makes a first
 * purchase nor tries again.
 */
export async function hasSubscribed(executor: Executor, accountId: number): Promise<boolean> {
  const row = await executor.sql
    .selectFrom('user_subscriptions')
    .select('id')
    .where('account_id', '=', accountId)
    .where('source', 'in', ['stripe', 'manual'])
    .where('status', 'not in', UNPAID)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
