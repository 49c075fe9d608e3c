import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { THROWAWAY } from '../../../tools/postgres/settings.ts';
import { startPostgres } from '../../../tools/postgres/start.ts';
import { deleteAbandonedFolders, makeTestFolder } from '../../../tools/postgres/test/folders.ts';
import { migrate } from '../../src/adapters/postgres/index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A database that has run all migrations and that nobody connects to. */
    templateDatabase: string;
    /** Where databases are made and dropped. */
    maintenanceUrl: string;
  }
}

const SETTINGS = { ...THROWAWAY, shared_buffers: '256MB', max_connections: '300' };
const TEMPLATE = 'whisperforge_template';

/** One cluster for the whole run, with a template that each test file clones. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await deleteAbandonedFolders();
  const folder = makeTestFolder();
  const postgres = await startPostgres({
    dataDir: join(folder.path, 'template'),
    database: TEMPLATE,
    settings: SETTINGS,
  });
  const teardown = async (): Promise<void> => {
    await postgres.stop('immediate');
    await folder.delete();
  };
  try {
    const maintenanceUrl = new URL(postgres.url);
    maintenanceUrl.pathname = '/postgres';
    await migrate({ databaseUrl: postgres.url, schema: 'billing' });
    await closeToConnections(maintenanceUrl.href, TEMPLATE);
    project.provide('templateDatabase', TEMPLATE);
    project.provide('maintenanceUrl', maintenanceUrl.href);
    return teardown;
  } catch (error) {
    await teardown();
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
