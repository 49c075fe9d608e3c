import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { createRevenueLedger } from '../ledger/service.ts';
import { createUsageFold } from '../usage/fold/fold.ts';
import {
  bookEvents,
  foldAll,
  makePartitions,
  type BookedEvent,
} from '../usage/fold/use.fixture.ts';
import { putPressure } from '../usage/pressure/store.ts';
import { subscribe } from './company.fixture.ts';

const server = useTestServer({ env: { REPORTING_TIME_ZONE: 'UTC' } });
const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);
let database: PostgresDatabase;
let staff: SignedInStaff;
let people: Map<string, { accountId: number; userId: number }>;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  staff = await signInStaff(server, 'finance');
  await makePartitions(database, ['2026-01', '2026-02']);
  for (const user of ['ada', 'bob', 'cid']) {
    const signed_up_at = user === 'cid' ? '2025-12-03T00:00:00Z' : '2026-01-02T00:00:00Z';
    await server.request('PUT', `/v1/users/${user}`, {
      email: `${user}@example.com`,
      signed_up_at,
    });
  }
  const found = await sql<{ id: number; account_id: number; external_id: string }>`
    SELECT id, account_id, external_id FROM users`.execute(database.sql);
  people = new Map(
    found.rows.map((row) => [row.external_id, { accountId: row.account_id, userId: row.id }]),
  );
  const [ada, bob] = [people.get('ada')!, people.get('bob')!];
  await subscribe(database, { ...ada, user: 'ada', plan: 'pro', amountMinor: 3_100 });
  await subscribe(database, { ...bob, user: 'bob', plan: 'business', amountMinor: 6_200 });
  await tellPrices();
  await bookEvents(database, EVENTS());
  await bringUpToDate();
});
afterAll(() => database.close());

async function tellPrices(): Promise<void> {
  const lines = [
    { model: 'opus', starts_on: '2026-01-01', per_million_tokens_in: '100' },
    { model: 'opus', starts_on: '2026-02-01', per_million_tokens_in: '50' },
    { model: 'whisper', provider: 'openai', starts_on: '2026-01-01', per_unit: '0.01' },
  ];
  const body = { lines, reason: 'list prices' };
  await server.request('POST', '/admin/v1/inputs/ai-prices', body, staff);
}

const EVENTS = (): BookedEvent[] => {
  const ada = people.get('ada')!;
  const bob = people.get('bob')!;
  const cid = people.get('cid')!;
  const audio = { type: 'audio_processed', counted: { audio_minutes: '10', ai_tokens: '0' } };
  const output = { type: 'content_generated', counted: { content_generated: '1' } };
  return [
    // 10 minutes at 1 cent, shared by two features.
    {
      ...ada,
      ...audio,
      atMs: day('2026-01-10'),
      amount: '10',
      model: 'whisper',
      provider: 'openai',
    },
    // 10,000 tokens at a hundredth of a cent, and at half of it a month later.
    {
      ...ada,
      ...output,
      atMs: day('2026-01-11'),
      amount: '1',
      model: 'opus',
      tokensIn: 10_000,
      prompt: 'titles',
    },
    {
      ...bob,
      ...output,
      atMs: day('2026-02-11'),
      amount: '1',
      model: 'opus',
      tokensIn: 10_000,
      prompt: 'titles',
    },
    {
      ...bob,
      ...output,
      atMs: day('2026-01-12'),
      amount: '1',
      costCents: '7.5',
      prompt: 'posts',
      model: 'opus',
    },
    { ...cid, ...output, atMs: day('2026-01-12'), amount: '1', model: 'unknown' },
    // No AI at all.
    { ...cid, type: 'upload', counted: { kb_files: '1' }, atMs: day('2026-01-12'), amount: '1' },
  ];
};

async function bringUpToDate(): Promise<void> {
  const { clock } = server;
  const ledger = createRevenueLedger({ database, clock });
  const accountIds = [...people.values()].map(({ accountId }) => accountId);
  await ledger.note(accountIds);
  while ((await ledger.work(new AbortController().signal)) > 0);
  const fold = createUsageFold({ database, clock, timeZone: 'UTC' });
  await fold.note(accountIds);
  await foldAll(database, fold);
}

interface Series {
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly data: readonly { values: Record<string, number | null> }[];
  readonly breakdown: { groups: readonly { key: string; data: Series['data'] }[] } | null;
}

const SPAN = 'from=2026-01-01&to=2026-02-28&granularity=month';

