import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, PreparedStatement, Tx } from '../../../platform/database.ts';
import type { RemoteEvent } from '../gateway/remote.ts';

/** An event as it came in, with its whole body. */
export interface ReceivedEvent extends RemoteEvent {
  readonly payload: string;
  readonly receivedMs: number;
  /** Why nothing will be done about it, if nothing will. */
  readonly ignoredBecause: string | null;
  /** What is odd about it, though it is handled. */
  readonly note: string | null;
}

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
        $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
      ON CONFLICT (id) DO NOTHING
      RETURNING id, stripe_customer_id, state
    ), wanted AS (
      INSERT INTO billing_customers (stripe_customer_id, due_at)
      SELECT stripe_customer_id, clock_timestamp() FROM stored
      WHERE state = 'stored' AND stripe_customer_id IS NOT NULL
      GROUP BY stripe_customer_id ORDER BY stripe_customer_id
      ON CONFLICT (stripe_customer_id) DO UPDATE SET due_at = clock_timestamp(), attempts = 0
      WHERE billing_customers.due_at IS NULL OR billing_customers.due_at > clock_timestamp()
    )
    SELECT id FROM stored`,
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
    column(({ payload }) => payload),
    column(({ ignoredBecause }) => (ignoredBecause === null ? 'stored' : 'ignored')),
    column(({ ignoredBecause, note }) => ignoredBecause ?? note),
  ]);
  return new Set(rows.map(([id]) => String(id)));
}

/**
 * Has customers looked at soon, also those that somebody is looking at, who may have read them
 * before whatever this is about.
 */
export async function wantCustomers(tx: Tx, customerIds: readonly string[]): Promise<void> {
  const inOrder = [...new Set(customerIds)].toSorted();
  await sql`
    INSERT INTO billing_customers (stripe_customer_id, due_at)
    SELECT id, clock_timestamp() FROM unnest(${textArray(inOrder)}::text[]) AS id
    ON CONFLICT (stripe_customer_id) DO UPDATE SET due_at = clock_timestamp(), attempts = 0
    WHERE billing_customers.due_at IS NULL OR billing_customers.due_at > clock_timestamp()
  `.execute(tx.sql);
}

export interface Lease {
  readonly customerId: string;
  readonly token: number;
  readonly attempts: number;
}

/**
 * One instant for the end of a lease and for when the customer is due again, so that whoever wants
 * the customer looked at meanwhile is seen by its being due before the lease ends.
 */
const LEASE_END = sql`statement_timestamp() + interval '30 seconds'`;
const IS_WANTED_AGAIN = sql`due_at < leased_until`;

/** Takes customers that are due and that nobody is at. */
export async function leaseDue(tx: Tx, limit: number): Promise<Lease[]> {
  const { rows } = await sql<{ id: string; token: number; attempts: number }>`
    UPDATE billing_customers SET
      lease_token = lease_token + 1,
      leased_until = ${LEASE_END},
      due_at = ${LEASE_END},
      attempts = attempts + 1
    WHERE stripe_customer_id IN (
      SELECT stripe_customer_id FROM billing_customers
      WHERE due_at <= clock_timestamp()
        AND (leased_until IS NULL OR leased_until <= clock_timestamp())
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING stripe_customer_id AS id, lease_token AS token, attempts
  `.execute(tx.sql);
  return rows.map(({ id, token, attempts }) => ({ customerId: id, token, attempts }));
}

/** Takes one customer, due or not; where somebody is at it, they will look once more. */
export async function leaseOne(tx: Tx, customerId: string): Promise<Lease | undefined> {
  const { rows } = await sql<{ token: number; attempts: number }>`
    INSERT INTO billing_customers AS customer
      (stripe_customer_id, lease_token, leased_until, due_at)
    VALUES (${customerId}, 1, ${LEASE_END}, ${LEASE_END})
    ON CONFLICT (stripe_customer_id) DO UPDATE SET
      lease_token = customer.lease_token + 1, leased_until = ${LEASE_END}, due_at = ${LEASE_END}
    WHERE customer.leased_until IS NULL OR customer.leased_until <= clock_timestamp()
    RETURNING lease_token AS token, attempts
  `.execute(tx.sql);
  const row = rows[0];
  if (row === undefined) await wantCustomers(tx, [customerId]);
  return row && { customerId, token: row.token, attempts: row.attempts };
}

/** The events that wait for these customers: what a retrieval that begins now will answer. */
export async function findWaiting(
  executor: Executor,
  customerId: string,
): Promise<{ id: string; objectKind: string | null; objectId: string | null }[]> {
  const rows = await executor.sql
    .selectFrom('stripe_events')
    .select(['id', 'object_kind', 'object_id'])
    .where('stripe_customer_id', '=', customerId)
    .where('state', '=', 'stored')
    .execute();
  return rows.map((row) => ({ id: row.id, objectKind: row.object_kind, objectId: row.object_id }));
}

/** Locks a leased customer; answers whether the lease is still the holder's. */
export async function lockLease(tx: Tx, lease: Lease): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('billing_customers')
    .select('lease_token')
    .where('stripe_customer_id', '=', lease.customerId)
    .forUpdate()
    .executeTakeFirst();
  return row?.lease_token === lease.token;
}

export interface Settled {
  readonly lease: Lease;
  /** `null` where no account of ours is meant. */
  readonly accountId: number | null;
  readonly eventIds: readonly string[];
  readonly state: 'done' | 'ignored' | 'failed';
  readonly reason: string | null;
  readonly retrievedMs: number;
}

/** Gives a lease back when all is written; what came in meanwhile is looked at next. */
export async function settleLease(tx: Tx, settled: Settled): Promise<void> {
  const { lease, eventIds, retrievedMs } = settled;
  const now = formatInstant(retrievedMs);
  if (eventIds.length > 0) {
    await sql`
      UPDATE stripe_events
      SET state = ${settled.state}, handled_at = ${now},
          reason = COALESCE(${settled.reason}, reason)
      WHERE id = ANY(${textArray(eventIds)}::text[]) AND state = 'stored'
    `.execute(tx.sql);
  }
  await sql`
    UPDATE billing_customers SET
      account_id = COALESCE(${settled.accountId}::bigint, account_id),
      leased_until = NULL, attempts = 0, retrieved_at = ${now},
      last_error = CASE WHEN ${settled.state} = 'failed' THEN ${settled.reason}::text END,
      due_at = CASE WHEN ${IS_WANTED_AGAIN} THEN clock_timestamp() END
    WHERE stripe_customer_id = ${lease.customerId}
  `.execute(tx.sql);
}

export interface Failure {
  readonly lease: Lease;
  readonly error: string;
  /** How long to wait; `null` gives up, until it is asked for again. */
  readonly retryMs: number | null;
  readonly eventIds: readonly string[];
  readonly nowMs: number;
}

/** Gives a lease back after a failure, to be tried again later or not at all. */
export async function failLease(tx: Tx, failure: Failure): Promise<void> {
  const { lease, error, retryMs, eventIds } = failure;
  if (!(await lockLease(tx, lease))) return;
  await sql`
    UPDATE billing_customers SET
      leased_until = NULL, last_error = ${error},
      due_at = CASE WHEN ${IS_WANTED_AGAIN} THEN clock_timestamp()
        ELSE clock_timestamp() + ${retryMs} * interval '1 millisecond' END
    WHERE stripe_customer_id = ${lease.customerId}
  `.execute(tx.sql);
  if (retryMs !== null || eventIds.length === 0) return;
  await sql`
    UPDATE stripe_events
    SET state = 'failed', reason = ${error}, handled_at = ${formatInstant(failure.nowMs)}
    WHERE id = ANY(${textArray(eventIds)}::text[]) AND state = 'stored'
  `.execute(tx.sql);
}
