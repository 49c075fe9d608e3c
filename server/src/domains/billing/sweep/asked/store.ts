import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { ReconcileReport } from '../reconcile/reconcile.ts';

export interface NewAsked {
  readonly staffId: number;
  readonly reason: string;
  readonly applies: boolean;
  readonly nowMs: number;
}

/** Undefined where another one has not ended yet. */
export async function insertAsked(
  tx: Tx,
  { staffId, reason, applies, nowMs }: NewAsked,
): Promise<number | undefined> {
  const row = await tx.sql
    .insertInto('asked_reconciliations')
    .values({ staff_id: staffId, reason, applies, asked_at: formatInstant(nowMs) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export interface ClaimedAsked {
  readonly id: number;
  readonly applies: boolean;
  readonly attempt: number;
}

/** Longer than comparing every customer takes. */
const LEASE = sql`interval '1 hour'`;

/** Takes up the one that nobody is at. */
export async function claimAsked(executor: Executor): Promise<ClaimedAsked | undefined> {
  const { rows } = await sql<{ id: number; applies: boolean; attempts: number }>`
    UPDATE asked_reconciliations
    SET attempts = attempts + 1, held_until = clock_timestamp() + ${LEASE}
    WHERE id IN (
      SELECT id FROM asked_reconciliations
      WHERE ended_at IS NULL AND (held_until IS NULL OR held_until <= clock_timestamp())
      LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, applies, attempts
  `.execute(executor.sql);
  const row = rows[0];
  return row && { id: row.id, applies: row.applies, attempt: row.attempts };
}

/** Whoever stops before the end leaves it to the next. */
export async function releaseAsked(executor: Executor, claimed: ClaimedAsked): Promise<void> {
  await executor.sql
    .updateTable('asked_reconciliations')
    .set({ held_until: null })
    .where('id', '=', claimed.id)
    .where('attempts', '=', claimed.attempt)
    .execute();
}

export type AskedOutcome =
  | { readonly report: ReconcileReport; readonly fault?: undefined }
  | { readonly report?: undefined; readonly fault: string };

export async function settleAsked(
  executor: Executor,
  { id, attempt }: ClaimedAsked,
  { report, fault, nowMs }: AskedOutcome & { readonly nowMs: number },
): Promise<void> {
  const customers = report?.customers.map((each) => ({
    stripe_customer_id: each.customerId,
    account_id: each.accountId,
    is_mended: each.isMended,
    differences: each.differences,
  }));
  await executor.sql
    .updateTable('asked_reconciliations')
    .set({
      ended_at: formatInstant(nowMs),
      outcome: report?.outcome ?? 'failed',
      compared: report?.compared ?? null,
      mended: report?.mended ?? null,
      customers: customers === undefined ? null : JSON.stringify(customers),
      fault: fault ?? null,
      held_until: null,
    })
    .where('id', '=', id)
    .where('attempts', '=', attempt)
    .where('ended_at', 'is', null)
    .execute();
}

/** One of a customer's that is on record otherwise than Stripe has it. */
export interface AskedCustomer {
  readonly stripe_customer_id: string;
  readonly account_id: number | null;
  readonly is_mended: boolean;
  readonly differences: readonly {
    readonly about: string;
    readonly what: string;
    readonly recorded: string;
    readonly found: string;
  }[];
}

export interface AskedReconciliation {
  readonly id: number;
  readonly staffId: number;
  readonly reason: string;
  readonly applies: boolean;
  readonly askedMs: number;
  readonly endedMs: number | null;
  readonly state: string;
  readonly compared: number | null;
  readonly mended: number | null;
  readonly customers: readonly AskedCustomer[] | null;
  readonly fault: string | null;
}

export interface AskedFilter {
  readonly id?: number;
  /** The one that the page before has ended with. */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listAsked(
  executor: Executor,
  { id, beforeId, limit }: AskedFilter,
): Promise<AskedReconciliation[]> {
  const rows = await executor.sql
    .selectFrom('asked_reconciliations')
    .select(['id', 'staff_id', 'reason', 'applies', 'asked_at', 'ended_at', 'outcome'])
    .select(['compared', 'mended', 'customers', 'fault', 'held_until'])
    .$if(id !== undefined, (all) => all.where('id', '=', id ?? 0))
    .$if(beforeId !== undefined, (all) => all.where('id', '<', beforeId ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    staffId: row.staff_id,
    reason: row.reason,
    applies: row.applies,
    askedMs: row.asked_at,
    endedMs: row.ended_at,
    state: row.outcome ?? (row.held_until === null ? 'waiting' : 'running'),
    compared: row.compared,
    mended: row.mended,
    // As `settleAsked` wrote them.
    customers: row.customers as readonly AskedCustomer[] | null,
    fault: row.fault,
  }));
}
