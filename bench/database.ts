import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { deletePostgres, startPostgres } from '../tools/postgres/start.ts';

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

/** A Postgres of the benchmark's own, as durable as that of `npm start`, in a folder of its own. */
export async function startDatabaseServer(log: (line: string) => void): Promise<OwnDatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'whisperforge-bench-'));
  // Open to the account that Postgres runs under when the benchmark runs as root.
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ dataDir: folder, database: 'whisperforge', log });
  return {
    folder,
    url: postgres.url,
    pid: postgres.pid,
    create: (name) => createDatabase(postgres.url, name),
    async stop() {
      await postgres.stop('immediate');
      await deletePostgres(folder);
    },
  };
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
