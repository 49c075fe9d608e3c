import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../tools/postgres/start.ts';
import { deleteAbandonedFolders, makeTestFolder } from '../tools/postgres/test/folders.ts';

export const SCHEMA = 'billing';

export interface DatabaseServer {
  readonly url: string;
  readonly pid: number;
}

export interface OwnDatabaseServer extends DatabaseServer {
  readonly folder: string;
  /** Makes another database; answers its address. */
  create(name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A Postgres of the benchmark's own, as durable as that of `npm start`, in a folder of its own.
 * What a killed run has left is deleted by the next one, or by the tests.
 */
export async function startDatabaseServer(log: (line: string) => void): Promise<OwnDatabaseServer> {
  await deleteAbandonedFolders();
  const folder = makeTestFolder();
  try {
    const dataDir = join(folder.path, 'postgres');
    const postgres = await startPostgres({ dataDir, database: 'whisperforge', log });
    return {
      folder: folder.path,
      url: postgres.url,
      pid: postgres.pid,
      create: (name) => createDatabase(postgres.url, name),
      async stop() {
        await postgres.stop('immediate');
        await folder.delete();
      },
    };
  } catch (fault) {
    await folder.delete();
    throw fault;
  }
}

async function createDatabase(besideUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: besideUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(besideUrl);
  url.pathname = `/${name}`;
  return url.href;
}
