import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { subscribe } from '../../costs/company.fixture.ts';
import { createRevenueLedger } from '../../ledger/service.ts';
import { createUsageFold } from '../../usage/fold/fold.ts';
import { bookEvents, foldAll, makePartitions } from '../../usage/fold/use.fixture.ts';
import { allMetrics } from '../all.ts';
import { attributeDimension } from './attribute.ts';

const server = useTestServer({ env: { REPORTING_TIME_ZONE: 'UTC' } });
let database: PostgresDatabase;
let staff: SignedInStaff;

const PEOPLE = [
  { user: 'ada', plan: 'pro', amount: 3_100, metadata: { industry: 'law', size: 5 } },
  { user: 'bob', plan: 'business', amount: 6_200, metadata: { industry: 'media' } },
  { user: 'cid', plan: 'pro', amount: 3_100, metadata: {} },
  { user: 'dora', plan: null, amount: 0, metadata: { industry: 'law' } },
] as const;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  staff = await signInStaff(server, 'finance');
  await makePartitions(database, ['2026-01', '2026-02']);
  for (const { user, metadata } of PEOPLE) {
    const signed_up_at = '2026-01-02T00:00:00Z';
    const email = `${user}@example.com`;
    await server.request('PUT', `/v1/users/${user}`, { email, signed_up_at, metadata });
  }
  const { rows } = await sql<{ id: number; account_id: number; external_id: string }>`
    SELECT id, account_id, external_id FROM users`.execute(database.sql);
  const accountIds = rows.map((row) => row.account_id);
  for (const { user, plan, amount } of PEOPLE) {
    const { id: userId, account_id: accountId } = rows.find((row) => row.external_id === user)!;
    if (plan !== null) await subscribe(database, { accountId, user, plan, amountMinor: amount });
    const at = { accountId, userId, atMs: Date.parse('2026-01-10T12:00:00Z'), amount: '2' };
    await bookEvents(database, [{ ...at, costCents: '10', model: 'opus' }]);
  }
  const { clock } = server;
  const ledger = createRevenueLedger({ database, clock });
  await ledger.note(accountIds);
  while ((await ledger.work(new AbortController().signal)) > 0);
  const fold = createUsageFold({ database, clock, timeZone: 'UTC' });
  await fold.note(accountIds);
  await foldAll(database, fold);
});
afterAll(() => database.close());

interface Series {
  readonly filters: Record<string, string[]>;
  readonly data: readonly { values: Record<string, number | null> }[];
  readonly breakdown: { groups: readonly { key: string; data: Series['data'] }[] } | null;
}

const SPAN = 'from=2026-01-01&to=2026-02-28';

async function ask<T>(path: string): Promise<T> {
  const answer = await server.request<T>('GET', `/admin/v1/${path}`, undefined, staff);
  expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBe(200);
  return answer.body;
}

async function groupsOf(metric: string, more = '', column = 'value') {
  const path = `metrics/${metric}?${SPAN}&breakdown=attribute.industry${more}`;
  const { breakdown } = await ask<Series>(path);
  const values = breakdown!.groups.map(({ key, data }) => [key, data[0]!.values[column]] as const);
  return Object.fromEntries(values);
}

async function figure(metric: string, attributes: string, column = 'value') {
  const query = `${SPAN}&attributes=${encodeURIComponent(attributes)}`;
  const { data } = await ask<Series>(`metrics/${metric}?${query}`);
  return data[0]!.values[column];
}

