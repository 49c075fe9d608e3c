import { formatInstant } from '@whisperforge/kernel/clock';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { createAccounts } from '../../accounts/index.ts';
import { appendHistory, type SubscriptionChange } from '../../subscriptions/index.ts';
import { day } from '../fold/history.fixture.ts';
import { changes, instant } from '../fold/random-history.fixture.ts';
import { createRevenueLedger } from './service.ts';

const RUNS = Number(process.env.LEDGER_DATABASE_CASES ?? 8);

const created = useTestDatabase();
let nowMs = day('2024-01-01');
const clock = { nowMs: () => nowMs };
let database: PostgresDatabase;
let made = 0;

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

const ledger = () => createRevenueLedger({ database, clock });

async function somebody(): Promise<number> {
  made += 1;
  const details = { email: `u${made}@example.com`, country: made % 2 === 0 ? 'DE' : 'US' };
  const accounts = createAccounts({ database });
  return (await accounts.upsertUser(`u${made}`, details, clock.nowMs())).accountId;
}

/** Says how a subscription has stood, up to now. */
async function say(
  accountId: number,
  subscriptionKey: string,
  said: readonly SubscriptionChange[],
): Promise<void> {
  const known = said.filter(({ effectiveMs }) => effectiveMs <= nowMs);
  await database.transaction((tx) =>
    appendHistory(tx, accountId, { subscriptionKey, source: 'stripe', changes: known }, nowMs),
  );
  await ledger().note([accountId]);
}

async function workOff(): Promise<void> {
  const { signal } = new AbortController();
  for (let left = 1; left > 0;) left = await ledger().work(signal);
}

async function currentBook(): Promise<number> {
  const books = await ledger().books();
  return books.find(({ state }) => state === 'current')!.id;
}

/** What a book says of all that was and is to come, without when it was booked. */
async function contentOf(bookId: number) {
  const movements = await sql`
    SELECT customer_id, effective_at, day, kind, currency, plan, cycle, sum(parts)::text AS parts,
      sum(customers)::int AS customers
    FROM revenue_movements WHERE book_id = ${bookId}
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(parts) <> 0 OR sum(customers) <> 0
    ORDER BY 1, 2, 3, 4, 5, 6, 7`.execute(database.sql);
  const days = await sql`
    SELECT day, kind, currency, plan, cycle, country, source, cohort, parts::text, customers
    FROM revenue_days WHERE book_id = ${bookId} AND (parts <> 0 OR customers <> 0)
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`.execute(database.sql);
  const segments = await sql`
    SELECT dimension, segment, day, kind, currency, parts::text, customers
    FROM revenue_segment_days WHERE book_id = ${bookId} AND (parts <> 0 OR customers <> 0)
    ORDER BY 1, 2, 3, 4, 5`.execute(database.sql);
  const kept = await sql`
    SELECT unit, told, segment, other, from_day, currency, starts::text, ends::text, capped::text,
      customers, stayed
    FROM revenue_kept_spans
    WHERE book_id = ${bookId} AND (starts <> 0 OR ends <> 0 OR customers <> 0)
    ORDER BY 1, 2, 3, 4, 5, 6`.execute(database.sql);
  const levels = await sql`
    SELECT customer_id, currency, plan, cycle, from_day, to_day::text AS to_day, parts::text,
      customers
    FROM revenue_levels WHERE book_id = ${bookId} ORDER BY 1, 2, 3, 4, 5`.execute(database.sql);
  // On each day on which anything moved, levels are what movements add up to.
  const wrong = await sql`
    SELECT moved.customer_id, day FROM (
      SELECT customer_id, day FROM revenue_movements WHERE book_id = ${bookId} GROUP BY 1, 2) moved
    WHERE (SELECT coalesce(sum(parts), 0) FROM revenue_movements before
        WHERE before.book_id = ${bookId} AND before.customer_id = moved.customer_id
          AND before.day <= moved.day)
      <> (SELECT coalesce(sum(parts), 0) FROM revenue_levels level
        WHERE level.book_id = ${bookId} AND level.customer_id = moved.customer_id
          AND from_day <= moved.day AND to_day > moved.day)`.execute(database.sql);
  expect(wrong.rows).toEqual([]);
  const standings = await sql`
    SELECT customer_id, country, source, cohort, paid_on, trial_from, trial_to, due_at, is_mixed
    FROM revenue_standings WHERE book_id = ${bookId} ORDER BY 1`.execute(database.sql);
  const ahead = await sql`
    SELECT customer_id, effective_at, day, kind, currency, plan, cycle, sum(parts)::text AS parts
    FROM revenue_ahead
    WHERE book_id = ${bookId} AND effective_at > ${formatInstant(nowMs)}::timestamptz
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(parts) <> 0
    ORDER BY 1, 2, 3, 4, 5, 6, 7`.execute(database.sql);
  return {
    movements: movements.rows,
    days: days.rows,
    segments: segments.rows,
    kept: kept.rows,
    levels: levels.rows,
    standings: standings.rows,
    ahead: ahead.rows,
  };
}

async function rebuilt(): Promise<number> {
  await ledger().begin({ profile: 'stripe', timeZone: 'UTC' });
  await workOff();
  return currentBook();
}

describe('a book', () => {
  test('that follows histories says the same as one built anew', { timeout: 120_000 }, async () => {
    const lives = fc.array(
      fc.record({
        first: changes,
        // What is derived later may tell the past otherwise.
        second: fc.option(changes, { nil: null }),
        other: fc.option(changes, { nil: null }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    const visits = fc.uniqueArray(instant, { minLength: 1, maxLength: 5 });
    await rebuilt();
    await fc.assert(
      fc.asyncProperty(lives, visits, async (all, instants) => {
        nowMs = day('2024-01-01');
        const followed = await rebuilt();
        const accounts = await Promise.all(all.map(() => somebody()));
        const ordered = instants.toSorted((first, second) => first - second);
        for (const [visit, atMs] of ordered.entries()) {
          nowMs = atMs;
          for (const [index, { first, second, other }] of all.entries()) {
            const told = visit > 0 && second !== null ? second : first;
            await say(accounts[index]!, `sub_${accounts[index]}`, told);
            if (other !== null) await say(accounts[index]!, `more_${accounts[index]}`, other);
          }
          await workOff();
        }
        const before = await contentOf(followed);
        expect(await contentOf(await rebuilt())).toEqual(before);
      }),
      { numRuns: RUNS },
    );
  });
});
