import pg from 'pg';
import type { Logger } from 'pino';

export interface QueuePoolOptions {
  readonly databaseUrl: string;
  readonly connections: number;
  readonly logger: Logger;
}

type Connected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: (fault?: unknown) => void,
) => void;

/**
 * The job queue's own connections. Its listener gives a connection back twice when the connection
 * breaks while the queue is stopping: once for the fault, once for the stop, and the second time in
 * a promise that nobody awaits, whose rejection would end the process. Here only the first counts.
 */
class QueuePool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return super.connect();
    super.connect((error, client, release) => callback(error, client, once(release)));
    return undefined;
  }
}

function once(release: (fault?: unknown) => void): (fault?: unknown) => void {
  let isReleased = false;
  return (fault) => {
    if (isReleased) return;
    isReleased = true;
    release(fault);
  };
}

/** A connection that breaks is said to the log, and the queue gets another. */
export function openQueuePool({ databaseUrl, connections, logger }: QueuePoolOptions): pg.Pool {
  const pool = new QueuePool({ connectionString: databaseUrl, max: connections });
  const warn = (err: Error): void =>
    logger.warn({ part: 'queue', err }, 'a connection of the job queue broke');
  pool.on('error', warn);
  pool.on('connect', (client) => void client.on('error', warn));
  return pool;
}
