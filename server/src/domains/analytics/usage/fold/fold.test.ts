import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatInstant, manualClock } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { useTestServer } from '../../../../../test/support/server.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import {
  bookEvents,
  clearUse,
  foldAll,
  makePartitions,
  sumsOf,
  type BookedEvent,
} from './use.fixture.ts';
import { createUsageFold, type UsageFold } from './fold.ts';
import { takeForPlans } from './store-plans.ts';

const START_MS = Date.UTC(2026, 0, 31, 22);
const TIME_ZONE = 'Europe/Vienna';
const server = useTestServer();
let database: PostgresDatabase;
let fold: UsageFold;
let accounts: { readonly accountId: number; readonly userId: number }[];
let plans: Map<string, number>;

beforeAll(async () => {
  database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  await makePartitions(database, ['2026-01', '2026-02', '2026-03']);
  for (const user of ['ada', 'bob', 'cid']) {
    const signed_up_at = user === 'cid' ? '2025-11-30T23:30:00Z' : '2026-01-02T00:00:00Z';
    await server.request('PUT', `/v1/users/${user}`, {
      email: `${user}@example.com`,
      signed_up_at,
    });
  }
  const found = await sql<{ id: number; account_id: number }>`
    SELECT id, account_id FROM users ORDER BY external_id`.execute(database.sql);
  accounts = found.rows.map(({ id, account_id }) => ({ accountId: account_id, userId: id }));
  const listed = await sql<{ slug: string; id: number }>`
    SELECT slug, id FROM subscription_plans WHERE is_current`.execute(database.sql);
  plans = new Map(listed.rows.map(({ slug, id }) => [slug, id]));
  await sql`INSERT INTO ai_prices (model, provider, starts_on, currency, per_million_tokens_in,
      per_million_tokens_out, per_unit, recorded_at)
    VALUES ('opus', '', '2026-01-01', 'usd', 5, 0, 0, now()), ('opus', 'openai', '2026-02-05',
      'usd', 7, 0, 0, now())`.execute(database.sql);
  fold = createUsageFold({ database, clock: manualClock(START_MS), timeZone: TIME_ZONE });
});
afterAll(() => database.close());
beforeEach(() => clearUse(database));

async function subscribe(place: number, of: { plan: string; fromMs: number; key?: string }) {
  const { accountId } = accounts[place]!;
  const planId = plans.get(of.plan);
  const status = planId === undefined ? 'canceled' : 'active';
  await sql`INSERT INTO subscription_changes (account_id, subscription_key, source, effective_at,
      recorded_at, cause, status, currency, items, discounts, plan_ids)
    SELECT ${accountId}, ${of.key ?? 'sub_1'}, 'manual', ${formatInstant(of.fromMs)}::timestamptz,
      now(), 'status_changed', ${status}, 'usd', '[]', '[]',
      ARRAY[${planId ?? plans.get('pro')!}::bigint]
    WHERE NOT EXISTS (SELECT FROM subscription_changes WHERE account_id = ${accountId}
      AND subscription_key = ${of.key ?? 'sub_1'}
      AND effective_at = ${formatInstant(of.fromMs)}::timestamptz)`.execute(database.sql);
  await fold.note([accountId]);
}

function event(place: number, said: Partial<BookedEvent> = {}): BookedEvent {
  return { ...accounts[place]!, atMs: START_MS, amount: '1', ...said };
}

