import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import {
  Logger as QueueLogger,
  parseCronItems,
  run,
  type Runner,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Job } from '../platform/jobs.ts';
import { openQueuePool } from './queue-pool.ts';

export interface QueueOptions {
  readonly databaseUrl: string;
  readonly schema: string;
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Running {
  stop(): Promise<void>;
  /** Ends after its connections; fails as the runner did. */
  readonly ended: Promise<void>;
}

export interface Queue {
  fault(): string | undefined;
  stop(): Promise<void>;
}

const CONCURRENT_JOBS = 2;
const CONNECTIONS = 5;
const ABORT_JOBS_AFTER_MS = 2_000;
/** A job that does not even heed its signal is left behind; its lock is freed in time. */
const STOP_TIMEOUT_MS = 8_000;
const RESTART_AFTER_MS = 1_000;
const MOST_FAILING_MS = 3_000;

/**
 * The queue of graphile-worker, which ticks every schedule once however many processes run. It is
 * started again whenever it ends by itself.
 */
export async function startQueue(options: QueueOptions): Promise<Queue> {
  const { logger } = options;
  const stopping = new AbortController();
  let running: Running | undefined = await startRunner(options);

  const keepRunning = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await running?.ended.catch((error: unknown) =>
        logger.error({ err: error }, 'the job queue ended'),
      );
      running = undefined;
      if (stopping.signal.aborted) return;
      await wait(RESTART_AFTER_MS, undefined, { ref: false });
      running = await startRunner(options).catch((error: unknown) => {
        logger.error({ err: error }, 'the job queue cannot be started');
        return undefined;
      });
    }
  };

  const done = keepRunning();
  return {
    fault: () => (running === undefined ? 'has no job queue' : undefined),
    async stop() {
      stopping.abort();
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, STOP_TIMEOUT_MS);
      await Promise.race([stopRunning(running, done), late.promise]);
      clearTimeout(timer);
    },
  };
}

async function stopRunning(running: Running | undefined, done: Promise<void>): Promise<void> {
  await running?.stop();
  await done;
}

async function startRunner(options: QueueOptions): Promise<Running> {
  const { databaseUrl, schema, jobs, clock, logger } = options;
  const events: WorkerEvents = new EventEmitter();
  const pool = openQueuePool({ databaseUrl, connections: CONNECTIONS, logger });
  const runner = await run({
    pgPool: pool,
    concurrency: CONCURRENT_JOBS,
    schema,
    events,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: ABORT_JOBS_AFTER_MS,
    // Told at once and without a batch, the end of a job is a promise that nobody awaits, whose
    // rejection ends the process; batches are retried.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    logger: queueLogger(logger),
    taskList: taskList(jobs, clock),
    parsedCronItems: parseCronItems(
      jobs.map(({ name, schedule }) => ({
        task: name,
        identifier: name,
        match: schedule,
        // A tick that failed or is late is replaced by the next one, never repeated or piled up.
        options: { backfillPeriod: 0, maxAttempts: 1, jobKey: name, jobKeyMode: 'replace' },
      })),
    ),
  }).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  stopWhenFailing(runner, events, logger);
  const stop = (): Promise<void> => runner.stop();
  return { stop, ended: endWith(runner, pool) };
}

/** The runner does not close connections that it was handed. */
async function endWith(runner: Runner, pool: Pool): Promise<void> {
  try {
    await runner.promise;
  } finally {
    await pool.end();
  }
}

/**
 * A runner remembers the outcome of its first look-up of task names for good, so one that began
 * while the database was away never fetches a job again. Such a one is stopped, to be replaced.
 */
function stopWhenFailing(runner: Runner, events: WorkerEvents, logger: Logger): void {
  let failingSinceMs: number | undefined;
  const succeed = (): void => {
    failingSinceMs = undefined;
  };
  events.on('worker:getJob:empty', succeed);
  events.on('job:start', succeed);
  events.on('worker:getJob:error', ({ error }) => {
    failingSinceMs ??= performance.now();
    if (performance.now() - failingSinceMs < MOST_FAILING_MS) return;
    logger.warn({ err: error }, 'the job queue fetches no jobs and is started again');
    // It refuses where it is stopping already, which is what is wanted.
    runner.stop().catch(() => undefined);
  });
}

function taskList(jobs: readonly Job[], clock: Clock): TaskList {
  const tasks: TaskList = {};
  for (const job of jobs) {
    tasks[job.name] = (_payload, { abortSignal }) =>
      job.run({ nowMs: clock.nowMs(), signal: abortSignal });
  }
  return tasks;
}

/** The queue's chatter is for those who debug it; its warnings are for all. */
function queueLogger(logger: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    const err = (meta as { error?: unknown } | undefined)?.error;
    const members = { part: 'queue', ...(err !== undefined && { err }) };
    if (level === 'error') logger.error(members, message);
    else if (level === 'warning') logger.warn(members, message);
    else logger.debug(members, message);
  });
}
