import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, PreparedStatement } from '../../../platform/database.ts';
import type { ReceivedEvent } from './received.ts';

/** What is announced on the channel `configuration` where customers have become due. */
export const INBOX_NEWS = 'stripe_inbox';

/**
 * For customers that are to be looked at once more. Of one that somebody is at, or was at when the
 * lease ran out, the instant lies before the end of the lease: so whoever gives the lease back
 * knows of it.
 */
const WANT_AGAIN = `
      ON CONFLICT (stripe_customer_id) DO UPDATE SET attempts = 0,
        due_at = LEAST(clock_timestamp(),
          billing_customers.leased_until - interval '1 microsecond')
      WHERE billing_customers.due_at IS NULL OR billing_customers.due_at > clock_timestamp()
        OR billing_customers.due_at >= billing_customers.leased_until`;

/**
 * JSON has no such character in it but escaped. Bodies are long and full of quotes, which an array
 * would have escaped one by one.
 */
const BETWEEN_PAYLOADS = '\u001F';

/**
 * Events and customers in the order of their ids, so that two who store the same never wait for
 * each other. A customer's row is locked even where it is due already, so that whoever is about to
 * say that nothing waits any longer sees what has been stored.
 */
const STORE_EVENTS: PreparedStatement = {
  name: 'billing_store_events',
  text: `
    WITH stored AS (
      INSERT INTO stripe_events (id, type, api_version, created_at, received_at,
        stripe_customer_id, object_kind, object_id, payload, state, reason)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[],
        $5::timestamptz[], $6::text[], $7::text[], $8::text[],
        string_to_array($9::text, '${BETWEEN_PAYLOADS}'), $10::text[], $11::text[])
      ON CONFLICT (id) DO NOTHING
      RETURNING id, stripe_customer_id, state
    ), wanted AS (
      INSERT INTO billing_customers (stripe_customer_id, due_at)
      SELECT stripe_customer_id, clock_timestamp() FROM stored
      WHERE state = 'stored' AND stripe_customer_id IS NOT NULL
      GROUP BY stripe_customer_id ORDER BY stripe_customer_id
      ${WANT_AGAIN}
      RETURNING 1
    ), told AS (
      SELECT pg_notify('configuration', '${INBOX_NEWS}')
      FROM (SELECT FROM wanted LIMIT 1) AS any_one
    )
    SELECT id FROM stored LEFT JOIN told ON true`,
};

/**
 * Keeps events, each once, and has their customers looked at; answers which were new. One
 * statement, so that it is all of it or nothing, and one way to the database and back.
 */
export async function storeEvents(
  executor: Executor,
  events: readonly ReceivedEvent[],
): Promise<ReadonlySet<string>> {
  const inOrder = events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const column = (of: (event: ReceivedEvent) => string | null): string =>
    textArray(inOrder.map(of));
  const rows = await executor.execute(STORE_EVENTS, [
    column(({ id }) => id),
    column(({ type }) => type),
    column(({ apiVersion }) => apiVersion),
    column(({ createdMs }) => formatInstant(createdMs)),
    column(({ receivedMs }) => formatInstant(receivedMs)),
    column(({ customerId }) => customerId),
    column(({ objectKind }) => objectKind),
    column(({ objectId }) => objectId),
    inOrder.map(({ payload }) => payload).join(BETWEEN_PAYLOADS),
    column(({ ignoredBecause }) => (ignoredBecause === null ? 'stored' : 'ignored')),
    column(({ ignoredBecause, note }) => ignoredBecause ?? note),
  ]);
  return new Set(rows.map(([id]) => String(id)));
}

/**
 * Has customers looked at soon, also those that somebody is looking at, who may have read them
 * before whatever this is about.
 */
export async function wantCustomers(
  executor: Executor,
  customerIds: readonly string[],
): Promise<void> {
  if (customerIds.length === 0) return;
  const inOrder = [...new Set(customerIds)].toSorted();
  await sql`
    WITH wanted AS (
      INSERT INTO billing_customers (stripe_customer_id, due_at)
      SELECT id, clock_timestamp() FROM unnest(${textArray(inOrder)}::text[]) AS id
      ${sql.raw(WANT_AGAIN)}
      RETURNING 1
    )
    SELECT pg_notify('configuration', ${INBOX_NEWS}) FROM (SELECT FROM wanted LIMIT 1) AS any_one
  `.execute(executor.sql);
}
