import { sql, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import type { StepName } from '../mail/mail-data.ts';
import type { DunningStep } from './step.ts';

const COLUMNS = [
  'id',
  'key',
  'account_id',
  'stripe_subscription_id',
  'stripe_invoice_id',
  'step',
  'attempt',
  'owed_since',
  'due_at',
] as const;

type StepRow = Pick<Selectable<Schema['dunning_steps']>, (typeof COLUMNS)[number]>;

export interface StoredStep extends DunningStep {
  readonly id: number;
}

/** Notes that a step has happened; answers whether nobody had noted it before. */
export async function takeStep(tx: Tx, step: DunningStep, nowMs: number): Promise<boolean> {
  const done = { state: 'done', settled_at: formatInstant(nowMs) };
  const row = await tx.sql
    .insertInto('dunning_steps')
    .values({ ...columnsOf(step), ...done })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet(done).where('dunning_steps.state', '=', 'waiting'),
    )
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes what is to happen; an instant that has moved moves with it. */
export async function putStepAhead(tx: Tx, step: DunningStep): Promise<void> {
  await tx.sql
    .insertInto('dunning_steps')
    .values({ ...columnsOf(step), state: 'waiting' })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((excluded) => ({ due_at: excluded.ref('excluded.due_at') }))
        .where('dunning_steps.state', '=', 'waiting')
        .whereRef('dunning_steps.due_at', '<>', sql.ref('excluded.due_at')),
    )
    .execute();
}

/** Notes what was over before it was first seen. */
export async function putPastStep(tx: Tx, step: DunningStep, nowMs: number): Promise<void> {
  await tx.sql
    .insertInto('dunning_steps')
    .values({
      ...columnsOf(step),
      state: 'dropped',
      settled_at: formatInstant(nowMs),
      reason: 'it was over before it was first seen',
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

export interface CallingOff {
  readonly subscriptionId: string;
  readonly reason: string;
  readonly nowMs: number;
}

/** What was ahead of a subscription does not happen. */
export async function callOffSteps(
  tx: Tx,
  { subscriptionId, reason, nowMs }: CallingOff,
): Promise<void> {
  await tx.sql
    .updateTable('dunning_steps')
    .set({ state: 'dropped', reason, settled_at: formatInstant(nowMs) })
    .where('stripe_subscription_id', '=', subscriptionId)
    .where('state', '=', 'waiting')
    .execute();
}

/** Locks the step that is due longest and that nobody is at. */
export async function lockDueStep(tx: Tx, nowMs: number): Promise<StoredStep | undefined> {
  const row = await tx.sql
    .selectFrom('dunning_steps')
    .select(COLUMNS)
    .where('state', '=', 'waiting')
    .where(sql<boolean>`due_at <= ${formatInstant(nowMs)}`)
    .orderBy('due_at')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row && storedOf(row);
}

export type StepOutcome =
  | { readonly kind: 'happens' }
  | { readonly kind: 'dropped'; readonly reason: string }
  | { readonly kind: 'waits'; readonly dueMs: number };

export async function settleStep(
  tx: Tx,
  id: number,
  outcome: StepOutcome,
  nowMs: number,
): Promise<void> {
  const settledAt = formatInstant(nowMs);
  const set =
    outcome.kind === 'waits'
      ? { due_at: formatInstant(outcome.dueMs) }
      : outcome.kind === 'dropped'
        ? { state: 'dropped', reason: outcome.reason, settled_at: settledAt }
        : { state: 'done', settled_at: settledAt };
  await tx.sql.updateTable('dunning_steps').set(set).where('id', '=', id).execute();
}

/** Those of some invoices of which Stripe has said that a bank asks for a confirmation. */
export async function findAwaitingConfirmation(
  executor: Executor,
  invoiceIds: readonly string[],
): Promise<Set<string>> {
  if (invoiceIds.length === 0) return new Set();
  const rows = await executor.sql
    .selectFrom('stripe_events')
    .select('object_id')
    .distinct()
    .where('type', '=', 'invoice.payment_action_required')
    .where(sql<boolean>`object_id = ANY(${textArray(invoiceIds)}::text[])`)
    .execute();
  return new Set(rows.flatMap(({ object_id: id }) => id ?? []));
}

/** A step of a failed payment, and what became of the mail to the customer. */
export interface TimelineEntry {
  readonly step: StepName;
  readonly state: 'waiting' | 'done' | 'dropped';
  readonly subscriptionId: string;
  readonly invoiceId: string | null;
  readonly attempt: number | null;
  readonly owedSinceMs: number | null;
  readonly dueMs: number;
  readonly settledMs: number | null;
  readonly reason: string | null;
  readonly mail: {
    readonly state: string;
    readonly sentMs: number | null;
    readonly error: string | null;
  } | null;
}

const MOST_STEPS = 500;

/** What happened and will happen because payments of an account failed, earliest first. */
export async function dunningTimeline(
  executor: Executor,
  accountId: number,
): Promise<TimelineEntry[]> {
  const rows = await executor.sql
    .selectFrom('dunning_steps')
    .leftJoin('mail_messages', 'mail_messages.key', 'dunning_steps.key')
    .select([
      'dunning_steps.id',
      'dunning_steps.key',
      'dunning_steps.account_id',
      'stripe_subscription_id',
      'stripe_invoice_id',
      'step',
      'attempt',
      'owed_since',
      'dunning_steps.due_at',
      'dunning_steps.state',
      'settled_at',
      'reason',
      'mail_messages.state as mail_state',
      'sent_at',
      'last_error',
    ])
    .where('dunning_steps.account_id', '=', accountId)
    .orderBy('dunning_steps.due_at', 'desc')
    .orderBy('dunning_steps.id', 'desc')
    .limit(MOST_STEPS)
    .execute();
  return rows.toReversed().map((row) => ({
    ...stepOf(row),
    state: row.state as TimelineEntry['state'],
    settledMs: row.settled_at,
    reason: row.reason,
    mail:
      row.mail_state === null
        ? null
        : { state: row.mail_state, sentMs: row.sent_at, error: row.last_error },
  }));
}

function columnsOf(step: DunningStep) {
  return {
    key: step.key,
    account_id: step.accountId,
    stripe_subscription_id: step.subscriptionId,
    stripe_invoice_id: step.invoiceId,
    step: step.step,
    attempt: step.attempt,
    owed_since: step.owedSinceMs === null ? null : formatInstant(step.owedSinceMs),
    due_at: formatInstant(step.dueMs),
  };
}

function stepOf(row: Omit<StepRow, 'id' | 'key' | 'account_id'>) {
  return {
    step: row.step as StepName,
    subscriptionId: row.stripe_subscription_id,
    invoiceId: row.stripe_invoice_id,
    attempt: row.attempt,
    owedSinceMs: row.owed_since,
    dueMs: row.due_at,
  };
}

function storedOf(row: StepRow): StoredStep {
  return { ...stepOf(row), id: row.id, key: row.key, accountId: row.account_id };
}
