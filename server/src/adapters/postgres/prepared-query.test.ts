import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import type { PreparedStatement, PreparedValue } from '../../platform/database.ts';
import { openDatabase, type PostgresDatabase } from './index.ts';

const testDatabase = useTestDatabase();
let database: PostgresDatabase;

beforeAll(async () => {
  const { url } = testDatabase;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  const operator = new pg.Client({ connectionString: url });
  await operator.connect();
  await operator.query('CREATE TABLE billing.numbers (n bigint PRIMARY KEY)');
  await operator.end();
});
afterAll(() => database.close());

const execute = (
  statement: PreparedStatement,
  values: readonly PreparedValue[] = [],
): Promise<readonly unknown[]> => database.execute(statement, values);

describe('a prepared statement', () => {
  test('gives its columns as they are read everywhere, each time it runs', async () => {
    const statement = {
      name: 'all kinds',
      text: `SELECT $1::bigint, $2::text, $3::numeric, NULL::boolean, true,
        timestamptz '2026-03-01 09:30:00Z'`,
    };
    const at = Date.UTC(2026, 2, 1, 9, 30);
    for (const text of ['é"\\', '']) {
      const rows = await execute(statement, [7, text, '1.50']);
      expect(rows).toEqual([[7, text, '1.50', null, true, at]]);
    }
  });

  test('may give many rows, and none', async () => {
    const statement = { name: 'many', text: 'SELECT generate_series(1, $1::int)' };
    expect(await execute(statement, [3])).toEqual([[1], [2], [3]]);
    expect(await execute(statement, [0])).toEqual([]);
  });

  test('works again after it was refused, whether it ran before or not', async () => {
    const statement = { name: 'insert', text: 'INSERT INTO numbers VALUES ($1) RETURNING n' };
    const insert = (n: number): Promise<readonly unknown[]> => execute(statement, [n]);
    await execute({ name: 'first', text: 'INSERT INTO numbers VALUES (1)' });
    await expect(insert(1)).rejects.toMatchObject({ sqlState: '23505' });
    expect(await insert(2)).toEqual([[2]]);
    await expect(insert(2)).rejects.toMatchObject({ sqlState: '23505' });
    expect(await insert(3)).toEqual([[3]]);
  });

  test('that cannot be parsed is refused each time, and nothing waits for it', async () => {
    const statement = { name: 'nonsense', text: 'SELEC 1' };
    await expect(execute(statement)).rejects.toMatchObject({ sqlState: '42601' });
    await expect(execute(statement)).rejects.toMatchObject({ sqlState: '42601' });
  });

  test('whose value cannot be read safely is a fault, and the next one is answered', async () => {
    const statement = { name: 'beyond', text: 'SELECT $1::bigint' };
    const beyond = execute(statement, ['9007199254740993']);
    const cause = expect.any(RangeError) as unknown;
    await expect(beyond).rejects.toMatchObject({ kind: 'unavailable', cause });
    expect(await execute(statement, [1])).toEqual([[1]]);
  });

  test('runs side by side with others, each with its own answer', async () => {
    const statement = { name: 'echo', text: 'SELECT $1::int, pg_sleep(0.001)::text' };
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const rows = await Promise.all(numbers.map((n) => execute(statement, [n])));
    expect(rows).toEqual(numbers.map((n) => [[n, '']]));
  });
});
