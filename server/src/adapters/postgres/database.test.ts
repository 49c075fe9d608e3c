import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import type { Tx } from '../../platform/database.ts';
import { openDatabase, type PostgresDatabase } from './index.ts';
import { lease } from './lease.ts';

const testDatabase = useTestDatabase();
let operator: pg.Client;
let database: PostgresDatabase;

beforeAll(async () => {
  operator = new pg.Client({ connectionString: testDatabase.url });
  await operator.connect();
  await operator.query('CREATE TABLE billing.noted (text text)');
});
afterAll(() => operator.end());

beforeEach(() => {
  const { url } = testDatabase;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test', maxConnections: 2 });
});
afterEach(async () => {
  await database.close();
  await operator.query('TRUNCATE billing.noted');
});

const note = (tx: Pick<Tx, 'sql'>, text: string) =>
  sql`INSERT INTO noted VALUES (${text})`.execute(tx.sql);

async function noted(): Promise<string[]> {
  const { rows } = await operator.query<{ text: string }>(
    'SELECT text FROM billing.noted ORDER BY text',
  );
  return rows.map(({ text }) => text);
}

test('of two transactions in a deadlock both are carried out, each once', async () => {
  const bothHold = Promise.withResolvers<void>();
  let runs = 0;
  let holders = 0;
  const lock = (tx: Tx, number: number) =>
    sql`SELECT pg_advisory_xact_lock(${number})`.execute(tx.sql);
  const deed = (name: string, { first, second }: { first: number; second: number }) =>
    database.transaction(async (tx) => {
      runs += 1;
      await note(tx, name);
      await lock(tx, first);
      holders += 1;
      if (holders === 2) bothHold.resolve();
      await bothHold.promise;
      await lock(tx, second);
    });
  await Promise.all([deed('a', { first: 1, second: 2 }), deed('b', { first: 2, second: 1 })]);
  expect(runs).toBe(3);
  expect(await noted()).toEqual(['a', 'b']);
});

test('a transaction that is rolled back again and again is put off', async () => {
  let runs = 0;
  const conflicting = database.transaction(async (tx) => {
    runs += 1;
    await note(tx, 'never');
    await sql`DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`.execute(tx.sql);
  });
  await expect(conflicting).rejects.toMatchObject({
    code: 'database_unavailable',
    details: { retryAfterSeconds: 1 },
  });
  expect(runs).toBe(5);
  expect(await noted()).toEqual([]);
});

test('a single statement that is rolled back for another is done again, once', async () => {
  await operator.query(`
    CREATE SEQUENCE billing.attempts;
    CREATE FUNCTION billing.refused_at_first() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('billing.attempts') = 1 THEN RAISE SQLSTATE '40P01'; END IF;
      RETURN 'second';
    END $$`);
  const name = 'refused_at_first';
  const text = 'INSERT INTO noted SELECT $1 UNION ALL SELECT refused_at_first() RETURNING text';
  expect(await database.execute({ name, text }, ['first'])).toEqual([['first'], ['second']]);
  expect(await noted()).toEqual(['first', 'second']);
});

test('a transaction that is refused for its own sake is not repeated', async () => {
  let runs = 0;
  const refused = database.transaction(async (tx) => {
    runs += 1;
    await sql`SELECT 1 / 0`.execute(tx.sql);
  });
  await expect(refused).rejects.toMatchObject({ sqlState: '22012' });
  expect(runs).toBe(1);
});

test('a write on a standby is put off, and the next one connects anew', async () => {
  const setReadOnly = (value: 'on' | 'off') =>
    operator.query(
      `SET default_transaction_read_only = off;
       ALTER DATABASE ${testDatabase.name} SET default_transaction_read_only = ${value}`,
    );
  const writes = [
    () => note(database, 'query'),
    () => database.transaction((tx) => note(tx, 'transaction')),
    () => database.execute({ name: 'note', text: `INSERT INTO noted VALUES ('prepared')` }, []),
  ];
  await setReadOnly('on');
  for (const write of writes) {
    await expect(write()).rejects.toMatchObject({ code: 'database_unavailable' });
  }
  // As when the name of the database leads to the new primary from now on.
  await setReadOnly('off');
  for (const write of writes) await write();
  expect(await noted()).toEqual(['prepared', 'query', 'transaction']);
});

test('a connection that breaks during a query is handed to nobody else', async () => {
  const { url } = testDatabase;
  await using alone = {
    ...openDatabase({ url, schema: 'billing', applicationName: 'test', maxConnections: 1 }),
    [Symbol.asyncDispose]() {
      return this.close();
    },
  };
  const broken = sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(alone.sql);
  const next = sql<{ one: number }>`SELECT 1 AS one`.execute(alone.sql);
  await expect(broken).rejects.toMatchObject({ code: 'database_unavailable' });
  expect((await next).rows).toEqual([{ one: 1 }]);
});

test('a refused statement of the hot path keeps its connection', async () => {
  const backend = async () => (await database.execute(BACKEND, []))[0];
  const before = await backend();
  const refused = database.execute({ name: 'refused', text: 'SELECT 1 / 0' }, []);
  await expect(refused).rejects.toMatchObject({ sqlState: '22012' });
  expect(await backend()).toEqual(before);
});

const BACKEND = { name: 'backend', text: 'SELECT pg_backend_pid()' };

test('a fault that nobody has a name for is no proof that a statement did nothing', async () => {
  const fault = new Error('0A000126:SSL routines::unexpected eof while reading');
  const client = { query: () => Promise.reject(fault), release: () => undefined };
  const leased = lease(client as unknown as pg.PoolClient);
  await expect(leased.query('SELECT 1')).rejects.toMatchObject({
    kind: 'unavailable',
    cause: fault,
  });
});

test('rows are read alike whatever the database prefers', async () => {
  const { url } = testDatabase;
  const name = pg.escapeIdentifier(new URL(url).pathname.slice(1));
  await operator.query(`ALTER DATABASE ${name} SET datestyle = 'SQL, DMY'`);
  const other = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  try {
    const { rows } = await sql`SELECT timestamptz '2026-03-01 09:30:00Z' AS at`.execute(other.sql);
    expect(rows).toEqual([{ at: Date.UTC(2026, 2, 1, 9, 30) }]);
  } finally {
    await other.close();
    await operator.query(`ALTER DATABASE ${name} RESET datestyle`);
  }
});
