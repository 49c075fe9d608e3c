import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { THROWAWAY } from '../../../tools/postgres/settings.ts';
import { startPostgres } from '../../../tools/postgres/start.ts';
import {
  deleteAbandonedFolders,
  makeTestFolder,
  throwawayDirectory,
} from '../../../tools/postgres/test/folders.ts';
import { migrate } from '../../src/adapters/postgres/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database that has run all migrations and that nobody connects to. */
    templateDatabase: string;
    /** Where databases are made and dropped. */
    maintenanceUrl: string;
  }
}

const SETTINGS = {
  ...THROWAWAY,
  shared_buffers: '256MB',
  max_connections: '300',
  // It lies in memory. Each database that is made or dropped writes a checkpoint anyway.
  min_wal_size: '128MB',
  max_wal_size: '512MB',
};
const TEMPLATE = 'whisperforge_template';

interface Cluster {
  readonly maintenanceUrl: string;
  stop(): Promise<void>;
}

/** Several projects have tests that need it, and those of a run share it. */
const shared: { cluster: Promise<Cluster> | undefined; users: number } = {
  cluster: undefined,
  users: 0,
};

/** One cluster for the whole run, with a template that each test file clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.users += 1;
  shared.cluster ??= startCluster();
  const cluster = await shared.cluster;
  project.provide('templateDatabase', TEMPLATE);
  project.provide('maintenanceUrl', cluster.maintenanceUrl);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    shared.cluster = undefined;
    await cluster.stop();
  };
}

async function startCluster(): Promise<Cluster> {
  const directory = throwawayDirectory();
  for (const each of new Set([directory, tmpdir()])) await deleteAbandonedFolders(each);
  const folder = makeTestFolder(directory);
  const postgres = await startPostgres({
    dataDir: join(folder.path, 'template'),
    database: TEMPLATE,
    settings: SETTINGS,
  });
  const stop = async (): Promise<void> => {
    await postgres.stop('immediate');
    await folder.delete();
  };
  try {
    const maintenanceUrl = new URL(postgres.url);
    maintenanceUrl.pathname = '/postgres';
    await migrate({ databaseUrl: postgres.url, schema: 'billing' });
    await closeToConnections(maintenanceUrl.href, TEMPLATE);
    return { maintenanceUrl: maintenanceUrl.href, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A database cannot be cloned while anybody is connected to it, be it the autovacuum. */
async function closeToConnections(maintenanceUrl: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    await client.query(`ALTER DATABASE ${database} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  } finally {
    await client.end();
  }
}
