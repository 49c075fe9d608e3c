import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shiftMonth } from '@whisperforge/kernel/period';
import { useTestDatabase } from '../../../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../../../adapters/postgres/index.ts';
import { daysOfMonth, type LocalDays } from './local-days.ts';
import { findDays } from './store-days.ts';

const testDatabase = useTestDatabase();
let database: PostgresDatabase;
beforeAll(() => {
  const { url } = testDatabase;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

function dayAt({ fromMs, toMs, turnsMs, days }: LocalDays, atMs: number): string | undefined {
  if (atMs < fromMs || atMs >= toMs) return undefined;
  return days[turnsMs.filter((turnMs) => turnMs <= atMs).length];
}

/** Clocks set back at one past midnight and at one, forward over midnight, and a day left out. */
test.each([
  ['UTC', '2026-02-01'],
  ['Europe/Vienna', '2026-10-01'],
  ['America/St_Johns', '2010-11-01'],
  ['America/Havana', '2025-11-01'],
  ['Asia/Beirut', '2026-03-01'],
  ['Asia/Kathmandu', '2026-05-01'],
  ['Pacific/Apia', '2011-12-01'],
  ['Pacific/Kiritimati', '2026-01-01'],
])('days of %s in %s are those that Postgres has events on', async (timeZone, month) => {
  const nextMonth = shiftMonth(month, 1);
  const of = { month, nextMonth, timeZone };
  const days = daysOfMonth(await findDays(database, of), of);
  const { rows } = await sql<{ atMs: number; day: string }>`
    SELECT at AS "atMs", (at AT TIME ZONE ${timeZone})::date AS day
    FROM generate_series(${month}::timestamptz - interval '2 days',
      ${nextMonth}::timestamptz + interval '2 days', interval '53 seconds') AS at`.execute(
    database.sql,
  );
  const isOfMonth = (day: string | undefined): boolean =>
    day !== undefined && day >= month && day < nextMonth;
  const wrong = rows.filter(({ atMs, day }) => {
    const told = dayAt(days, atMs);
    return isOfMonth(day) ? told !== day : isOfMonth(told);
  });
  expect(wrong).toEqual([]);
  expect(rows.filter(({ day }) => isOfMonth(day)).length).toBeGreaterThan(45_000);
});
