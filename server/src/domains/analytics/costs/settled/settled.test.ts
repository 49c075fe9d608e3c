import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { createRevenueLedger } from '../../ledger/service.ts';
import { createUsageFold } from '../../usage/fold/fold.ts';
import { bookEvents, foldAll, makePartitions } from '../../usage/fold/use.fixture.ts';

const server = useTestServer({ env: { REPORTING_TIME_ZONE: 'UTC' } });
let database: PostgresDatabase;
let staff: SignedInStaff;
let ada: { accountId: number; userId: number };

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  staff = await signInStaff(server, 'finance');
  await makePartitions(database, ['2026-01']);
  await server.request('PUT', '/v1/users/ada', { email: 'ada@example.com' });
  const { rows } = await sql<{ id: number; account_id: number }>`
    SELECT id, account_id FROM users`.execute(database.sql);
  ada = { userId: rows[0]!.id, accountId: rows[0]!.account_id };
  const ledger = createRevenueLedger({ database, clock: server.clock });
  while ((await ledger.work(new AbortController().signal)) > 0);
});
afterAll(() => database.close());

const fold = () => createUsageFold({ database, clock: server.clock, timeZone: 'UTC' });

/** Tokens of a model on a day of January, of which a million cost so many dollars. */
async function use(model: string, on: number, tokensIn: number): Promise<void> {
  const atMs = Date.UTC(2026, 0, on, 12);
  await bookEvents(database, [{ ...ada, atMs, amount: '1', model, tokensIn }]);
  await foldAll(database, fold());
}

async function tell(model: string, startsOn: string, perMillion: string): Promise<void> {
  const line = { model, starts_on: startsOn, per_million_tokens_in: perMillion };
  const body = { lines: [line], reason: 'the list of the provider' };
  const path = '/admin/v1/inputs/ai-prices';
  expect((await server.request('POST', path, body, staff)).status).toBe(200);
}

async function costOf(model: string) {
  const path = `/admin/v1/metrics/ai_cost?from=2026-01-01&to=2026-01-31&model=${model}`;
  type Series = { data: { values: Record<string, number> }[] };
  const { body } = await server.request<Series>('GET', path, undefined, staff);
  const { value, outdated, unpriced } = body.data[0]!.values;
  return { value, outdated, unpriced };
}

const SETTLEMENTS = '/admin/v1/inputs/ai-prices/settlements';

async function settle(more: object = {}) {
  const body = { from: '2026-01-01', to: '2026-01-31', reason: 'The list was wrong', ...more };
  return server.request<{ data: unknown[] }>('POST', SETTLEMENTS, body, staff);
}

test('a corrected price changes no cost until staff settle anew, with a trace', async () => {
  await tell('opus', '2026-01-01', '100');
  await use('opus', 10, 10_000);
  await tell('opus', '2026-01-01', '50');
  await use('opus', 10, 10_000);
  await use('opus', 11, 10_000);
  // The tenth had been settled by the price that was known then; the eleventh was not.
  expect(await costOf('opus')).toEqual({ value: 250, outdated: 200, unpriced: 0 });
  const outdated = { provider: '', model: 'opus', days: 1, from: '2026-01-10', to: '2026-01-10' };
  const { body } = await server.request('GET', SETTLEMENTS, undefined, staff);
  expect(body).toEqual({ data: [outdated] });
  const settled = { ...outdated, cost_before: '250.000000', cost_after: '150.000000' };
  const tried = await settle({ dry_run: true });
  expect(tried).toMatchObject({ status: 200, body: { data: [settled], dry_run: true } });
  expect(await costOf('opus')).toMatchObject({ value: 250 });
  expect((await settle()).body.data).toEqual([settled]);
  expect(await costOf('opus')).toEqual({ value: 150, outdated: 0, unpriced: 0 });
  expect((await settle()).body.data).toEqual([]);
  const { rows } = await sql<{ price: string; is_current: boolean }>`
    SELECT trim_scale(per_million_tokens_in)::text AS price,
      usage_prices.superseded_at IS NULL AS is_current
    FROM usage_prices JOIN ai_prices ON ai_prices.id = price_id
    WHERE day = '2026-01-10' ORDER BY usage_prices.id`.execute(database.sql);
  expect(rows).toEqual([
    { price: '100', is_current: false },
    { price: '50', is_current: true },
  ]);
  const owner = await signInStaff(server, 'owner');
  const path = '/admin/v1/audit?action=costs.settled';
  const trail = await server.request<{ data: unknown[] }>('GET', path, undefined, owner);
  expect(trail.body.data).toHaveLength(1);
});

test('use that had no price is valued by the first one that is told', async () => {
  await use('haiku', 12, 10_000);
  expect(await costOf('haiku')).toEqual({ value: 0, outdated: 0, unpriced: 1 });
  await tell('haiku', '2026-01-13', '100');
  expect(await costOf('haiku')).toEqual({ value: 0, outdated: 0, unpriced: 1 });
  await tell('haiku', '2026-01-12', '100');
  expect(await costOf('haiku')).toEqual({ value: 100, outdated: 0, unpriced: 0 });
});

test('what is added up anew from the events costs what it did', async () => {
  await tell('sonnet', '2026-01-01', '10');
  await use('sonnet', 14, 10_000);
  await tell('sonnet', '2026-01-01', '20');
  const before = await costOf('sonnet');
  await fold().rebuild();
  await foldAll(database, fold());
  expect(await costOf('sonnet')).toEqual(before);
  expect(before).toEqual({ value: 10, outdated: 10, unpriced: 0 });
});

test('a price that is taken back leaves what it has settled, and says so', async () => {
  await tell('gpt', '2026-01-01', '10');
  await use('gpt', 15, 10_000);
  const list = '/admin/v1/inputs/ai-prices';
  type List = { data: { id: string; model: string }[] };
  const { body } = await server.request<List>('GET', list, undefined, staff);
  const { id } = body.data.find(({ model }) => model === 'gpt')!;
  await server.request('POST', `${list}/${id}/withdraw`, { reason: 'never so' }, staff);
  expect(await costOf('gpt')).toEqual({ value: 10, outdated: 10, unpriced: 0 });
  expect(await settle({ models: ['gpt'] })).toMatchObject({ status: 200 });
  expect(await costOf('gpt')).toEqual({ value: 0, outdated: 0, unpriced: 1 });
});
