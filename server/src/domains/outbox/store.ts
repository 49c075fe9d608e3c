import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database, Executor, Tx } from '../../platform/database.ts';
import type { NewEvent, OutboxEvent } from './event.ts';

/** Transactions with events, for as long as they are of interest to anybody. */
const withEvents = new WeakSet<Tx>();

export function hasPublished(tx: Tx): boolean {
  return withEvents.has(tx);
}

/** What listeners on the channel `configuration` hear when there are new events. */
export const OUTBOX_NEWS = 'news';

/** Nobody waits for the disk: what is told is lost with the connection anyway. */
export async function announceNews(database: Database): Promise<void> {
  await database.transaction(async (tx) => {
    await sql`SET LOCAL synchronous_commit = off`.execute(tx.sql);
    await sql`SELECT pg_notify('configuration', ${OUTBOX_NEWS})`.execute(tx.sql);
  });
}

/** Publishes events with the transaction that makes them true. */
export async function publish(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  withEvents.add(tx);
  await tx.sql
    .insertInto('outbox_events')
    .values(
      events.map((event) => ({
        topic: event.topic,
        account_id: event.accountId ?? null,
        payload: JSON.stringify(event.payload),
        recorded_at: formatInstant(event.recordedMs),
        due_at: formatInstant(event.dueMs ?? event.recordedMs),
      })),
    )
    .execute();
}

export interface ClaimedEvent extends OutboxEvent {
  /** Consumers that have had it at an earlier attempt. */
  readonly deliveredTo: readonly string[];
}

export interface Claim {
  readonly nowMs: number;
  /** Until then nobody else takes the claimed events; after it they count as dropped. */
  readonly leaseUntilMs: number;
  readonly limit: number;
}

/**
 * Takes due events that nobody else is taking. They are found by being undelivered, never by an
 * id beyond the last seen: a transaction that began early and commits late would be skipped.
 */
export async function claimDueEvents(executor: Executor, claim: Claim): Promise<ClaimedEvent[]> {
  const rows = await executor.sql
    .with('due', (from) =>
      from
        .selectFrom('outbox_events')
        .select('id')
        .where('delivered_at', 'is', null)
        .where('due_at', '<=', formatInstant(claim.nowMs) as never)
        .orderBy('due_at')
        .orderBy('id')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('outbox_events')
    .from('due')
    .whereRef('outbox_events.id', '=', 'due.id')
    .set((set) => ({
      attempts: set('outbox_events.attempts', '+', 1),
      due_at: formatInstant(claim.leaseUntilMs),
    }))
    .returning([
      'outbox_events.id',
      'outbox_events.topic',
      'outbox_events.account_id',
      'outbox_events.payload',
      'outbox_events.recorded_at',
      'outbox_events.attempts',
      'outbox_events.delivered_to',
    ])
    .execute();
  return rows
    .map((row) => ({
      id: row.id,
      topic: row.topic,
      accountId: row.account_id,
      payload: row.payload,
      recordedMs: row.recorded_at,
      attempt: row.attempts,
      deliveredTo: row.delivered_to,
    }))
    .toSorted((a, b) => a.id - b.id);
}

export interface Settlement {
  readonly event: ClaimedEvent;
  readonly deliveredTo: readonly string[];
  /** When all consumers have had it. */
  readonly deliveredMs: number | null;
  /** When to try again otherwise. */
  readonly dueMs: number;
  readonly lastError: string | null;
}

const SETTLE = {
  name: 'outbox_settle',
  text: `
    UPDATE outbox_events AS event
    SET delivered_at = settled.delivered_at, delivered_to = settled.delivered_to,
        due_at = settled.due_at, last_error = settled.last_error
    FROM jsonb_to_recordset($1::jsonb) AS settled (
      id bigint, attempt integer, delivered_at timestamptz, delivered_to text[],
      due_at timestamptz, last_error text)
    WHERE event.id = settled.id AND event.attempts = settled.attempt
      AND event.delivered_at IS NULL`,
};

/** Notes how deliveries went, except where the lease ran out and another process took over. */
export async function settleEvents(
  executor: Executor,
  settlements: readonly Settlement[],
): Promise<void> {
  const settled = settlements.map(({ event, deliveredTo, deliveredMs, dueMs, lastError }) => ({
    id: event.id,
    attempt: event.attempt,
    delivered_at: deliveredMs === null ? null : formatInstant(deliveredMs),
    delivered_to: deliveredTo,
    due_at: formatInstant(dueMs),
    last_error: lastError,
  }));
  await executor.execute(SETTLE, [JSON.stringify(settled)]);
}

/** Deletes a bounded number of events that were delivered before an instant. */
export async function deleteDelivered(
  executor: Executor,
  options: { readonly beforeMs: number; readonly limit: number },
): Promise<number> {
  const result = await executor.sql
    .deleteFrom('outbox_events')
    .where('id', 'in', (old) =>
      old
        .selectFrom('outbox_events')
        .select('id')
        .where('delivered_at', '<', formatInstant(options.beforeMs) as never)
        .limit(options.limit),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
