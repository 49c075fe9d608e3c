import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { createDelivery, type Consumer } from '../domains/outbox/index.ts';
import type { Database } from '../platform/database.ts';
import type { Job } from '../platform/jobs.ts';
import { startDelivering } from './deliver.ts';
import { startQueue } from './queue.ts';

export interface WorkerOptions {
  readonly databaseUrl: string;
  /** The business's schema; the queue's own is beside it, with the suffix `_worker`. */
  readonly schema: string;
  readonly database: Database;
  readonly jobs: readonly Job[];
  readonly consumers: readonly Consumer[];
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Worker {
  /** What keeps it from working, if anything does. */
  fault(): string | undefined;
  /** Lets what runs finish, within bounds. */
  stop(): Promise<void>;
}

/** Ticks the jobs by their schedules and delivers the outbox, until stopped. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { database, consumers, clock, logger } = options;
  const queue = await startQueue({
    databaseUrl: options.databaseUrl,
    schema: `${options.schema}_worker`,
    jobs: options.jobs,
    clock,
    logger,
  });
  const delivery = createDelivery({
    database,
    clock,
    consumers,
    onFailure: ({ error, ...failure }) => logger.warn({ ...failure, err: error }, 'not delivered'),
  });
  const delivering = startDelivering({ delivery, logger });
  return {
    fault: () => queue.fault() ?? delivering.fault(),
    async stop() {
      await Promise.all([queue.stop(), delivering.stop()]);
    },
  };
}
