import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { deletePostgres, startPostgres } from '../postgres/start.ts';

export interface Place {
  readonly databaseUrl: string;
  readonly schema: string;
}

/**
 * Lends an empty place for one schema and takes it away again: a schema of its own in the database
 * that was given, or else a Postgres of its own that lives in a temporary folder.
 */
export async function withThrowawaySchema<T>(
  databaseUrl: string | undefined,
  work: (place: Place) => Promise<T>,
): Promise<T> {
  if (databaseUrl === undefined) return withThrowawayPostgres((url) => withSchema(url, work));
  return withSchema(databaseUrl, work);
}

async function withThrowawayPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'whisperforge-generate-'));
  // Nothing in it has to survive anything.
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const postgres = await startPostgres({ dataDir, database: 'generate', settings });
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
    await deletePostgres(dataDir);
  }
}

async function withSchema<T>(databaseUrl: string, work: (place: Place) => Promise<T>): Promise<T> {
  const schema = `generate_${randomBytes(6).toString('hex')}`;
  try {
    return await work({ databaseUrl, schema });
  } finally {
    await withClient(databaseUrl, (client) =>
      client.query(`DROP SCHEMA IF EXISTS ${client.escapeIdentifier(schema)} CASCADE`),
    );
  }
}

export async function withClient<T>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
