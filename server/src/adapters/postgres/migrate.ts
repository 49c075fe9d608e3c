import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { AppError } from '../../platform/errors.ts';
import { translateFault } from './faults.ts';

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly schema: string;
}

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

const MIGRATIONS_URL = new URL('../../../migrations/', import.meta.url);
const OLDEST_POSTGRES = 15;
/** Any number, the same for all processes: only one of them migrates at a time. */
const LOCK_ID = 7_319_402;

const MIGRATION_FAILED = { code: 'migration_failed', kind: 'unavailable' } as const;

/**
 * Brings the schema up to date: each file of `server/migrations` once, in order, in a transaction
 * of its own. Answers the names of those it ran. Refuses a Postgres that is too old, a database
 * that is newer than this code, and a file that was edited after it ran.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'whisperforge migrate',
    connectionTimeoutMillis: 5_000,
  });
  try {
    await client.connect();
    await refuseOldPostgres(client);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
    return await applyPending(client, options.schema);
  } catch (fault) {
    throw translateFault(fault);
  } finally {
    await client.end();
  }
}

/** The migrations that this code has and the database has not run, by name. */
export async function pendingMigrations(options: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: 5_000,
  });
  try {
    await client.connect();
    const schema = pg.escapeIdentifier(options.schema);
    const found = await client.query<{ known: string | null }>('SELECT to_regclass($1) AS known', [
      `${schema}.schema_migrations`,
    ]);
    const all = await readMigrations();
    if (found.rows[0]?.known === null) return all.map((migration) => migration.name);
    const ran = await ranVersions(client, schema);
    return all.filter(({ version }) => !ran.has(version)).map(({ name }) => name);
  } catch (fault) {
    throw translateFault(fault);
  } finally {
    await client.end();
  }
}

async function refuseOldPostgres(client: pg.Client): Promise<void> {
  const result = await client.query<{ version: string }>(
    "SELECT current_setting('server_version_num') AS version",
  );
  const major = Math.floor(Number(result.rows[0]?.version) / 10_000);
  if (major < OLDEST_POSTGRES) {
    throw new AppError(MIGRATION_FAILED, {
      message: `Postgres ${major} is too old; version ${OLDEST_POSTGRES} or newer is needed.`,
    });
  }
}

async function applyPending(client: pg.Client, schemaName: string): Promise<string[]> {
  const schema = pg.escapeIdentifier(schemaName);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await client.query(`SET search_path TO ${schema}`);
  await client.query(`SET timezone TO 'UTC'`);
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      version integer PRIMARY KEY,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )`);
  await client.query('ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY');
  const all = await readMigrations();
  const ran = await ranVersions(client, schema);
  refuseUnknown(all, ran);
  const applied: string[] = [];
  for (const migration of all) {
    if (ran.has(migration.version)) continue;
    await apply(client, migration);
    applied.push(migration.name);
  }
  return applied;
}

function refuseUnknown(all: readonly Migration[], ran: ReadonlyMap<number, string>): void {
  const known = new Map(all.map((migration) => [migration.version, migration]));
  for (const [version, checksum] of ran) {
    const migration = known.get(version);
    if (migration === undefined) {
      throw new AppError(MIGRATION_FAILED, {
        message:
          `The database has run migration ${version}, which this code does not have: ` +
          'the code is older than the database.',
      });
    }
    if (migration.checksum !== checksum) {
      throw new AppError(MIGRATION_FAILED, {
        message: `Migration ${migration.name} was edited after it ran; add another one instead.`,
      });
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query("SET LOCAL lock_timeout = '5s'");
    await client.query(migration.text);
    await client.query(
      'INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)',
      [migration.version, migration.name, migration.checksum],
    );
    await client.query('COMMIT');
  } catch (fault) {
    await client.query('ROLLBACK');
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new AppError(
      MIGRATION_FAILED,
      { message: `Migration ${migration.name} failed and was rolled back: ${reason}` },
      fault,
    );
  }
}

async function ranVersions(client: pg.Client, schema: string): Promise<Map<number, string>> {
  const result = await client.query<{ version: number; checksum: string }>(
    `SELECT version, checksum FROM ${schema}.schema_migrations ORDER BY version`,
  );
  return new Map(result.rows.map((row) => [row.version, row.checksum]));
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(MIGRATIONS_URL)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, MIGRATIONS_URL), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { version: Number(name.slice(0, 4)), name, text, checksum };
    }),
  );
}
