import { sql, type RawBuilder } from 'kysely';
import type { Executor } from '../../../platform/database.ts';
import { newsTopics, type TellingEvent } from './news.ts';

interface Row {
  id: number;
  topic: string;
  recorded_at: number;
  payload: Record<string, unknown>;
  external_id: string | null;
  name: string | null;
  is_new_user: boolean;
  cause: string | null;
  plan: string | null;
}

/** Events after one, in the order of their ids. */
export function findEventsAfter(
  executor: Executor,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<TellingEvent[]> {
  return find(executor, sql`event.id > ${afterId}`, sql`event.id LIMIT ${limit}`);
}

/** The last events, in the order of their ids. */
export function findLastEvents(executor: Executor, limit: number): Promise<TellingEvent[]> {
  return find(executor, sql`true`, sql`event.id DESC LIMIT ${limit}`);
}

/** The id of the last event of all. */
export async function findLastId(executor: Executor): Promise<number> {
  const { last } = await executor.sql
    .selectFrom('outbox_events')
    .select(({ fn }) => fn.max<number | null>('id').as('last'))
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

/** With the user of the account, and the last word of the history that the same command wrote. */
async function find(
  executor: Executor,
  where: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<TellingEvent[]> {
  const { rows } = await sql<Row>`
    SELECT event.id, event.topic, event.recorded_at, event.payload, who.external_id,
      coalesce(who.name, who.email) AS name,
      coalesce(who.created_at = event.recorded_at, false) AS is_new_user,
      said.cause, plan.slug AS plan
    FROM (
      SELECT * FROM outbox_events event
      WHERE ${where} AND event.topic = ANY(${[...newsTopics]}::text[]) ORDER BY ${order}
    ) AS event
    LEFT JOIN LATERAL (
      SELECT external_id, name, email, created_at FROM users
      WHERE account_id = event.account_id AND (NOT event.payload ? 'user_id'
        OR users.id = (event.payload ->> 'user_id')::bigint)
      ORDER BY users.id LIMIT 1
    ) AS who ON true
    LEFT JOIN LATERAL (
      SELECT cause, plan_ids FROM subscription_changes
      WHERE event.topic = 'subscription.history_changed' AND account_id = event.account_id
        AND subscription_key = event.payload ->> 'subscription_key'
        AND recorded_at = event.recorded_at
      ORDER BY effective_at DESC, id DESC LIMIT 1
    ) AS said ON true
    LEFT JOIN subscription_plans plan ON plan.id = said.plan_ids[1]
    ORDER BY event.id`.execute(executor.sql);
  return rows.map((row) => ({
    id: row.id,
    topic: row.topic,
    recordedMs: row.recorded_at,
    payload: row.payload,
    user: row.external_id,
    name: row.name,
    isNewUser: row.is_new_user,
    cause: row.cause,
    plan: row.plan,
  }));
}
