import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Database, Tx } from '../../platform/database.ts';
import type { Schema } from '../../platform/schema.ts';
import { isRolledBack, unavailable } from './faults.ts';
import { lease, type Lease } from './lease.ts';
import { typeParsers } from './types.ts';

export interface DatabaseOptions {
  readonly url: string;
  readonly schema: string;
  readonly applicationName: string;
  /** Connections for ordinary queries and transactions; the hot path has a few of its own. */
  readonly maxConnections?: number;
  /** Others than the ordinary ones, for who has no time to see them pass. */
  readonly patience?: { readonly ordinary: Patience; readonly hot: Patience };
}

export interface PostgresDatabase extends Database {
  /** Resolves when Postgres answers a query, and rejects with the fault otherwise. */
  ping(): Promise<void>;
  /** How many callers wait for a connection to become free. */
  waiting(): number;
  close(): Promise<void>;
}

/** How long a caller waits at most before it hears that the database cannot answer. */
interface Patience {
  /** For a connection: a free one of the pool, or a new one. */
  readonly connectMs: number;
  /** Postgres gives a statement up after this, and its connection goes on. */
  readonly statementMs: number;
  /**
   * Ends the wait for a Postgres that does not even do that: one that is frozen, or out of reach
   * without a word. What became of the statement is unknown, and the connection is closed.
   */
  readonly answerMs: number;
}

/** Commands and lists may take their time, and a new connection takes some under full load. */
const ORDINARY_PATIENCE: Patience = { connectMs: 5_000, statementMs: 10_000, answerMs: 12_000 };

/**
 * Statements of the hot path take milliseconds. One that takes seconds will not answer, and its
 * callers, who stand between a person and what they want to do, are better told so: the SDK then
 * goes by the rule of the feature. Shorter than this, a full disk queue would look like a fault.
 */
const HOT_PATIENCE: Patience = { connectMs: 3_000, statementMs: 2_500, answerMs: 3_000 };

const HOT_CONNECTIONS = 6;
/** Plans are kept as long as a connection; they are made anew now and then, as tables grow. */
const LONGEST_LIFE_SECONDS = 600;

/**
 * What rows are read by, and that what was answered is on disk, whatever the server's or the
 * database's own settings are.
 */
const SESSION_SETTINGS = '-c timezone=UTC -c datestyle=ISO -c synchronous_commit=on';

/**
 * The hot path's statements look up a few rows by key in tables that may be empty today and hold
 * a hundred million rows tomorrow, and their plans are kept. So the planner is not asked: one
 * generic plan, always through an index.
 */
const HOT_PATH_SETTINGS =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off ' +
  '-c enable_mergejoin=off -c enable_bitmapscan=off -c jit=off';

export function openDatabase(options: DatabaseOptions): PostgresDatabase {
  const pool = openPool(options, {
    max: options.maxConnections ?? 10,
    patience: options.patience?.ordinary ?? ORDINARY_PATIENCE,
  });
  const hotPool = openPool(options, {
    max: HOT_CONNECTIONS,
    patience: options.patience?.hot ?? HOT_PATIENCE,
    settings: HOT_PATH_SETTINGS,
  });
  const sql = kyselyOver(async () => kyselyClient(await connect(pool)));
  return {
    sql,
    execute: (statement, values) =>
      untilNotRolledBack(async () => {
        using connection = await connect(hotPool);
        return await connection.execute(statement, values);
      }),
    transaction: (work) => untilNotRolledBack(() => attemptTransaction(pool, work)),
    async ping() {
      using connection = await connect(pool);
      await connection.query('SELECT 1');
    },
    waiting: () => pool.waitingCount + hotPool.waitingCount,
    async close() {
      await Promise.all([pool.end(), hotPool.end()]);
    },
  };
}

interface PoolOptions {
  readonly max: number;
  readonly patience: Patience;
  readonly settings?: string;
}

function openPool(options: DatabaseOptions, { max, patience, settings }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max,
    connectionTimeoutMillis: patience.connectMs,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: LONGEST_LIFE_SECONDS,
    statement_timeout: patience.statementMs,
    query_timeout: patience.answerMs,
    types: typeParsers,
    options: `-c search_path=${options.schema} ${SESSION_SETTINGS} ${settings ?? ''}`,
  });
  // A connection that breaks is dropped by the pool, and the next query opens another. The pool
  // hears of it only while the connection is idle; one at work tells its statement.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function connect(pool: pg.Pool): Promise<Lease> {
  try {
    return lease(await pool.connect());
  } catch (fault) {
    throw unavailable(fault);
  }
}

const MOST_ATTEMPTS = 5;
const SHORTEST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 40;

/** Repeats what Postgres has rolled back to let another transaction through. */
async function untilNotRolledBack<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (fault) {
      if (!isRolledBack(fault)) throw fault;
      if (attempt === MOST_ATTEMPTS) throw unavailable(fault);
      // Of two that wait equally long, each would meet the other again.
      await wait(attempt * randomInt(SHORTEST_WAIT_MS, LONGEST_WAIT_MS));
    }
  }
}

async function attemptTransaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  using connection = await connect(pool);
  try {
    await connection.query('BEGIN');
    const tx: Tx = {
      inTransaction: true,
      sql: kyselyOver(() => Promise.resolve(kyselyClient({ ...connection, release: keep }))),
      execute: (statement, values) => connection.execute(statement, values),
    };
    const result = await work(tx);
    await connection.query('COMMIT');
    return result;
  } catch (fault) {
    await connection.rollBack();
    throw fault;
  }
}

function kyselyOver(acquire: () => Promise<PostgresPoolClient>): Kysely<Schema> {
  const pool = { connect: acquire, end: () => Promise.resolve(), options: {} };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** Kysely's client also reads cursors, which nothing here asks for. */
function kyselyClient({ query, release }: Pick<Lease, 'query' | 'release'>): PostgresPoolClient {
  return { query: query as unknown as PostgresPoolClient['query'], release };
}

/** The connection of a transaction is released by whoever has opened it. */
function keep(): void {}
