import { setTimeout as wait } from 'node:timers/promises';
import {
  Logger as QueueLogger,
  parseCronItems,
  run,
  type Runner,
  type TaskList,
} from 'graphile-worker';
import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Job } from '../platform/jobs.ts';

export interface QueueOptions {
  readonly databaseUrl: string;
  readonly schema: string;
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Queue {
  fault(): string | undefined;
  stop(): Promise<void>;
}

const CONCURRENT_JOBS = 2;
const CONNECTIONS = 5;
const ABORT_JOBS_AFTER_MS = 5_000;
const RESTART_AFTER_MS = 1_000;

/**
 * The queue of graphile-worker, which ticks every schedule once however many processes run. It is
 * started again when it ends by itself, as it does when the database is away for long.
 */
export async function startQueue(options: QueueOptions): Promise<Queue> {
  const stopping = new AbortController();
  let runner: Runner | undefined = await startRunner(options);

  const keepRunning = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runner?.promise.catch((error: unknown) =>
        options.logger.error({ err: error }, 'the job queue ended'),
      );
      runner = undefined;
      if (stopping.signal.aborted) return;
      await wait(RESTART_AFTER_MS, undefined, { ref: false });
      runner = await startRunner(options).catch((error: unknown) => {
        options.logger.error({ err: error }, 'the job queue cannot be started');
        return undefined;
      });
    }
  };

  const done = keepRunning();
  return {
    fault: () => (runner === undefined ? 'has no job queue' : undefined),
    async stop() {
      stopping.abort();
      await runner?.stop();
      await done;
    },
  };
}

function startRunner({ databaseUrl, schema, jobs, clock, logger }: QueueOptions): Promise<Runner> {
  return run({
    connectionString: databaseUrl,
    maxPoolSize: CONNECTIONS,
    concurrency: CONCURRENT_JOBS,
    schema,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: ABORT_JOBS_AFTER_MS,
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
