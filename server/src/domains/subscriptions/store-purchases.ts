import { sql } from 'kysely';
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

/** Which accounts have a live subscription that Stripe keeps, and its id there. */
export async function findLiveAtStripe(
  executor: Executor,
  accountIds: readonly number[],
): Promise<Map<number, string>> {
  const rows = await executor.sql
    .selectFrom('user_subscriptions')
    .select(['account_id', 'stripe_subscription_id'])
    .where(sql<boolean>`account_id = ANY(${accountIds}::bigint[])`)
    .where('ended_at', 'is', null)
    .where('source', '=', 'stripe')
    .execute();
  return new Map(
    rows.flatMap(({ account_id: id, stripe_subscription_id: subscriptionId }) =>
      subscriptionId === null ? [] : [[id, subscriptionId] as const],
    ),
  );
}
