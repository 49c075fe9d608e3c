import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Database, PositionalRow, PreparedStatement, Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';
import { translateFault, unavailable } from './faults.ts';
import { typeParsers } from './types.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly schema: string;
  readonly applicationName: string;
  /** Connections for ordinary queries and transactions; the hot path has a few of its own. */
  readonly maxConnections?: number;
}

export interface PostgresDatabase extends Database {
  /** Resolves when Postgres answers a query, and rejects with the fault otherwise. */
  ping(): Promise<void>;
  /** How many callers wait for a connection to become free. */
  waiting(): number;
  close(): Promise<void>;
}

/** For a machine under full load, on which a new connection may take seconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;
const HOT_CONNECTIONS = 6;
/** Plans are kept as long as a connection; they are made anew now and then, as tables grow. */
const LONGEST_LIFE_SECONDS = 600;

/** What was answered is on disk, whatever the server's own setting is. */
const SESSION_SETTINGS = '-c timezone=UTC -c synchronous_commit=on';

/**
 * The hot path's statements look up a few rows by key in tables that may be empty today and hold
 * a hundred million rows tomorrow, and their plans are kept. So the planner is not asked: one
 * generic plan, always through an index.
 */
const HOT_PATH_SETTINGS =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off ' +
  '-c enable_mergejoin=off -c enable_bitmapscan=off -c jit=off';

export function openDatabase(options: DatabaseOptions): PostgresDatabase {
  const pool = openPool(options, options.maxConnections ?? 10, '');
  const hotPool = openPool(options, HOT_CONNECTIONS, HOT_PATH_SETTINGS);
  const sql = kyselyOver(async () => pooledClient(await connect(pool)));
  return {
    sql,
    execute: (statement, values) => executePrepared(hotPool, statement, values),
    transaction: (work) => runTransaction(pool, work),
    async ping() {
      await pool.query('SELECT 1').catch(rethrowTranslated);
    },
    waiting: () => pool.waitingCount + hotPool.waitingCount,
    async close() {
      await Promise.all([pool.end(), hotPool.end()]);
    },
  };
}

function openPool(options: DatabaseOptions, max: number, settings: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: LONGEST_LIFE_SECONDS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 2_000,
    types: typeParsers,
    options: `-c search_path=${options.schema} ${SESSION_SETTINGS} ${settings}`,
  });
  // A connection that breaks is dropped by the pool, and the next query opens another. The pool
  // hears of it only while the connection is idle; one at work tells its statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (fault) {
    throw unavailable(fault);
  }
}

function rethrowTranslated(fault: unknown): never {
  throw translateFault(fault);
}

async function executePrepared(
  target: pg.Pool | pg.PoolClient,
  statement: PreparedStatement,
  values: readonly unknown[],
): Promise<PositionalRow[]> {
  try {
    const result = await target.query<unknown[]>({
      name: statement.name,
      text: statement.text,
      values: values as unknown[],
      rowMode: 'array',
    });
    return result.rows;
  } catch (fault) {
    throw translateFault(fault);
  }
}

async function runTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN').catch(rethrowTranslated);
    const tx: Tx = {
      inTransaction: true,
      sql: kyselyOver(() => Promise.resolve(borrowedClient(client))),
      execute: (statement, values) => executePrepared(client, statement, values),
    };
    const result = await work(tx);
    await client.query('COMMIT').catch(rethrowTranslated);
    return result;
  } catch (fault) {
    // When even the rollback fails the connection is of no more use, and closing it rolls back.
    await client.query('ROLLBACK').catch((rollbackFault: unknown) => {
      broken = rollbackFault instanceof Error ? rollbackFault : new Error(String(rollbackFault));
    });
    throw fault;
  } finally {
    client.release(broken);
  }
}

function kyselyOver(acquire: () => Promise<PostgresPoolClient>): Kysely<Schema> {
  const pool = { connect: acquire, end: () => Promise.resolve(), options: {} };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

function pooledClient(client: pg.PoolClient): PostgresPoolClient {
  return { ...borrowedClient(client), release: () => client.release() };
}

/** A client whose faults are ours and whose release is somebody else's business. */
function borrowedClient(client: pg.PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[]): Promise<pg.QueryResult> =>
    client.query(text, values as unknown[]).catch(rethrowTranslated);
  // Kysely's client also reads cursors, which nothing here asks for.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => undefined };
}
