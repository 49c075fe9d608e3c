import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../platform/database.ts';
import type { RecurringDiscount, RecurringItem, RecurringTerms } from './recurring-amount.ts';
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

/** Terms on which a version is held, and how many hold it so. */
interface HeldTerms {
  readonly terms: RecurringTerms;
  readonly count: number;
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

/**
 * On which terms a version is held at an instant. Those who bring the same are told together, so
 * that there are about as many as prices, however many subscribe: ids and dates of discounts are
 * left out but for whether they last at the instant.
 */
export async function findHeldTerms(
  executor: Executor,
  of: { readonly planId: number; readonly atMs: number },
): Promise<HeldTerms[]> {
  const at = formatInstant(of.atMs);
  // Before the instant or after it, which is all that counts there.
  const side = (member: string) => sql`CASE
    WHEN discount -> ${sql.lit(member)} = 'null' THEN 'null'::jsonb
    WHEN (discount ->> ${sql.lit(member)})::numeric <= ${of.atMs} THEN '0'::jsonb
    ELSE to_jsonb(${of.atMs}::bigint + 1) END`;
  const { rows } = await sql<TermsRow>`
    SELECT word.status, word.currency, word.items, told.discounts, count(*)::int AS count
    FROM user_subscriptions held
    CROSS JOIN LATERAL (
      SELECT status, currency, items, discounts FROM subscription_changes said
      WHERE account_id = held.account_id
        AND subscription_key = coalesce(held.stripe_subscription_id, held.id::text)
        AND status IS NOT NULL AND effective_at <= ${at}
        AND NOT EXISTS (SELECT FROM subscription_changes later WHERE later.supersedes = said.id)
      ORDER BY effective_at DESC, id DESC LIMIT 1) word
    CROSS JOIN LATERAL (
      SELECT CASE WHEN word.discounts = '[]' THEN word.discounts ELSE (
        SELECT jsonb_agg(discount || jsonb_build_object(
            'id', '', 'startMs', ${side('startMs')}, 'endMs', ${side('endMs')}) ORDER BY place)
        FROM jsonb_array_elements(word.discounts) WITH ORDINALITY AS each (discount, place)
      ) END AS discounts) told
    WHERE held.plan_id = ${of.planId} AND held.ended_at IS NULL
    GROUP BY word.status, word.currency, word.items, told.discounts`.execute(executor.sql);
  return rows.map(({ count, ...terms }) => ({ terms, count }));
}

interface TermsRow {
  readonly status: string;
  readonly currency: string;
  readonly items: readonly RecurringItem[];
  readonly discounts: readonly RecurringDiscount[];
  readonly count: number;
}
