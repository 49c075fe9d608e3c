import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import { wantCustomers } from './store.ts';

export const EVENT_STATES = ['stored', 'done', 'failed', 'ignored'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** An event as somebody looks at it who wants to know what became of it. */
export interface InspectedEvent {
  readonly id: string;
  readonly type: string;
  readonly customerId: string | null;
  readonly state: EventState;
  /** Why it failed or was ignored, why its customer waits, or what is odd about it. */
  readonly reason: string | null;
  readonly createdMs: number;
  readonly receivedMs: number;
  readonly handledMs: number | null;
  readonly isFoundBySweep: boolean;
}

export interface EventFilter {
  readonly state?: EventState;
  readonly customerId?: string;
  /** The event that the page before has ended with. */
  readonly after?: Pick<InspectedEvent, 'receivedMs' | 'id'>;
  readonly limit: number;
}

/** Those that came in last, newest first. */
export async function listEvents(executor: Executor, of: EventFilter): Promise<InspectedEvent[]> {
  const { state, customerId, after } = of;
  const rows = await executor.sql
    .selectFrom('stripe_events as event')
    .leftJoin('billing_customers as customer', (join) =>
      join
        .onRef('customer.stripe_customer_id', '=', 'event.stripe_customer_id')
        .on('event.state', '=', 'stored'),
    )
    .select([
      'event.id',
      'event.type',
      'event.stripe_customer_id',
      'event.state',
      sql<string | null>`COALESCE(customer.last_error, event.reason)`.as('reason'),
      'event.created_at',
      'event.received_at',
      'event.handled_at',
      'event.found_by',
    ])
    .$if(state !== undefined, (all) => all.where('event.state', '=', state ?? ''))
    .$if(customerId !== undefined, (all) =>
      all.where('event.stripe_customer_id', '=', customerId ?? ''),
    )
    .$if(after !== undefined, (all) => all.where(isBeyond(after)))
    .orderBy('event.received_at', 'desc')
    .orderBy('event.id', 'desc')
    .limit(of.limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    customerId: row.stripe_customer_id,
    state: row.state as EventState,
    reason: row.reason,
    createdMs: row.created_at,
    receivedMs: row.received_at,
    handledMs: row.handled_at,
    isFoundBySweep: row.found_by === 'sweep',
  }));
}

function isBeyond(after: EventFilter['after']) {
  const receivedAt = formatInstant(after?.receivedMs ?? 0);
  return sql<boolean>`(event.received_at, event.id) < (${receivedAt}, ${after?.id ?? ''})`;
}

/** Which events are to be handled once more. */
export type Replay =
  | { readonly kind: 'events'; readonly ids: readonly string[] }
  | { readonly kind: 'customer'; readonly customerId: string }
  | { readonly kind: 'failed' };

export interface Replayed {
  readonly id: string;
  readonly customerId: string;
}

const MOST_TOGETHER = 1_000;

/**
 * Puts some of them back among those that wait, and has their customers looked at: events by their
 * ids whatever became of them, of a customer or of all those that have failed. Events about no
 * customer stay as they are, since nothing follows from them.
 */
export async function replay(tx: Tx, which: Replay): Promise<Replayed[]> {
  const rows = await tx.sql
    .updateTable('stripe_events')
    .set({ state: 'stored', reason: null, handled_at: null })
    .where('id', 'in', (some) =>
      some
        .selectFrom('stripe_events')
        .select('id')
        .where('stripe_customer_id', 'is not', null)
        .where('state', '<>', 'stored')
        .$if(which.kind !== 'events', (all) => all.where('state', '=', 'failed'))
        .$if(which.kind === 'events', (all) => all.where(sql<boolean>`id = ANY(${idsOf(which)})`))
        .$if(which.kind === 'customer', (all) =>
          all.where('stripe_customer_id', '=', which.kind === 'customer' ? which.customerId : ''),
        )
        .limit(MOST_TOGETHER),
    )
    .returning(['id', 'stripe_customer_id'])
    .execute();
  const replayed = rows.flatMap(({ id, stripe_customer_id: customerId }) =>
    customerId === null ? [] : [{ id, customerId }],
  );
  const wanted = replayed.map(({ customerId }) => customerId);
  // A customer is looked at also where none of their events has failed.
  await wantCustomers(tx, which.kind === 'customer' ? [which.customerId, ...wanted] : wanted);
  return replayed;
}

function idsOf(which: Replay) {
  return sql`${textArray(which.kind === 'events' ? which.ids : [])}::text[]`;
}

/** How the inbox stands. */
export interface InboxStatus {
  readonly waiting: number;
  readonly failed: number;
  /** Since when the event that waits longest waits. */
  readonly oldestWaitingMs: number | null;
  /** Customers that were looked at and could not be brought up to date. */
  readonly customersInTrouble: number;
  readonly lastEvent: { readonly id: string; readonly receivedMs: number } | null;
  readonly lastSweepMs: number | null;
  readonly sweptToMs: number | null;
  /** Events of the last sweep that Stripe had not told of. */
  readonly lastSweepFound: number | null;
  readonly lastReconciliation: {
    readonly endedMs: number;
    readonly outcome: string;
    readonly different: number;
    readonly mended: number;
  } | null;
}

export async function readStatus(executor: Executor): Promise<InboxStatus> {
  const { rows } = await sql<{
    waiting: number;
    failed: number;
    oldest: number | null;
    troubled: number;
    last_id: string | null;
    last_received: number | null;
    swept_at: number | null;
    swept_to: number | null;
    found: number | null;
    ended_at: number | null;
    outcome: string | null;
    different: number | null;
    mended: number | null;
  }>`
    SELECT waiting.count AS waiting, failed.count AS failed, waiting.oldest AS oldest,
      (SELECT count(*) FROM billing_customers WHERE last_error IS NOT NULL) AS troubled,
      last.id AS last_id, last.received_at AS last_received,
      sweep.last_run_at AS swept_at, sweep.swept_to, sweep.last_found AS found,
      reconciliation.ended_at, reconciliation.outcome, reconciliation.different,
      reconciliation.mended
    FROM (SELECT count(*), min(received_at) AS oldest FROM stripe_events WHERE state = 'stored')
        AS waiting
      CROSS JOIN (SELECT count(*) FROM stripe_events WHERE state = 'failed') AS failed
      CROSS JOIN stripe_sweep AS sweep
      LEFT JOIN (SELECT id, received_at FROM stripe_events
        ORDER BY received_at DESC, id DESC LIMIT 1) AS last ON true
      LEFT JOIN (SELECT ended_at, outcome, different, mended FROM reconciliations
        ORDER BY id DESC LIMIT 1) AS reconciliation ON true
  `.execute(executor.sql);
  const row = rows[0];
  if (row === undefined) throw new TypeError('the sweep has its one row');
  const { last_id: id, last_received: receivedMs, ended_at: endedMs, outcome } = row;
  return {
    waiting: row.waiting,
    failed: row.failed,
    oldestWaitingMs: row.oldest,
    customersInTrouble: row.troubled,
    lastEvent: id === null || receivedMs === null ? null : { id, receivedMs },
    lastSweepMs: row.swept_at,
    sweptToMs: row.swept_to,
    lastSweepFound: row.found,
    lastReconciliation:
      endedMs === null || outcome === null
        ? null
        : { endedMs, outcome, different: row.different ?? 0, mended: row.mended ?? 0 },
  };
}
