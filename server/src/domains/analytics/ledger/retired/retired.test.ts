import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { FIRST_DAY, LAST_DAY, letTimePass, putCompany } from '../../metrics/company.fixture.ts';
import { day } from '../../fold/history.fixture.ts';
import { createRevenueLedger } from '../service.ts';
import { forgetRetiredBooks } from './job.ts';
import { findTablesOfBooks } from './store.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
const doneMs = day(LAST_DAY) + 2 * 86_400_000;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  const stretch = { plan: 'pro', amount: 1_900, currency: 'usd', interval: 'month' } as const;
  const paid = { ...stretch, startsOn: FIRST_DAY, endsOn: '2024-06-01', isTrial: false };
  const customer = { country: 'DE', source: 'ads', subscriptions: [[paid]] };
  const customers = Array.from({ length: 12 }, () => customer);
  await putCompany(database, { customers, rates: [] });
  const clock = { nowMs: () => doneMs };
  const rules = { countsPastDue: false };
  await createRevenueLedger({ database, clock }).begin({
    profile: 'stripe',
    timeZone: 'UTC',
    rules,
  });
  await letTimePass(database, doneMs);
});
afterAll(() => database.close());

async function rowsOf(state: string): Promise<number> {
  const tables = await findTablesOfBooks(database);
  expect(tables).toContain('revenue_movements');
  const counts = tables.map(async (table) => {
    const { rows } = await sql<{ rows: number }>`
      SELECT count(*)::int AS rows
      FROM ${sql.table(table)} JOIN revenue_books book ON book.id = book_id
      WHERE book.state = ${state}`.execute(database.sql);
    return rows[0]!.rows;
  });
  return (await Promise.all(counts)).reduce((sum, rows) => sum + rows, 0);
}

test('rows of retired books go in bounded batches, and those of books in use stay', async () => {
  const [retired, current] = [await rowsOf('retired'), await rowsOf('current')];
  expect(retired).toBeGreaterThan(40);
  const forget = (more: object = {}) =>
    forgetRetiredBooks(database, { nowMs: doneMs + 2 * HOUR_MS, rowsAtOnce: 7, ...more });
  // Whoever asked for the book shown before may still be reading it.
  expect(await forget({ nowMs: doneMs })).toBe(0);
  expect(await forget({ mostRows: 20 })).toBe(20);
  expect(await rowsOf('retired')).toBe(retired - 20);
  expect(await forget()).toBe(retired - 20);
  expect(await rowsOf('retired')).toBe(0);
  expect(await rowsOf('current')).toBe(current);
  expect(await forget()).toBe(0);
});

test('the database refuses to delete movements of a book in use', async () => {
  const deleting = sql`DELETE FROM revenue_movements`.execute(database.sql);
  await expect(deleting).rejects.toMatchObject({ sqlState: '23000' });
});
