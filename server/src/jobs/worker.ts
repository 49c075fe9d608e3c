import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { createDelivery, type Consumer } from '../domains/outbox/index.ts';
import type { Database } from '../platform/database.ts';
import type { Job, Round } from '../platform/jobs.ts';
import { startQueue } from './queue.ts';
import { goRound } from './rounds.ts';

export interface WorkerOptions {
  readonly databaseUrl: string;
  /** The business's schema; the queue's own is beside it, with the suffix `_worker`. */
  readonly schema: string;
  readonly database: Database;
  readonly jobs: readonly Job[];
  readonly consumers: readonly Consumer[];
  /** What is gone round for beside the outbox. */
  readonly rounds?: readonly Round[];
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
  const outbox: Round = {
    name: 'the outbox',
    work: (signal) => delivery.deliverBatch(signal),
  };
  const going = [outbox, ...(options.rounds ?? [])].map((round) => goRound(round, logger));
  return {
    fault: () => queue.fault() ?? going.map((each) => each.fault()).find(Boolean),
    async stop() {
      await Promise.all([queue.stop(), ...going.map((each) => each.stop())]);
    },
  };
}
