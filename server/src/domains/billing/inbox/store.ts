import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
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

/** Keeps events, each once, and has their customers looked at; answers which were new. */
export async function storeEvents(
  tx: Tx,
  events: readonly ReceivedEvent[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.sql
    .insertInto('stripe_events')
    .values(
      events.map((event) => ({
        id: event.id,
        type: event.type,
        api_version: event.apiVersion,
        created_at: formatInstant(event.createdMs),
        received_at: formatInstant(event.receivedMs),
        stripe_customer_id: event.customerId,
        object_kind: event.objectKind,
        object_id: event.objectId,
        payload: event.payload,
        state: event.ignoredBecause === null ? 'stored' : 'ignored',
        reason: event.ignoredBecause ?? event.note,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning(['id', 'stripe_customer_id', 'state'])
    .execute();
  const customers = rows
    .filter(({ state }) => state === 'stored')
    .flatMap(({ stripe_customer_id: id }) => (id === null ? [] : [id]));
  if (customers.length > 0) await wantCustomers(tx, customers);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Has customers looked at soon. The row is locked even where it is due already, so that whoever is
 * about to say that nothing waits any longer sees what has been stored.
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

const LEASE = sql`interval '30 seconds'`;

/** Takes customers that are due and that nobody is at. */
export async function leaseDue(tx: Tx, limit: number): Promise<Lease[]> {
  const { rows } = await sql<{ id: string; token: number; attempts: number }>`
    UPDATE billing_customers SET
      lease_token = lease_token + 1,
      leased_until = clock_timestamp() + ${LEASE},
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

/** Takes one customer, due or not; nothing where somebody is at it. */
export async function leaseOne(tx: Tx, customerId: string): Promise<Lease | undefined> {
  const { rows } = await sql<{ token: number; attempts: number }>`
    INSERT INTO billing_customers AS customer (stripe_customer_id, lease_token, leased_until, due_at)
    VALUES (${customerId}, 1, clock_timestamp() + ${LEASE}, clock_timestamp())
    ON CONFLICT (stripe_customer_id) DO UPDATE SET
      lease_token = customer.lease_token + 1,
      leased_until = clock_timestamp() + ${LEASE},
      due_at = COALESCE(customer.due_at, clock_timestamp())
    WHERE customer.leased_until IS NULL OR customer.leased_until <= clock_timestamp()
    RETURNING lease_token AS token, attempts
  `.execute(tx.sql);
  const row = rows[0];
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
      SET state = ${settled.state}, handled_at = ${now}, reason = COALESCE(${settled.reason}, reason)
      WHERE id = ANY(${textArray(eventIds)}::text[]) AND state = 'stored'
    `.execute(tx.sql);
  }
  await sql`
    UPDATE billing_customers SET
      account_id = COALESCE(${settled.accountId}::bigint, account_id),
      leased_until = NULL, attempts = 0, last_error = NULL, retrieved_at = ${now},
      due_at = CASE WHEN EXISTS (
        SELECT FROM stripe_events
        WHERE stripe_customer_id = ${lease.customerId} AND state = 'stored'
      ) THEN clock_timestamp() END
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
      due_at = clock_timestamp() + ${retryMs} * interval '1 millisecond'
    WHERE stripe_customer_id = ${lease.customerId}
  `.execute(tx.sql);
  if (retryMs !== null || eventIds.length === 0) return;
  await sql`
    UPDATE stripe_events
    SET state = 'failed', reason = ${error}, handled_at = ${formatInstant(failure.nowMs)}
    WHERE id = ANY(${textArray(eventIds)}::text[]) AND state = 'stored'
  `.execute(tx.sql);
}
