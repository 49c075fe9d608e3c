import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';
import type { SubscriptionSource } from './subscription.ts';

/** Who holds a version of a plan, by how they came to it. */
export interface SubscriberCount {
  readonly planId: number;
  readonly source: SubscriptionSource;
  readonly count: number;
}

/** A live subscription of a plan version. */
export interface Subscriber {
  readonly subscriptionId: number;
  readonly accountId: number;
  /** By which its history is known. */
  readonly subscriptionKey: string;
}

/** The live subscriptions of plan versions. */
export async function countSubscribers(
  executor: Executor,
  planIds: readonly number[],
): Promise<SubscriberCount[]> {
  if (planIds.length === 0) return [];
  const rows = await executor.sql
    .selectFrom('user_subscriptions')
    .select((of) => ['plan_id', 'source', of.fn.countAll<number>().as('count')])
    .where('plan_id', 'in', [...planIds])
    .where('ended_at', 'is', null)
    .groupBy(['plan_id', 'source'])
    .orderBy('plan_id')
    .orderBy('source')
    .execute();
  return rows.map(({ plan_id: planId, source, count }) => ({
    planId,
    source: source as SubscriptionSource,
    count,
  }));
}

/** Those of one version, in the order of their subscriptions, a page at a time. */
export async function findSubscribers(
  executor: Executor,
  page: { readonly planId: number; readonly afterId: number; readonly limit: number },
): Promise<Subscriber[]> {
  const rows = await executor.sql
    .selectFrom('user_subscriptions')
    .select(['id', 'account_id'])
    .select(sql<string>`coalesce(stripe_subscription_id, id::text)`.as('key'))
    .where('plan_id', '=', page.planId)
    .where('ended_at', 'is', null)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(({ id, account_id: accountId, key }) => {
    return { subscriptionId: id, accountId, subscriptionKey: key };
  });
}
