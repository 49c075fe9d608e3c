import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { accountsJobs, createAccounts, replaceAnchorsAfter } from './index.ts';

const created = useTestDatabase();
let database: PostgresDatabase;

/** The last of January, so that its months are of several lengths. */
const START_MS = Date.UTC(2027, 0, 31, 12);
const going = new AbortController().signal;

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
});
beforeEach(async () => {
  await database.transaction(async (tx) => {
    // Tables that nobody may empty refer to these.
    await sql`SET LOCAL session_replication_role = replica`.execute(tx.sql);
    await sql`TRUNCATE accounts, users, quota_anchors CASCADE`.execute(tx.sql);
  });
});
afterAll(() => database.close());

async function makeUser(externalId: string, signedUpMs: number): Promise<number> {
  const details = { email: 'somebody@example.com', signedUpMs };
  const user = await createAccounts({ database }).upsertUser(externalId, details, signedUpMs);
  return user.accountId;
}

async function renew(nowMs: number, signal = going): Promise<void> {
  for (const job of accountsJobs(database)) await job.run({ nowMs, signal });
}

/** When each user's usage starts anew, and when that was last written. */
async function resets(): Promise<{ user: string; reset: number; written: string }[]> {
  const { rows } = await sql<{ user: string; reset: number; written: string }>`
    SELECT external_id AS user, usage_reset_date AS reset, xmin::text AS written
    FROM users ORDER BY external_id`.execute(database.sql);
  return rows;
}

test('a reset date that has come gives way to the end of the present period', async () => {
  await makeUser('a', START_MS);
  await makeUser('b', START_MS + 10 * DAY_MS);
  expect(await resets()).toMatchObject([
    { user: 'a', reset: addMonths(START_MS, 1) },
    { user: 'b', reset: addMonths(START_MS + 10 * DAY_MS, 1) },
  ]);
  const [, untouched] = await resets();
  await renew(addMonths(START_MS, 1) - 1);
  expect((await resets())[0]).toMatchObject({ reset: addMonths(START_MS, 1) });
  await renew(addMonths(START_MS, 1));
  const renewed = await resets();
  expect(renewed).toMatchObject([{ reset: addMonths(START_MS, 2) }, untouched!]);
  await renew(addMonths(START_MS, 1));
  expect(await resets()).toEqual(renewed);
  // After a long rest it is the present period's end, not the next one's.
  await renew(addMonths(START_MS, 7) + 1);
  expect(await resets()).toMatchObject([
    { reset: addMonths(START_MS, 8) },
    { reset: addMonths(START_MS + 10 * DAY_MS, 7) },
  ]);
});

test('a new anchor moves the reset date at once, and one to come ends the period', async () => {
  const accountId = await makeUser('a', START_MS);
  const nowMs = START_MS + 5 * DAY_MS;
  const move = (anchorMs: number | null): Promise<void> =>
    database.transaction((tx) =>
      replaceAnchorsAfter(tx, { accountId, atMs: nowMs, nowMs }, anchorMs),
    );
  await move(nowMs);
  expect(await resets()).toMatchObject([{ reset: addMonths(nowMs, 1) }]);
  await move(nowMs + DAY_MS);
  expect(await resets()).toMatchObject([{ reset: nowMs + DAY_MS }]);
  await renew(nowMs + DAY_MS);
  expect(await resets()).toMatchObject([{ reset: addMonths(nowMs + DAY_MS, 1) }]);
  await move(null);
  expect(await resets()).toMatchObject([{ reset: addMonths(nowMs, 1) }]);
});

test('more users than are renewed at a time are all renewed, unless told to stop', async () => {
  const many = 1_203;
  const start = formatInstant(START_MS);
  await sql`
    WITH made AS (INSERT INTO accounts (currency, quota_anchor, created_at)
      SELECT 'usd', ${start}, ${start} FROM generate_series(1, ${many}::int) RETURNING id),
    anchored AS (INSERT INTO quota_anchors SELECT id, ${start}::timestamptz FROM made)
    INSERT INTO users (external_id, account_id, email, signed_up_at, created_at, updated_at,
      usage_reset_date)
    SELECT 'user-' || id, id, 'somebody@example.com', ${start}, ${start}, ${start}, ${start}
    FROM made`.execute(database.sql);
  const nowMs = addMonths(START_MS, 3) + 1;
  await renew(nowMs, AbortSignal.abort());
  expect(new Set((await resets()).map(({ reset }) => reset))).toEqual(new Set([START_MS]));
  await renew(nowMs);
  const renewed = (await resets()).map(({ reset }) => reset);
  expect(renewed).toHaveLength(many);
  expect(new Set(renewed)).toEqual(new Set([addMonths(START_MS, 4)]));
});
