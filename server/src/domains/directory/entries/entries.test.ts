import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock, systemClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { useTestServer } from '../../../../test/support/server.ts';
import { createCatalogCache, type CatalogCache } from '../../plans/index.ts';
import { createPatrol } from './patrol.ts';
import { rebuildEntries } from './rebuild.ts';
import { refreshEntries, type RefreshDependencies } from './refresh.ts';
import { forgetWords } from './store-words.ts';

const DAY_MS = 86_400_000;

/** Serves alone, so that nothing keeps the entries but what is tried here. */
const server = useTestServer({ env: { ROLE: 'api' } });
let database: PostgresDatabase;
let catalog: CatalogCache;
let client: pg.Client;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  catalog = createCatalogCache({ database });
  client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.close();
});

function deps(): RefreshDependencies {
  return { database, catalog, graceDays: 7 };
}

async function rows(text: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(text)).rows;
}

/** A circle of the patrol, whatever it rested for. */
async function patrol(nowMs = server.clock.nowMs()): Promise<void> {
  await rows(`UPDATE billing.directory_patrol SET after_id = 0, began_at = now() - interval '1 d'`);
  const round = createPatrol({ ...deps(), clock: manualClock(nowMs) });
  await round.work(new AbortController().signal);
}

async function entryOf(user: string): Promise<Record<string, unknown> | undefined> {
  const found = await rows(
    `SELECT plan, plan_source, sort_name, usage_share, usage_used::float8, usage_limit::float8
     FROM billing.directory_entries WHERE external_id = '${user}'`,
  );
  return found[0];
}

async function put(user: string, name: string): Promise<void> {
  await server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com`, name });
}

test('what nobody has told of is found by the patrol: users, names, use, and time', async () => {
  await put('walked', 'First');
  await patrol();
  expect(await entryOf('walked')).toMatchObject({ plan: 'free', usage_share: 0, usage_limit: 60 });
  await put('walked', 'Second');
  const used = { user: 'walked', event: 'audio_processed', amount: 45, idempotency_key: 'one' };
  await server.request('POST', '/v1/track', used);
  await patrol();
  expect(await entryOf('walked')).toMatchObject({
    sort_name: 'second',
    usage_share: 7_500,
    usage_used: 45,
  });
  // The quota period ends, and with it what was used of it.
  await patrol(server.clock.nowMs() + 40 * DAY_MS);
  expect(await entryOf('walked')).toMatchObject({ usage_share: 0, usage_used: 0 });
});

test('all are made anew as they were', async () => {
  for (let number = 0; number < 5; number += 1) await put(`anew-${number}`, `Anew ${number}`);
  await patrol();
  const all = `SELECT user_id, plan, status, search_text, mrr_minor, usage_share
    FROM billing.directory_entries ORDER BY user_id`;
  const before = await rows(all);
  expect(before.length).toBeGreaterThanOrEqual(5);
  await rows(`UPDATE billing.directory_entries SET plan = 'wrong', search_text = 'wrong'`);
  expect(await rebuildEntries(deps(), server.clock.nowMs())).toBe(before.length);
  expect(await rows(all)).toEqual(before);
});

test('whoever has read older facts does not overwrite what came of newer ones', async () => {
  await put('raced', 'Raced');
  await patrol();
  const [row] = await rows(
    `UPDATE billing.directory_entries SET access_version = access_version + 1, plan = 'newer'
     WHERE external_id = 'raced' RETURNING account_id::int`,
  );
  await refreshEntries(deps(), [Number(row?.['account_id'])], systemClock.nowMs());
  expect(await entryOf('raced')).toMatchObject({ plan: 'newer' });
});

test('words by which nobody is called any more are forgotten, and others are not', async () => {
  const words = `SELECT word FROM billing.directory_words WHERE word LIKE 'quimby%' ORDER BY word`;
  await put('called', 'Quimbyfirst');
  await put('stays', 'Quimbystays');
  await patrol();
  await put('called', 'Quimbysecond');
  await patrol();
  expect((await rows(words)).map(({ word }) => word)).toEqual([
    'quimbyfirst',
    'quimbysecond',
    'quimbystays',
  ]);
  // What was learned just now may be of somebody whose entry is still being written.
  await forgetWords(database);
  expect(await rows(words)).toHaveLength(3);
  await rows(`UPDATE billing.directory_words SET learned_at = '2020-01-01'`);
  await forgetWords(database);
  expect((await rows(words)).map(({ word }) => word)).toEqual(['quimbysecond', 'quimbystays']);
});
