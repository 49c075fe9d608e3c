import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import { wantCustomers } from './store.ts';

export interface Lease {
  readonly customerId: string;
  readonly token: number;
  readonly attempts: number;
}

/**
 * One instant for the end of a lease and for when the customer is due again, so that whoever wants
 * the customer looked at meanwhile is seen by its being due before the lease ends.
 */
function endOf(leaseMs: number) {
  return sql`statement_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'`;
}
const IS_WANTED_AGAIN = sql`due_at < leased_until`;

/** Takes customers that are due and that nobody is at. */
export async function leaseDue(
  executor: Executor,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<Lease[]> {
  const { rows } = await sql<{ id: string; token: number; attempts: number }>`
    UPDATE billing_customers SET
      lease_token = lease_token + 1,
      leased_until = ${endOf(leaseMs)},
      due_at = ${endOf(leaseMs)},
      attempts = attempts + 1
    WHERE stripe_customer_id IN (
      SELECT stripe_customer_id FROM billing_customers
      WHERE due_at <= clock_timestamp()
        AND (leased_until IS NULL OR leased_until <= clock_timestamp())
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING stripe_customer_id AS id, lease_token AS token, attempts
  `.execute(executor.sql);
  return rows.map(({ id, token, attempts }) => ({ customerId: id, token, attempts }));
}

/** Takes one customer, due or not; where somebody is at it, they will look once more. */
export async function leaseOne(
  executor: Executor,
  { customerId, leaseMs }: { readonly customerId: string; readonly leaseMs: number },
): Promise<Lease | undefined> {
  const leaseEnd = endOf(leaseMs);
  const { rows } = await sql<{ token: number; attempts: number }>`
    INSERT INTO billing_customers AS customer
      (stripe_customer_id, lease_token, leased_until, due_at)
    VALUES (${customerId}, 1, ${leaseEnd}, ${leaseEnd})
    ON CONFLICT (stripe_customer_id) DO UPDATE SET
      lease_token = customer.lease_token + 1, leased_until = ${leaseEnd}, due_at = ${leaseEnd}
    WHERE customer.leased_until IS NULL OR customer.leased_until <= clock_timestamp()
    RETURNING lease_token AS token, attempts
  `.execute(executor.sql);
  const row = rows[0];
  if (row === undefined) await wantCustomers(executor, [customerId]);
  return row && { customerId, token: row.token, attempts: row.attempts };
}

/**
 * Prolongs a lease, also one that has run out and that nobody has taken over; answers whether it is
 * still the holder's. Where the customer is wanted meanwhile, that stays so.
 */
export async function renewLease(
  executor: Executor,
  lease: Lease,
  leaseMs: number,
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE billing_customers SET
      due_at = CASE WHEN ${IS_WANTED_AGAIN} THEN due_at ELSE ${endOf(leaseMs)} END,
      leased_until = ${endOf(leaseMs)}
    WHERE stripe_customer_id = ${lease.customerId} AND lease_token = ${lease.token}
      AND leased_until IS NOT NULL
    RETURNING 1 AS renewed
  `.execute(executor.sql);
  return rows.length > 0;
}

/** Something that Stripe has told of a customer, and that nobody has looked at yet. */
export interface WaitingEvent {
  readonly id: string;
  readonly type: string;
  readonly objectKind: string | null;
  readonly objectId: string | null;
}

/** The events that wait for these customers: what a retrieval that begins now will answer. */
export async function findWaiting(executor: Executor, customerId: string): Promise<WaitingEvent[]> {
  const rows = await executor.sql
    .selectFrom('stripe_events')
    .select(['id', 'type', 'object_kind', 'object_id'])
    .where('stripe_customer_id', '=', customerId)
    .where('state', '=', 'stored')
    .execute();
  return rows.map(({ object_kind: objectKind, object_id: objectId, ...row }) => {
    return { ...row, objectKind, objectId };
  });
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

/** How many customers an account has had at Stripe, as far as they were read. */
export async function countCustomers(executor: Executor, accountId: number): Promise<number> {
  const { count } = await executor.sql
    .selectFrom('billing_customers')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return count;
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
  await sql`
    WITH handled AS (
      UPDATE stripe_events
      SET state = ${settled.state}, handled_at = ${now},
          reason = COALESCE(${settled.reason}, reason)
      WHERE id = ANY(${textArray(eventIds)}::text[]) AND state = 'stored'
    )
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
