import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { createRevenueLedger } from '../../ledger/service.ts';
import { createUsageFold } from '../../usage/fold/fold.ts';
import { bookEvents, foldAll, makePartitions } from '../../usage/fold/use.fixture.ts';
import { subscribe } from '../company.fixture.ts';

const server = useTestServer({ env: { REPORTING_TIME_ZONE: 'UTC' } });
const PEOPLE = ['ada', 'bob', 'cid'];
let database: PostgresDatabase;
let staff: SignedInStaff;
let people: { accountId: number; userId: number }[];

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  staff = await signInStaff(server, 'finance');
  await makePartitions(database, ['2026-01', '2026-02']);
  for (const user of PEOPLE) {
    await server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
  }
  const found = await sql<{ id: number; account_id: number }>`
    SELECT id, account_id FROM users ORDER BY external_id`.execute(database.sql);
  people = found.rows.map(({ id, account_id }) => ({ userId: id, accountId: account_id }));
  for (const [place, amountMinor] of [1_000, 3_333, 101].entries()) {
    await pay(place, { amountMinor, plan: place === 1 ? 'business' : 'pro' });
  }
  await bringUpToDate();
});
afterAll(() => database.close());

function pay(place: number, of: { amountMinor: number; plan: string; key?: string }) {
  const { accountId } = people[place]!;
  return subscribe(database, { accountId, user: of.key ?? PEOPLE[place]!, ...of });
}

/** Events of a day, all alike. */
async function use(place: number, of: { day: string; model: string; features: string; n: number }) {
  const counted = Object.fromEntries(of.features.split(',').map((name) => [name, '1']));
  const atMs = Date.parse(`${of.day}T12:00:00Z`);
  const event = { ...people[place]!, atMs, amount: '1', model: of.model, counted };
  await bookEvents(
    database,
    Array.from({ length: of.n }, () => event),
  );
}

async function bringUpToDate(): Promise<void> {
  const { clock } = server;
  const ledger = createRevenueLedger({ database, clock });
  await ledger.note(people.map(({ accountId }) => accountId));
  while ((await ledger.work(new AbortController().signal)) > 0);
  const fold = createUsageFold({ database, clock, timeZone: 'UTC' });
  await fold.note(people.map(({ accountId }) => accountId));
  await foldAll(database, fold);
}

async function shared(): Promise<unknown[]> {
  const { rows } = await sql`
    SELECT day, currency, plan, model, feature, parts FROM shared_revenue_days
    ORDER BY 1, 2, 3, 4, 5`.execute(database.sql);
  return rows;
}

interface Series {
  readonly data: readonly { values: Record<string, number> }[];
  readonly breakdown: { groups: readonly { key: string; data: Series['data'] }[] };
}

const SPAN = 'from=2026-01-01&to=2026-02-28&granularity=month';

/** Revenue of January and February in millionths, by group and of the whole. */
async function revenueBy(dimension: string, more = '') {
  const path = `/admin/v1/metrics/gross_margin?${SPAN}&breakdown=${dimension}${more}`;
  const { body } = await server.request<Series>('GET', path, undefined, staff);
  const of = (data: Series['data']) =>
    data.map((point) => Math.round(point.values['revenue']! * 1e6));
  const groups = body.breakdown.groups.map(({ key, data }) => [key, of(data)] as const);
  return { groups: Object.fromEntries(groups), whole: of(body.data) };
}

async function expectSums(more = ''): Promise<void> {
  for (const dimension of ['model', 'feature']) {
    const { groups, whole } = await revenueBy(dimension, more);
    for (const [month, amount] of whole.entries()) {
      const sum = Object.values(groups).reduce((all, months) => all + months[month]!, 0);
      expect(sum, `${dimension} ${month}`).toBe(amount);
    }
  }
}

test('what is not shared yet is of no model, and shares always sum to the revenue', async () => {
  await use(0, { day: '2026-01-03', model: 'opus', features: 'content_generated', n: 2 });
  await use(0, { day: '2026-01-20', model: 'whisper', features: 'ai_tokens,audio_minutes', n: 1 });
  await use(1, { day: '2026-02-03', model: 'opus', features: 'ai_tokens,content_generated', n: 7 });
  expect((await revenueBy('model')).groups).toEqual({ '': [4_434e6, 4_434e6] });
  await bringUpToDate();
  const { groups } = await revenueBy('model');
  // Of 10.00 of Ada's in January, two events of three are with opus.
  expect(groups).toEqual({
    'opus': [666_666_667, 3_333e6],
    'whisper': [333_333_333, 0],
    '': [3_434e6, 1_101e6],
  });
  await expectSums();
  await expectSums('&plan=pro');
});

test('shares that have followed use and revenue are those that are made anew', async () => {
  const before = await shared();
  await use(0, { day: '2026-01-05', model: 'haiku', features: 'ai_tokens', n: 3 });
  await pay(0, { amountMinor: 777, plan: 'pro', key: 'another' });
  await pay(2, { amountMinor: 13, plan: 'business', key: 'a third' });
  await use(2, { day: '2026-02-28', model: 'opus', features: 'content_generated', n: 11 });
  await bringUpToDate();
  // The months have just been shared; a minute later it is their turn again.
  expect(await shared()).toEqual(before);
  await expectSums();
  server.clock.advanceBy(60_000);
  await bringUpToDate();
  const followed = await shared();
  expect(followed).not.toEqual(before);
  await expectSums();
  for (const table of ['shared_revenue_days', 'shared_revenue_months']) {
    await sql`DELETE FROM ${sql.table(table)}`.execute(database.sql);
  }
  await bringUpToDate();
  expect(await shared()).toEqual(followed);
});

test('what a model has brought opens into accounts that sum to it', async () => {
  for (const model of ['opus', 'haiku', 'whisper', '']) {
    const asked = `${SPAN}&at=2026-01-31&column=revenue&model=${model}`;
    const path = `/admin/v1/metrics/gross_margin/rows?${asked}`;
    type Rows = { data: readonly { value: number }[]; total: number };
    const { body } = await server.request<Rows>('GET', path, undefined, staff);
    const sum = body.data.reduce((all, { value }) => all + Math.round(value * 1e6), 0);
    expect(sum, model).toBe((await revenueBy('model')).groups[model]![0]);
  }
});
