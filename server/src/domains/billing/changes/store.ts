import { sql, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import { takeStalledIds } from '../stalled/store.ts';
import type { Command, CommandOutcome, CommandRequest, CommandState, Step } from './command.ts';

const COLUMNS = [
  'id',
  'account_id',
  'stripe_customer_id',
  'stripe_subscription_id',
  'state',
  'request',
  'steps',
  'reason',
  'outcome',
] as const;

type CommandRow = Pick<Selectable<Schema['subscription_commands']>, (typeof COLUMNS)[number]>;

export interface NewCommand {
  readonly id: string;
  readonly accountId: number;
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly request: CommandRequest;
  readonly tokenDigest: Buffer | null;
  readonly reason: string | null;
  readonly nowMs: number;
}

export async function insertCommand(tx: Tx, command: NewCommand): Promise<Command> {
  const row = await tx.sql
    .insertInto('subscription_commands')
    .values({
      id: command.id,
      account_id: command.accountId,
      kind: command.request.kind,
      stripe_customer_id: command.customerId,
      stripe_subscription_id: command.subscriptionId,
      token_digest: command.tokenDigest,
      state: 'begun',
      request: JSON.stringify(command.request),
      reason: command.reason,
      created_at: formatInstant(command.nowMs),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return commandOf(row);
}

export async function findCommand(executor: Executor, id: string): Promise<Command | undefined> {
  const row = await executor.sql
    .selectFrom('subscription_commands')
    .select(COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && commandOf(row);
}

export async function findCommandByToken(
  executor: Executor,
  tokenDigest: Buffer,
): Promise<Command | undefined> {
  const row = await executor.sql
    .selectFrom('subscription_commands')
    .select(COLUMNS)
    .where('token_digest', '=', tokenDigest)
    .executeTakeFirst();
  return row && commandOf(row);
}

/** The one command of an account that is under way. */
export async function findUnderWay(
  executor: Executor,
  accountId: number,
): Promise<Command | undefined> {
  const row = await executor.sql
    .selectFrom('subscription_commands')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('state', 'in', ['begun', 'sending'])
    .executeTakeFirst();
  return row && commandOf(row);
}

/** From here on Stripe may have been asked; answers whether nobody was faster. */
export async function markSending(
  executor: Executor,
  id: string,
  steps: readonly Step[],
): Promise<boolean> {
  const result = await executor.sql
    .updateTable('subscription_commands')
    .set({ state: 'sending', steps: JSON.stringify(steps), touched_at: NOW })
    .where('id', '=', id)
    .where('state', '=', 'begun')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface Settlement {
  readonly id: string;
  readonly from: Extract<CommandState, 'begun' | 'sending'>;
  readonly outcome: CommandOutcome;
  /** Whether its code is held until the change comes into force. */
  readonly holdsCode: boolean;
  readonly nowMs: number;
}

/** Answers whether that was news. */
export async function settleCommand(tx: Tx, settlement: Settlement): Promise<boolean> {
  const { id, from, outcome, nowMs } = settlement;
  const result = await tx.sql
    .updateTable('subscription_commands')
    .set({
      state: stateOf(outcome),
      outcome: JSON.stringify(outcome),
      holds_code: settlement.holdsCode,
      settled_at: formatInstant(nowMs),
      touched_at: NOW,
    })
    .where('id', '=', id)
    .where('state', '=', from)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

function stateOf({ kind }: CommandOutcome): CommandState {
  if (kind === 'refused') return 'refused';
  return kind === 'payment_pending' ? 'pending' : 'done';
}

/** The scheduled changes of an account whose codes are held until they come into force. */
export async function findHolding(executor: Executor, accountId: number): Promise<Command[]> {
  const rows = await executor.sql
    .selectFrom('subscription_commands')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('holds_code', '=', true)
    .orderBy('id')
    .execute();
  return rows.map(commandOf);
}

export async function letCodeGo(tx: Tx, id: string): Promise<void> {
  await tx.sql
    .updateTable('subscription_commands')
    .set({ holds_code: false })
    .where('id', '=', id)
    .execute();
}

/** Takes commands that were begun a while ago and that nobody is at. */
export async function takeStalled(tx: Tx, most: number): Promise<Command[]> {
  const stalled = { table: 'subscription_commands', states: ['begun', 'sending'], most } as const;
  const ids = await takeStalledIds(tx, stalled);
  if (ids.length === 0) return [];
  const rows = await tx.sql
    .selectFrom('subscription_commands')
    .select(COLUMNS)
    .where('id', 'in', ids)
    .execute();
  return rows.map(commandOf);
}

const NOW = sql<string>`clock_timestamp()`;

function commandOf(row: CommandRow): Command {
  return {
    id: row.id,
    accountId: row.account_id,
    customerId: row.stripe_customer_id,
    subscriptionId: row.stripe_subscription_id,
    state: row.state as CommandState,
    request: row.request as CommandRequest,
    steps: row.steps as readonly Step[] | null,
    reason: row.reason,
    outcome: row.outcome as CommandOutcome | null,
  };
}