describe('use is added up', () => {
  test('by day of the time zone, plan, feature, model and prompt', async () => {
    await subscribe(0, { plan: 'pro', fromMs: START_MS + 1_000 });
    await bookEvents(database, [
      event(0, { counted: { audio_minutes: '12.5', ai_tokens: '30' }, costCents: '0.25' }),
      event(0, { atMs: START_MS + 3_600_000, model: 'opus', prompt: 'titles', tokensIn: 7 }),
      event(0, { atMs: START_MS + 3_600_000, model: 'opus', prompt: 'titles', tokensIn: 3 }),
    ]);
    await foldAll(database, fold);
    const { days, adoption } = await sumsOf(database);
    expect(days).toEqual([
      '2026-01-31 . . audio_processed ai_tokens,audio_minutes . . . 1 0 0 0.25 0 0 0 1 0 0',
      '2026-02-01 . pro audio_processed audio_minutes . opus titles 2 2 0 0 10 0 2 2 10 0',
    ]);
    // Whoever is with any plan and with one is told of as each.
    expect(adoption).toContain('2026-01-01 audio_minutes * 2026-01-01 1');
    expect(adoption).toContain('2026-02-01 audio_minutes pro 2026-01-01 1');
    expect(adoption).toContain('2026-02-01 . * 2026-01-01 1');
  });

  test('once, however often and by however many it is tried', async () => {
    await bookEvents(database, [event(0), event(1), event(2)]);
    const others = [1, 2].map(() =>
      createUsageFold({ database, clock: manualClock(START_MS), timeZone: TIME_ZONE }),
    );
    await Promise.all([fold, ...others].map((each) => foldAll(database, each)));
    await foldAll(database, fold);
    const { days } = await sumsOf(database);
    expect(days).toEqual([
      '2026-01-31 . . audio_processed audio_minutes . . . 3 3 0 0 0 0 3 3 0 0',
    ]);
  });

  test('though it is committed after what was booked later', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const slow = database.transaction(async (tx) => {
      await bookEvents(tx, [event(0)]);
      begun.resolve();
      await finish.promise;
    });
    await begun.promise;
    await bookEvents(database, [event(1)]);
    await fold.work();
    await fold.work();
    finish.resolve();
    await slow;
    await foldAll(database, fold);
    const { days } = await sumsOf(database);
    expect(days).toEqual([
      '2026-01-31 . . audio_processed audio_minutes . . . 2 2 0 0 0 0 2 2 0 0',
    ]);
  });

  test('anew by the days of another time zone, and in a cluster that counts anew', async () => {
    await bookEvents(database, [event(0, { atMs: Date.UTC(2026, 0, 31, 23, 30) })]);
    await foldAll(database, fold);
    const elsewhere = createUsageFold({ database, clock: manualClock(0), timeZone: 'UTC' });
    await foldAll(database, elsewhere);
    expect((await sumsOf(database)).days[0]).toMatch(/^2026-01-31/);
    // As after a restoration: what is on record is of transactions that are yet to come.
    await sql`UPDATE usage_events SET booked_in = booked_in + 1000000`.execute(database.sql);
    await sql`UPDATE usage_folds SET folded_to = folded_to + 1000000`.execute(database.sql);
    await bookEvents(database, [event(2)]);
    await foldAll(database, fold);
    await bookEvents(database, [event(1)]);
    await foldAll(database, fold);
    expect((await sumsOf(database)).days).toEqual([
      '2026-01-31 . . audio_processed audio_minutes . . . 2 2 0 0 0 0 2 2 0 0',
      '2026-02-01 . . audio_processed audio_minutes . . . 1 1 0 0 0 0 1 1 0 0',
    ]);
  });
});

const place = fc.integer({ min: 0, max: 2 });
const at = fc.integer({ min: 0, max: 40 }).map((half) => START_MS + half * (DAY_MS / 2));
const deed = fc.oneof(
  fc.record({
    kind: fc.constant('book' as const),
    place,
    atMs: at,
    amount: fc.constantFrom('1', '2.5', '0.000001'),
    costCents: fc.option(fc.constantFrom('0.5', '2'), { nil: undefined }),
    provider: fc.constantFrom('', 'openai'),
    model: fc.constantFrom('opus', 'nobody has told of', ''),
    prompt: fc.constantFrom('titles', 'posts'),
    tokensIn: fc.constantFrom(0, 700),
    tokensOut: fc.constantFrom(0, 30),
    isOverLimit: fc.boolean(),
    // The last one is no feature of today's.
    counted: fc.dictionary(
      fc.constantFrom('audio_minutes', 'content_generated', 'ai_tokens', 'no_longer_sold'),
      fc.constantFrom('1', '12.5'),
      { maxKeys: 3 },
    ),
  }),
  fc.record({
    kind: fc.constant('plan' as const),
    place,
    fromMs: at,
    plan: fc.constantFrom('pro', 'business', 'none'),
    key: fc.constantFrom('sub_1', 'sub_2'),
  }),
  fc.record({ kind: fc.constant('fold' as const) }),
);

