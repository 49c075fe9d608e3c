import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase } from '../../src/adapters/postgres/index.ts';
import { createPricing } from '../../src/domains/pricing/index.ts';
import { loadFirstCatalogue } from '../../src/main/compose/first-catalogue.ts';

const SCHEMA = 'billing';
const made = new Map<number, Promise<string>>();

/**
 * A database with what a first start of a server with its worker writes at an instant: the first
 * catalogue and the tables of the queue, which are most of what a start costs. The first to ask
 * makes it, for all processes of the run.
 */
export function startedTemplate(atMs: number): Promise<string> {
  const known = made.get(atMs) ?? makeTemplate(atMs);
  made.set(atMs, known);
  return known;
}

async function makeTemplate(atMs: number): Promise<string> {
  const base = inject('templateDatabase');
  const name = `${base}_${atMs}`;
  await withMaintenance(async (client) => {
    // Held until the connection ends.
    await client.query('SELECT pg_advisory_lock($1)', [atMs]);
    const found = await client.query<{ isMade: boolean }>(
      'SELECT datistemplate AS "isMade" FROM pg_database WHERE datname = $1',
      [name],
    );
    if (found.rows[0]?.isMade === true) return;
    // One that is there and no template was left half-made.
    await client.query(`DROP DATABASE IF EXISTS ${name}`);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${base} STRATEGY FILE_COPY`);
    await writeFirstStart(name, atMs);
    await client.query(`ALTER DATABASE ${name} IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  });
  return name;
}

async function writeFirstStart(name: string, atMs: number): Promise<void> {
  const url = urlOfDatabase(name);
  await runMigrations({ connectionString: url, schema: `${SCHEMA}_worker` });
  const database = openDatabase({ url, schema: SCHEMA, applicationName: 'template' });
  try {
    await loadFirstCatalogue(createPricing({ database }), atMs);
  } finally {
    await database.close();
  }
}

export function urlOfDatabase(name: string): string {
  const url = new URL(inject('maintenanceUrl'));
  url.pathname = `/${name}`;
  return url.href;
}

/** A connection from where databases are made and dropped. */
export async function withMaintenance(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('maintenanceUrl') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
