import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray } from '../../platform/array-literal.ts';
import type { Executor, Tx } from '../../platform/database.ts';

/** How an event stands: not due or not tried yet, tried in vain, or delivered. */
export const DELIVERY_STATES = ['waiting', 'failing', 'delivered'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface InspectedDelivery {
  readonly id: number;
  readonly topic: string;
  readonly accountId: number | null;
  readonly payload: unknown;
  readonly state: DeliveryState;
  readonly recordedMs: number;
  readonly dueMs: number;
  readonly deliveredMs: number | null;
  readonly attempts: number;
  readonly deliveredTo: readonly string[];
  readonly lastError: string | null;
}

export interface DeliveryFilter {
  readonly state?: DeliveryState;
  readonly topic?: string;
  readonly accountId?: number;
  /** Events older than this one. */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listDeliveries(
  executor: Executor,
  { state, topic, accountId, beforeId, limit }: DeliveryFilter,
): Promise<InspectedDelivery[]> {
  const rows = await executor.sql
    .selectFrom('outbox_events')
    .select(['id', 'topic', 'account_id', 'payload', 'recorded_at', 'due_at', 'delivered_at'])
    .select(['attempts', 'delivered_to', 'last_error'])
    .$if(state === 'delivered', (all) => all.where('delivered_at', 'is not', null))
    .$if(state !== undefined && state !== 'delivered', (all) =>
      all
        .where('delivered_at', 'is', null)
        .where('last_error', state === 'failing' ? 'is not' : 'is', null),
    )
    .$if(topic !== undefined, (all) => all.where('topic', '=', topic ?? ''))
    .$if(accountId !== undefined, (all) => all.where('account_id', '=', accountId ?? 0))
    .$if(beforeId !== undefined, (all) => all.where('id', '<', beforeId ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    topic: row.topic,
    accountId: row.account_id,
    payload: row.payload,
    state: stateOf(row),
    recordedMs: row.recorded_at,
    dueMs: row.due_at,
    deliveredMs: row.delivered_at,
    attempts: row.attempts,
    deliveredTo: row.delivered_to,
    lastError: row.last_error,
  }));
}

function stateOf(row: {
  readonly delivered_at: number | null;
  readonly last_error: string | null;
}): DeliveryState {
  if (row.delivered_at !== null) return 'delivered';
  return row.last_error === null ? 'waiting' : 'failing';
}

/**
 * Has those of the events that were tried in vain tried again at
 * once; answers their ids. One that is under way just now may be told twice, as consumers expect.
 */
export async function retryDeliveries(
  tx: Tx,
  { ids, nowMs }: { readonly ids: readonly number[]; readonly nowMs: number },
): Promise<number[]> {
  const rows = await tx.sql
    .updateTable('outbox_events')
    .set({ due_at: formatInstant(nowMs) })
    .where(sql<boolean>`id = ANY (${numberArray(ids)}::bigint[])`)
    .where('delivered_at', 'is', null)
    .where('last_error', 'is not', null)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}