test('an account is noted while it is looked at, without a wait, and looked at again', async () => {
  const { accountId } = accounts[0]!;
  await fold.note([accountId, accountId]);
  await database.transaction(async (tx) => {
    expect(await takeForPlans(tx, 10)).toEqual([accountId]);
    await fold.note([accountId]);
    expect(await takeForPlans(tx, 10)).toEqual([accountId]);
    await fold.note([accountId]);
  });
  await database.transaction(async (tx) => {
    expect(await takeForPlans(tx, 10)).toEqual([accountId]);
    expect(await takeForPlans(tx, 10)).toEqual([]);
  });
});

test('what is begun anew is gone on with where it was left, by any number', async () => {
  await subscribe(0, { plan: 'pro', fromMs: START_MS });
  const days = [0, 3, 9, 40];
  for (const many of days) {
    const atMs = START_MS + many * DAY_MS;
    await bookEvents(database, [event(0, { atMs }), event(1, { atMs }), event(2, { atMs })]);
  }
  await foldAll(database, fold);
  const followed = await sumsOf(database);
  await fold.rebuild();
  const slice = { accounts: 1, events: 1, inARow: 2 };
  const small = { database, clock: manualClock(START_MS), timeZone: TIME_ZONE, slice };
  await createUsageFold(small).work();
  const { rows } = await sql<{ months: string; events: string }>`
    SELECT (SELECT count(*) FROM usage_fold_months)::text AS months,
      (SELECT COALESCE(sum(events), 0) FROM usage_days)::text AS events`.execute(database.sql);
  expect(Number(rows[0]!.months)).toBeGreaterThan(0);
  expect(Number(rows[0]!.events)).toBeLessThan(3 * days.length);
  await subscribe(1, { plan: 'business', fromMs: START_MS + DAY_MS });
  // What is booked meanwhile is added when all else is.
  await bookEvents(database, [event(1, { atMs: START_MS + 2 * DAY_MS })]);
  const others = [createUsageFold(small), createUsageFold(small), fold];
  await Promise.all(others.map((each) => foldAll(database, each)));
  const ended = await sumsOf(database);
  expect(ended).not.toEqual(followed);
  await fold.rebuild();
  await foldAll(database, fold);
  expect(await sumsOf(database)).toEqual(ended);
  expect(ended.accountDays.filter((line) => line.includes(' business '))).toHaveLength(4);
});

test('events that count to more features than a number has bits are added up anew', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `feature_${index}`);
  await bookEvents(database, [
    event(0, { counted: Object.fromEntries(names.map((name) => [name, '1'])) }),
    event(0, { counted: { feature_33: '2' } }),
    event(0, { counted: { feature_2: '4' } }),
    event(0, { counted: {} }),
  ]);
  await foldAll(database, fold);
  const followed = await sumsOf(database);
  await fold.rebuild();
  await foldAll(database, fold);
  expect(await sumsOf(database)).toEqual(followed);
  expect(followed.days).toHaveLength(4);
  expect(followed.features).toHaveLength(40);
});

test('sums that have followed are those that are made anew, whatever came when', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 14 }), async (deeds) => {
      await clearUse(database);
      for (const each of deeds) {
        if (each.kind === 'plan') await subscribe(each.place, each);
        else if (each.kind === 'fold') await fold.work();
        else {
          await bookEvents(database, [event(each.place, each)]);
        }
      }
      await foldAll(database, fold);
      const followed = await sumsOf(database);
      await sql`DELETE FROM usage_prices`.execute(database.sql);
      await fold.rebuild();
      await foldAll(database, fold);
      expect(followed).toEqual(await sumsOf(database));
      const booked = deeds.filter(({ kind }) => kind === 'book').length;
      const told = await sql<{ events: string }>`
        SELECT COALESCE(sum(events), 0)::text AS events FROM usage_days`.execute(database.sql);
      expect(told.rows[0]!.events).toBe(String(booked));
    }),
    { numRuns: 10 },
  );
});