describe('figures by an attribute of users', () => {
  test('are those of the owners that have it, and of those who have none', async () => {
    expect(await groupsOf('mrr')).toEqual({ 'media': 6_200, 'law': 3_100, '': 3_100 });
    expect(await groupsOf('customers')).toEqual({ 'media': 1, 'law': 1, '': 1 });
    expect(await groupsOf('ai_cost')).toEqual({ 'law': 20, 'media': 10, '': 10 });
    expect(await groupsOf('gross_margin', '', 'profit')).toEqual({
      'media': 6_190,
      'law': 3_080,
      '': 3_090,
    });
    expect(await groupsOf('free_to_paid', '', 'paid')).toEqual({ 'media': 1, 'law': 1, '': 1 });
    const used = '&feature=audio_minutes';
    expect(await groupsOf('consumption', used)).toEqual({ 'law': 4, 'media': 2, '': 2 });
    expect(await groupsOf('feature_adoption', used, 'active')).toMatchObject({ law: 2 });
  });

  test('are filtered by several values, by none, and by several attributes', async () => {
    expect(await figure('mrr', 'industry:law,media')).toBe(9_300);
    expect(await figure('mrr', 'industry:')).toBe(3_100);
    expect(await figure('mrr', 'industry:,law')).toBe(6_200);
    expect(await figure('mrr', 'industry:law;size:5')).toBe(3_100);
    expect(await figure('mrr', 'industry:law;size:')).toBe(0);
    expect(await figure('ai_cost', 'industry:law;size:')).toBe(10);
    expect(await figure('nrr', 'industry:law', 'mrr_start')).toBe(0);
  });

  test('open into the rows of those who have it', async () => {
    for (const [metric, column, total, count] of [
      ['mrr', 'value', 6_200, 2],
      ['committed_mrr', 'mrr_end', 6_200, 2],
      ['movements', 'new', 0, 0],
      ['ai_cost', 'value', 0, 0],
      ['free_to_paid', 'paid', 0, 0],
    ] as const) {
      const path = `metrics/${metric}/rows?${SPAN}&column=${column}&attributes=industry:,law`;
      const body = await ask<{ total: number; data: unknown[] }>(path);
      expect([metric, body.total, body.data.length]).toEqual([metric, total, count]);
    }
    const at = `at=2026-01-31&attributes=industry:law`;
    const { data } = await ask<{ data: { label: string }[] }>(`metrics/ai_cost/rows?${SPAN}&${at}`);
    expect(data.map(({ label }) => label)).toEqual(['ada@example.com', 'dora@example.com']);
  });

  test('say in exports what they are filtered by', async () => {
    const path = `metrics/mrr/export.json?${SPAN}&country=,&attributes=industry:,law`;
    const { filters } = await ask<Series>(path);
    expect(filters).toEqual({ 'country': [''], 'attribute.industry': ['', 'law'] });
  });
});

test('every metric that takes attributes can be broken down and filtered by one', async () => {
  const metrics = allMetrics(database).filter(({ takesAttributes }) => takesAttributes === true);
  expect(metrics.length).toBeGreaterThan(25);
  const dimension = attributeDimension('industry');
  for (const { name, columns } of metrics) {
    const path = `metrics/${name}?${SPAN}&breakdown=${dimension}`;
    const { data, breakdown } = await ask<Series>(path);
    for (const { name: column } of columns.filter(({ adds }) => adds)) {
      const groups = breakdown!.groups.map((group) => group.data[0]!.values[column] ?? 0);
      const sum = groups.reduce((all, value) => all + value, 0);
      expect(sum, `${name} ${column}`).toBeCloseTo(data[0]!.values[column] ?? 0, 5);
    }
    await figure(name, 'industry:law');
  }
});

test('attributes that cannot be read, or have too many values, are refused', async () => {
  const refused = async (query: string) => {
    const path = `/admin/v1/metrics/mrr?${SPAN}&${query}`;
    const { status, body } = await server.request<{ code: string }>('GET', path, undefined, staff);
    return [status, body.code];
  };
  expect(await refused('attributes=industry')).toEqual([422, 'attributes_invalid']);
  expect(await refused('breakdown=industry')).toEqual([422, 'dimension_unknown']);
  await sql`
    INSERT INTO users (external_id, account_id, email, metadata, signed_up_at, created_at,
      updated_at)
    SELECT 'many-' || n, (SELECT max(id) FROM accounts), 'many' || n || '@example.com',
      jsonb_build_object('badge', n), at, at, at
    FROM generate_series(1, 201) AS n, (SELECT timestamptz '2026-01-02' AS at) AS told`.execute(
    database.sql,
  );
  expect(await refused('breakdown=attribute.badge')).toEqual([422, 'attribute_too_varied']);
});

test('the attributes that users have can be chosen from', async () => {
  const { data } = await ask<{ data: { key: string }[] }>('attributes');
  const industry = data.find(({ key }) => key === 'industry');
  expect(industry).toEqual({
    key: 'industry',
    users: 3,
    values: ['law', 'media'],
    has_more: false,
  });
});
