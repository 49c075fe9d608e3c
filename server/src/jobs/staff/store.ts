import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray } from '../../platform/array-literal.ts';
import type { Executor, Tx } from '../../platform/database.ts';

export const JOB_STATES = ['waiting', 'running', 'failing', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A tick in the queue: to come, under way, or gone wrong; one that went well is gone. */
export interface QueuedJob {
  readonly id: number;
  readonly name: string;
  readonly state: JobState;
  readonly runMs: number;
  readonly attempts: number;
  readonly mostAttempts: number;
  readonly lastError: string | null;
  /** Whether nothing has gone wrong with it yet. */
  readonly isFine: boolean;
  readonly createdMs: number;
}

/** A worker makes the queue when it first starts; before that there is none. */
export async function hasQueue(executor: Executor, schema: string): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    SELECT to_regclass(${`${schema}.jobs`}) IS NOT NULL AS known
  `.execute(executor.sql);
  return rows[0]?.known === true;
}

/** Where a tick stands in the list. */
export type JobPlace = Pick<QueuedJob, 'id' | 'runMs' | 'isFine'>;

export interface JobsPage {
  readonly schema: string;
  readonly after: JobPlace | undefined;
  readonly limit: number;
}

/** Those that failed first, then those that run or wait, the next one first. */
export async function listJobs(
  executor: Executor,
  { schema, after, limit }: JobsPage,
): Promise<QueuedJob[]> {
  // Instants are told in milliseconds, so that the order is one of those as well.
  const place = sql`(last_error IS NULL, date_trunc('milliseconds', run_at), id)`;
  const isAfter = after
    ? sql`${place} > (${after.isFine}, ${formatInstant(after.runMs)}::timestamptz,
        ${after.id})`
    : sql`true`;
  const { rows } = await sql<{
    id: number;
    name: string;
    state: JobState;
    run_at: number;
    attempts: number;
    max_attempts: number;
    last_error: string | null;
    created_at: number;
  }>`
    SELECT id, task_identifier AS name, run_at, attempts, max_attempts, last_error, created_at,
      CASE WHEN locked_at IS NOT NULL THEN 'running'
        WHEN attempts >= max_attempts THEN 'failed'
        WHEN last_error IS NOT NULL THEN 'failing'
        ELSE 'waiting' END AS state
    FROM ${sql.id(schema, 'jobs')}
    WHERE ${isAfter}
    ORDER BY ${place}
    LIMIT ${limit}
  `.execute(executor.sql);
  return rows.map(({ run_at, max_attempts, last_error, created_at, ...row }) => ({
    ...row,
    runMs: run_at,
    mostAttempts: max_attempts,
    lastError: last_error,
    isFine: last_error === null,
    createdMs: created_at,
  }));
}

/** When schedules have last put a tick into the queue, by the names of their jobs. */
export async function readLastTicks(
  executor: Executor,
  schema: string,
): Promise<ReadonlyMap<string, number | null>> {
  const { rows } = await sql<{ identifier: string; last_execution: number | null }>`
    SELECT identifier, last_execution FROM ${sql.id(schema, '_private_known_crontabs')}
  `.execute(executor.sql);
  return new Map(rows.map(({ identifier, last_execution: at }) => [identifier, at]));
}

export interface ChosenJobs {
  readonly schema: string;
  readonly ids: readonly number[];
}

/** A job that somebody has put out of the queue, or back to its beginning. */
export interface TouchedJob {
  readonly id: number;
  readonly name: string;
  readonly lastError: string | null;
}

/** Has those run at once that were tried in vain; answers which. One that runs is left alone. */
export async function retryJobs(
  tx: Tx,
  { schema, ids, nowMs }: ChosenJobs & { readonly nowMs: number },
): Promise<TouchedJob[]> {
  const failed = await lockIdle(tx, { schema, ids });
  const inVain = failed.filter(({ lastError }) => lastError !== null);
  await sql`
    SELECT count(*) FROM ${sql.id(schema, 'reschedule_jobs')}(
      ${numberArray(inVain.map(({ id }) => id))}::bigint[],
      run_at := ${formatInstant(nowMs)}::timestamptz,
      attempts := 0
    )
  `.execute(tx.sql);
  return inVain;
}

/** Takes them out of the queue; the schedule brings the next tick. One that runs is left alone. */
export async function removeJobs(tx: Tx, chosen: ChosenJobs): Promise<TouchedJob[]> {
  const idle = await lockIdle(tx, chosen);
  await sql`
    SELECT count(*) FROM ${sql.id(chosen.schema, 'complete_jobs')}(
      ${numberArray(idle.map(({ id }) => id))}::bigint[]
    )
  `.execute(tx.sql);
  return idle;
}

/** So that no worker takes one up between the look and the deed. */
async function lockIdle(tx: Tx, { schema, ids }: ChosenJobs): Promise<TouchedJob[]> {
  const { rows } = await sql<{ id: number; name: string; last_error: string | null }>`
    SELECT job.id, task.identifier AS name, job.last_error
    FROM ${sql.id(schema, '_private_jobs')} AS job
      JOIN ${sql.id(schema, '_private_tasks')} AS task ON task.id = job.task_id
    WHERE job.id = ANY(${numberArray(ids)}::bigint[]) AND job.locked_at IS NULL
    ORDER BY job.id
    FOR UPDATE OF job SKIP LOCKED
  `.execute(tx.sql);
  return rows.map(({ last_error: lastError, ...row }) => ({ ...row, lastError }));
}
