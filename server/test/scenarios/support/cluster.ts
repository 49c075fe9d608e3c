import { join } from 'node:path';
import { startPostgres, type EmbeddedPostgres } from '../../../../tools/postgres/start.ts';
import { makeTestFolder } from '../../../../tools/postgres/test/folders.ts';

/** A Postgres of the scenario's own, as durable as in production, that it may kill and stop. */
export interface Cluster extends AsyncDisposable {
  readonly url: string;
  /** The present postmaster's. */
  readonly pid: number;
  /** Kills the postmaster with SIGKILL; resolves when its successor accepts connections. */
  killPostmaster(): Promise<void>;
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  start(): Promise<void>;
}

const DATABASE = 'scenario';

export async function startCluster(): Promise<Cluster> {
  const folder = makeTestFolder();
  let revived = Promise.withResolvers<void>();
  const open = (): Promise<EmbeddedPostgres> =>
    startPostgres({
      dataDir: join(folder.path, 'postgres'),
      database: DATABASE,
      settings: { shared_buffers: '64MB' },
      log: (line) => {
        if (line.includes('runs again')) revived.resolve();
      },
    });
  let postgres: EmbeddedPostgres | undefined = await open();
  const { url } = postgres;
  const running = (): EmbeddedPostgres => {
    if (postgres === undefined) throw new Error('Postgres is stopped.');
    return postgres;
  };
  return {
    url,
    get pid() {
      return running().pid;
    },
    async killPostmaster() {
      revived = Promise.withResolvers();
      process.kill(running().pid, 'SIGKILL');
      await revived.promise;
    },
    async stop(mode) {
      await running().stop(mode);
      postgres = undefined;
    },
    async start() {
      postgres = await open();
      if (postgres.url !== url) throw new Error('Postgres came back at another address.');
    },
    async [Symbol.asyncDispose]() {
      await postgres?.stop('immediate');
      await folder.delete();
    },
  };
}