async function series(name: string, more = ''): Promise<Series> {
  const path = `/admin/v1/metrics/${name}?${SPAN}${more}`;
  const answer = await server.request<Series>('GET', path, undefined, staff);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

/** The values of the months, of the whole or by group. */
async function values(name: string, more = '', column = 'value') {
  const { data, breakdown } = await series(name, more);
  const of = (points: Series['data']) => points.map((point) => point.values[column]);
  if (breakdown === null) return of(data);
  return Object.fromEntries(breakdown.groups.map((group) => [group.key, of(group.data)]));
}

async function rows(name: string, at: string, more = '') {
  const path = `/admin/v1/metrics/${name}/rows?${SPAN}&at=${at}${more}`;
  const { body } = await server.request<{
    total: number;
    data: { label: string; value: number }[];
  }>('GET', path, undefined, staff);
  const sum = body.data.reduce((all, { value }) => all + Math.round(value * 1e6), 0);
  expect(sum).toBe(Math.round(body.total * 1e6));
  return Object.fromEntries(
    body.data.map(({ label, value }): [string, number] => [label.split('@')[0]!, value]),
  );
}

describe('AI cost', () => {
  test('is what events state, or what models cost on their day', async () => {
    expect(await values('ai_cost')).toEqual([117.5, 50]);
    expect(await values('ai_cost', '', 'unpriced')).toEqual([1, 0]);
    expect(await values('ai_cost', '&plan=pro')).toEqual([110, 0]);
  });

  test('is shared by the features of an event, and adds up in every breakdown', async () => {
    expect(await values('ai_cost', '&breakdown=feature')).toEqual({
      content_generated: [107.5, 50],
      audio_minutes: [5, 0],
      ai_tokens: [5, 0],
    });
    expect(await values('ai_cost', '&feature=audio_minutes')).toEqual([5, 0]);
    expect(await values('ai_cost', '&breakdown=prompt')).toEqual({
      '': [10, 0],
      'titles': [100, 50],
      'posts': [7.5, 0],
    });
    expect(await values('ai_cost', '&breakdown=plan')).toEqual({
      business: [7.5, 50],
      pro: [110, 0],
      free: [0, 0],
    });
  });

  test('opens into the users that it is of', async () => {
    expect(await rows('ai_cost', '2026-01-31')).toEqual({ ada: 110, bob: 7.5 });
    expect(await rows('ai_cost', '2026-02-01', '&model=opus')).toEqual({ bob: 50 });
  });

  test('is told for a minute, an output and a transaction', async () => {
    expect(await values('cost_per_minute')).toEqual([1, null]);
    expect(await values('cost_per_output', '&prompt=titles')).toEqual([100, 50]);
    expect(await values('cost_per_output', '&breakdown=model')).toEqual({
      opus: [53.75, 50],
      unknown: [0, null],
    });
    expect(await values('cost_per_transaction', '&plan=business')).toEqual([7.5, 50]);
    expect(await rows('cost_per_output', '2026-01-31', '&prompt=titles')).toEqual({ ada: 100 });
    expect(await rows('cost_per_minute', '2026-01-31', '&model=whisper')).toEqual({ ada: 10 });
    const opus = await rows('cost_per_transaction', '2026-01-31', '&model=opus');
    expect(opus).toEqual({ ada: 100, bob: 7.5 });
  });
});

describe('gross margin', () => {
  test('is what is left of the revenue of each day, by plan too', async () => {
    // 31.00 and 62.00 a month are 93.00 of revenue in whole months.
    expect(await values('gross_margin', '', 'revenue')).toEqual([9_300, 9_300]);
    expect(await values('gross_margin', '', 'profit')).toEqual([9_182.5, 9_250]);
    expect(await values('gross_margin')).toEqual([0.987366, 0.994624]);
    expect(await values('gross_margin', '&breakdown=plan', 'revenue')).toEqual({
      business: [6_200, 6_200],
      pro: [3_100, 3_100],
    });
  });

  test('opens into accounts, whose profits add up to it', async () => {
    expect(await rows('gross_margin', '2026-01-31')).toEqual({ ada: 2_990, bob: 6_192.5 });
    expect(await rows('gross_margin', '2026-01-31', '&column=revenue&plan=pro')).toEqual({
      ada: 3_100,
    });
  });

  test('shares the revenue of an account and month among the AI events of both', async () => {
    // Ada used whisper and opus once each in January and nothing in February; Bob only opus.
    expect(await values('gross_margin', '&breakdown=model', 'revenue')).toEqual({
      'opus': [7_750, 6_200],
      'whisper': [1_550, 0],
      '': [0, 3_100],
    });
    expect(await values('gross_margin', '&breakdown=feature', 'revenue')).toEqual({
      'content_generated': [7_750, 6_200],
      'audio_minutes': [775, 0],
      'ai_tokens': [775, 0],
      '': [0, 3_100],
    });
    expect(await values('gross_margin', '&breakdown=model', 'profit')).toMatchObject({
      opus: [7_642.5, 6_150],
      whisper: [1_540, 0],
    });
    expect(await values('gross_margin', '&model=opus&breakdown=plan', 'revenue')).toEqual({
      business: [6_200, 6_200],
      pro: [1_550, 0],
    });
    const opus = '&column=revenue&model=opus';
    expect(await rows('gross_margin', '2026-01-31', opus)).toEqual({ ada: 1_550, bob: 6_200 });
    const days = `metrics/gross_margin?from=2026-01-30&to=2026-02-02&granularity=day&model=opus`;
    const { body } = await server.request<Series>('GET', `/admin/v1/${days}`, undefined, staff);
    const revenue = body.data.map((point) => point.values['revenue']);
    expect(revenue).toEqual([250, 250, 221.428571, 221.428571]);
  });

  test('is held against cost by model and feature', async () => {
    expect(await values('cost_to_revenue', '&breakdown=model')).toEqual({
      opus: [0.011559, 0.005376],
      whisper: [0.001075, 0],
      unknown: [0, 0],
    });
  });
});

describe('use', () => {
  test('is told by feature, plan and user', async () => {
    expect(await values('consumption', '&breakdown=feature')).toMatchObject({
      audio_minutes: [10, 0],
      content_generated: [3, 1],
      kb_files: [1, 0],
    });
    expect(await values('consumption', '&feature=content_generated&breakdown=plan')).toEqual({
      pro: [1, 0],
      business: [1, 1],
      free: [1, 0],
    });
    expect(await rows('consumption', '2026-01-31', '&feature=content_generated')).toEqual({
      ada: 1,
      bob: 1,
      cid: 1,
    });
  });

  test('is of one feature or of each by itself, since units differ', async () => {
    expect(await series('consumption')).toMatchObject({
      filters: { feature: ['audio_minutes'] },
      names: { feature: { audio_minutes: { name: 'Audio minutes', unit: 'minute' } } },
    });
    expect(await values('consumption')).toEqual([10, 0]);
    const { data } = await series('consumption', '&breakdown=feature');
    expect(data.map((point) => point.values)).toEqual([
      { value: null, events: 6 },
      { value: null, events: 1 },
    ]);
    const path = `/admin/v1/metrics/consumption?${SPAN}&feature=audio_minutes,ai_tokens`;
    const mixed = await server.request('GET', path, undefined, staff);
    expect(mixed).toMatchObject({ status: 422, body: { code: 'units_mixed' } });
  });

  test('is exported with the names of features and plans beside their keys', async () => {
    const file = async (of: string) => {
      const { body } = await server.request<string>(
        'GET',
        `/admin/v1/metrics/${of}`,
        undefined,
        staff,
      );
      return body.split('\r\n');
    };
    const groups = await file(`consumption/export.csv?${SPAN}&breakdown=feature`);
    expect(groups[0]).toMatch(/,filters,period,feature,feature_name,from,to,value,/);
    expect(groups).toContainEqual(
      expect.stringMatching(
        /,asked,content_generated,Content generated,2026-01-01,.*,3\.000000,3$/,
      ),
    );
    const rowsOf = `consumption/rows/export.csv?${SPAN}&at=2026-01-31&plan=pro`;
    const [head, row] = await file(rowsOf);
    expect(head).toMatch(/,filters,from,to,label,user,plan,plan_name,country,value$/);
    expect(row).toContain(',plan=Pro [pro]; feature=Audio minutes [audio_minutes],');
  });

  test('of a feature is held against use of anything, by plan and month of sign-up', async () => {
    expect(await values('feature_adoption', '&feature=content_generated')).toEqual([1, 1]);
    expect(await values('feature_adoption', '&feature=kb_files&breakdown=signed_up')).toEqual({
      '2025-12-01': [1, null],
      '2026-01-01': [0, 0],
    });
    expect(await values('feature_adoption', '&breakdown=feature', 'adopters')).toEqual({
      content_generated: [3, 1],
      audio_minutes: [1, 0],
      ai_tokens: [1, 0],
      kb_files: [1, 0],
    });
    expect(await rows('feature_adoption', '2026-01-31', '&feature=kb_files')).toEqual({ cid: 1 });
  });
});

test('quotas under pressure are those at four fifths and more, as last looked at', async () => {
  const [ada, bob] = [people.get('ada')!, people.get('bob')!];
  const nowMs = day('2026-02-10');
  const balance = (accountId: number, used: number) =>
    sql`
    INSERT INTO balances (account_id, feature, period_start, period_end, used, reserved, base_limit,
      pack_amount, pack_burned, boost_covered, access_version, catalog_version, computed_at,
      revision)
    VALUES (${accountId}, 'audio_minutes', '2026-02-01', '2026-03-01', ${used}, 0, 90, 10, 0, 0, 1,
      1, ${formatInstant(nowMs)}, 1)`.execute(database.sql);
  await balance(ada.accountId, 80);
  await balance(bob.accountId, 100);
  for (const on of ['2026-02-09', '2026-02-10']) {
    await database.transaction((tx) => putPressure(tx, { day: on, nowMs }));
  }
  await sql`UPDATE balances SET used = 79 WHERE account_id = ${ada.accountId}`.execute(
    database.sql,
  );
  await database.transaction((tx) => putPressure(tx, { day: '2026-02-10', nowMs }));
  expect(await values('quota_pressure')).toEqual([0, 1]);
  expect(await values('quota_pressure', '&breakdown=plan', 'full')).toEqual({ business: [0, 1] });
  expect(await rows('quota_pressure', '2026-02-10')).toEqual({ bob: 1 });
});
