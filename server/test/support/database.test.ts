import pg from 'pg';
import { afterAll, expect, test, vi } from 'vitest';
import { createTestDatabase, useTestDatabase, type TestDatabase } from './database.ts';

const shared = useTestDatabase();
const others: TestDatabase[] = [];

afterAll(async () => {
  for (const database of others) await database.drop();
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<unknown[]>({ text, rowMode: 'array' });
    return result.rows.map((row) => row[0]);
  } finally {
    await client.end();
  }
}

test('a test database has run every migration', async () => {
  const found = await query(shared.url, 'SELECT count(*) > 0 FROM billing.schema_migrations');
  expect(found).toEqual([true]);
});

test('what one test database is told, another does not hear of', async () => {
  const other = await createTestDatabase();
  others.push(other);
  await query(shared.url, 'CREATE TABLE told AS SELECT 1');
  expect(await query(other.url, "SELECT to_regclass('told')")).toEqual([null]);
});

test('a test database is dropped even while somebody is connected', async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  await client.connect();
  await database.drop();
  await vi.waitFor(() => expect(errors).not.toEqual([]));
  const named = `SELECT count(*)::int FROM pg_database WHERE datname = '${database.name}'`;
  expect(await query(shared.url, named)).toEqual([0]);
});
