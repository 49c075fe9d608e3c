import { sql, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import type { Subscriber } from '../../subscriptions/index.ts';

export type Timing = 'now' | 'renewal';
export type MigrationState = 'running' | 'stopped' | 'done';
export type MoveState = 'waiting' | 'moved' | 'scheduled' | 'skipped' | 'refused';

/** Moves those who hold one version of a plan to another. */
export interface Migration {
  readonly id: number;
  readonly fromPlanId: number;
  readonly toPlanId: number;
  readonly timing: Timing;
  readonly reason: string;
  readonly state: MigrationState;
  readonly revision: number;
  readonly createdBy: number;
  readonly createdMs: number;
  readonly finishedMs: number | null;
}

/** One subscriber of a migration, and what came of it. */
export interface Move {
  readonly migrationId: number;
  readonly accountId: number;
  readonly subscriptionId: number;
  readonly state: MoveState;
  readonly code: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly settledMs: number | null;
}

const COLUMNS = [
  'id',
  'from_plan_id',
  'to_plan_id',
  'timing',
  'reason',
  'state',
  'revision',
  'created_by',
  'created_at',
  'finished_at',
] as const;

const MOVE_COLUMNS = [
  'migration_id',
  'account_id',
  'subscription_id',
  'state',
  'code',
  'detail',
  'attempts',
  'settled_at',
] as const;

export async function findMigrations(
  executor: Executor,
  page: { readonly beforeId?: number | undefined; readonly limit: number },
): Promise<Migration[]> {
  let query = executor.sql.selectFrom('plan_migrations').select(COLUMNS);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  const rows = await query.orderBy('id', 'desc').limit(page.limit).execute();
  return rows.map(migrationOf);
}

export async function findMigration(
  executor: Executor,
  id: number,
): Promise<Migration | undefined> {
  const row = await executor.sql
    .selectFrom('plan_migrations')
    .select(COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && migrationOf(row);
}

export async function lockMigration(tx: Tx, id: number): Promise<Migration | undefined> {
  const row = await tx.sql
    .selectFrom('plan_migrations')
    .select(COLUMNS)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && migrationOf(row);
}

/** Answers nothing where one of the same version is not done yet. */
export async function insertMigration(
  tx: Tx,
  migration: Omit<Migration, 'id' | 'state' | 'revision' | 'finishedMs'>,
): Promise<Migration | undefined> {
  const row = await tx.sql
    .insertInto('plan_migrations')
    .values({
      from_plan_id: migration.fromPlanId,
      to_plan_id: migration.toPlanId,
      timing: migration.timing,
      reason: migration.reason,
      state: 'running',
      created_by: migration.createdBy,
      created_at: formatInstant(migration.createdMs),
    })
    .onConflict((conflict) =>
      conflict.column('from_plan_id').where('state', '<>', 'done').doNothing(),
    )
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && migrationOf(row);
}

export async function insertMoves(
  tx: Tx,
  migrationId: number,
  subscribers: readonly Subscriber[],
): Promise<void> {
  if (subscribers.length === 0) return;
  await tx.sql
    .insertInto('plan_migration_moves')
    .values(
      subscribers.map(({ accountId, subscriptionId }) => ({
        migration_id: migrationId,
        account_id: accountId,
        subscription_id: subscriptionId,
        state: 'waiting',
      })),
    )
    .execute();
}

export async function setMigrationState(
  tx: Tx,
  id: number,
  to: { readonly state: MigrationState; readonly finishedMs: number | null },
): Promise<Migration> {
  const row = await tx.sql
    .updateTable('plan_migrations')
    .set((of) => ({
      state: to.state,
      revision: of('revision', '+', 1),
      finished_at: to.finishedMs === null ? null : formatInstant(to.finishedMs),
    }))
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return migrationOf(row);
}

/** How far a migration is: so many subscribers in each state. */
export async function countMoves(
  executor: Executor,
  migrationId: number,
): Promise<Readonly<Record<MoveState, number>>> {
  const rows = await executor.sql
    .selectFrom('plan_migration_moves')
    .select((of) => ['state', of.fn.countAll<number>().as('count')])
    .where('migration_id', '=', migrationId)
    .groupBy('state')
    .execute();
  const counts = { waiting: 0, moved: 0, scheduled: 0, skipped: 0, refused: 0 };
  for (const { state, count } of rows) counts[state as MoveState] = count;
  return counts;
}

export async function findMoves(
  executor: Executor,
  page: {
    readonly migrationId: number;
    readonly state?: MoveState | undefined;
    readonly afterAccountId: number;
    readonly limit: number;
  },
): Promise<Move[]> {
  let query = executor.sql
    .selectFrom('plan_migration_moves')
    .select(MOVE_COLUMNS)
    .where('migration_id', '=', page.migrationId)
    .where('account_id', '>', page.afterAccountId);
  if (page.state !== undefined) query = query.where('state', '=', page.state);
  const rows = await query.orderBy('account_id').limit(page.limit).execute();
  return rows.map(moveOf);
}

/**
 * Takes some of those who wait in migrations that run, so that nobody else is at them for a while;
 * whoever took them and was killed leaves them to others after it.
 */
export async function takeMoves(tx: Tx, most: number): Promise<Move[]> {
  const { rows } = await sql<MoveRow>`
    UPDATE plan_migration_moves SET
      attempts = attempts + 1, taken_until = clock_timestamp() + interval '2 minutes'
    WHERE (migration_id, account_id) IN (
      SELECT move.migration_id, move.account_id
      FROM plan_migration_moves AS move
      JOIN plan_migrations ON plan_migrations.id = move.migration_id
      WHERE move.state = 'waiting' AND plan_migrations.state = 'running'
        AND (move.taken_until IS NULL OR move.taken_until < clock_timestamp())
      ORDER BY move.migration_id, move.account_id LIMIT ${most}
      FOR UPDATE OF move SKIP LOCKED
    )
    RETURNING ${sql.join(MOVE_COLUMNS.map((column) => sql.ref(column)))}`.execute(tx.sql);
  return rows.map(moveOf);
}

export interface MoveOutcome {
  readonly state: MoveState;
  readonly code: string | null;
  readonly detail: string | null;
}

/** Writes what came of a move; one that is to be tried again waits for its time. */
export async function settleMove(
  executor: Executor,
  { migrationId, accountId }: Move,
  outcome: MoveOutcome,
  nowMs: number,
): Promise<void> {
  const isOver = outcome.state !== 'waiting';
  await executor.sql
    .updateTable('plan_migration_moves')
    .set({ ...outcome, settled_at: isOver ? formatInstant(nowMs) : null })
    .where('migration_id', '=', migrationId)
    .where('account_id', '=', accountId)
    .where('state', '=', 'waiting')
    .execute();
}

/** The migrations that run and have nobody left who waits. */
export async function findFinished(executor: Executor): Promise<number[]> {
  const rows = await executor.sql
    .selectFrom('plan_migrations')
    .select('id')
    .where('state', '=', 'running')
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('plan_migration_moves')
            .select('account_id')
            .whereRef('migration_id', '=', 'plan_migrations.id')
            .where('state', '=', 'waiting'),
        ),
      ),
    )
    .execute();
  return rows.map(({ id }) => id);
}

type MigrationRow = Pick<Selectable<Schema['plan_migrations']>, (typeof COLUMNS)[number]>;
type MoveRow = Pick<Selectable<Schema['plan_migration_moves']>, (typeof MOVE_COLUMNS)[number]>;

function migrationOf(row: MigrationRow): Migration {
  return {
    id: row.id,
    fromPlanId: row.from_plan_id,
    toPlanId: row.to_plan_id,
    timing: row.timing as Timing,
    reason: row.reason,
    state: row.state as MigrationState,
    revision: row.revision,
    createdBy: row.created_by,
    createdMs: row.created_at,
    finishedMs: row.finished_at,
  };
}

function moveOf(row: MoveRow): Move {
  return {
    migrationId: row.migration_id,
    accountId: row.account_id,
    subscriptionId: row.subscription_id,
    state: row.state as MoveState,
    code: row.code,
    detail: row.detail,
    attempts: row.attempts,
    settledMs: row.settled_at,
  };
}
