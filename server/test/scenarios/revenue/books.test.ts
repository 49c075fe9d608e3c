import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../../src/adapters/postgres/index.ts';
import { putCompany } from '../../../src/domains/analytics/metrics/company.fixture.ts';
import { createRevenueLedger } from '../../../src/domains/analytics/index.ts';
import { eventually } from '../../support/eventually.ts';
import { useTestServer } from '../../support/server.ts';
import { signInStaff, type SignedInStaff } from '../../support/staff.ts';

const server = useTestServer({ startMs: Date.UTC(2026, 0, 1), env: { ROLE: 'all' } });
let database: PostgresDatabase;
let owner: SignedInStaff;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  owner = await signInStaff(server, 'owner');
  const shared = { plan: 'pro', currency: 'usd', interval: 'month', isTrial: false } as const;
  await putCompany(database, {
    rates: [],
    customers: [
      {
        country: 'DE',
        source: 'ads',
        subscriptions: [
          [{ ...shared, startsOn: '2024-01-05', endsOn: '2024-01-20', amount: 1_000 }],
        ],
      },
      {
        country: 'US',
        source: 'search',
        subscriptions: [[{ ...shared, startsOn: '2024-01-10', endsOn: null, amount: 2_000 }]],
      },
    ],
  });
});
afterAll(() => database.close());

interface Books {
  readonly data: readonly {
    readonly id: number;
    readonly profile: string;
    readonly state: string;
    readonly progress: unknown;
    readonly rules: { readonly time_zone: string };
  }[];
}

async function books() {
  const { body } = await server.request<Books>('GET', '/admin/v1/books', undefined, owner);
  return body.data;
}

const begin = (body: object) => server.request('POST', '/admin/v1/books', body, owner);

const january = async (profile: string) => {
  const asked = `from=2024-01-01&to=2024-01-31&profile=${profile}`;
  const path = `/admin/v1/metrics/movements?${asked}`;
  const { body } = await server.request<{ data: { values: object }[] }>(
    'GET',
    path,
    undefined,
    owner,
  );
  return body.data[0]?.values;
};

test('staff have history counted otherwise, while what is shown stays', async () => {
  const missing = await server.request(
    'GET',
    '/admin/v1/metrics/mrr?profile=profitwell',
    undefined,
    owner,
  );
  expect(missing).toMatchObject({ status: 404, body: { code: 'book_missing' } });

  const wanted = { profile: 'profitwell', reason: 'to compare with what we had before' };
  expect(await begin({ ...wanted, dry_run: true })).toMatchObject({
    status: 200,
    body: { before: null, after: { ignores_within_month: true, time_zone: 'UTC' } },
  });
  expect(await books()).toMatchObject([{ profile: 'stripe' }]);
  expect(await begin(wanted)).toMatchObject({ status: 200 });
  const done = await eventually(async () => {
    const all = await books();
    return all.find(({ profile, state }) => profile === 'profitwell' && state === 'current');
  });
  expect(done.progress).toEqual({ customers_done: 2, customers: 2 });
  expect(await january('stripe')).toMatchObject({ new: 3_000, churn: -1_000, mrr_end: 2_000 });
  // Who leaves is counted until the end of the cycle begun, which was paid.
  expect(await january('profitwell')).toMatchObject({ new: 3_000, churn: 0, mrr_end: 3_000 });
  expect(await begin(wanted)).toMatchObject({ status: 409, body: { code: 'book_unchanged' } });
});

test('another time zone is another book, refused where there is none of that name', async () => {
  const wanted = { profile: 'stripe', reason: 'our days are those of Berlin' };
  expect(await begin({ ...wanted, time_zone: 'Europe/Atlantis' })).toMatchObject({
    status: 422,
    body: { code: 'time_zone_invalid' },
  });
  expect(await begin({ ...wanted, time_zone: 'Europe/Berlin' })).toMatchObject({ status: 200 });
  const book = await eventually(async () => {
    const all = await books();
    return all.find(
      ({ state, rules }) => state === 'current' && rules.time_zone === 'Europe/Berlin',
    );
  });
  const { status, body } = await server.request(
    'GET',
    `/admin/v1/books/${book.id}/corrections`,
    undefined,
    owner,
  );
  expect({ status, body }).toEqual({ status: 200, body: { data: [], next_cursor: null } });
  expect(await january('stripe')).toMatchObject({ new: 3_000, mrr_end: 2_000 });
  // What staff have chosen outlives a start with the configuration of before.
  const ledger = createRevenueLedger({ database, clock: server.clock });
  await ledger.ensure({ profile: 'stripe', timeZone: 'UTC' });
  expect((await books()).map(({ rules }) => rules.time_zone).toSorted()).toEqual([
    'Europe/Berlin',
    'UTC',
  ]);
  const trail = await server.request<{ data: { action: string; reason: string }[] }>(
    'GET',
    '/admin/v1/audit?action=revenue_book.begun',
    undefined,
    owner,
  );
  expect(trail.body.data[0]).toMatchObject({ reason: wanted.reason });
});

test('a figure is opened into rows on pages, and exported whole', async () => {
  const asked = 'from=2024-01-01&to=2024-01-31&column=new';
  const page = async (more: string) =>
    server.request<{ data: { label: string; value: number }[]; next_cursor: string | null }>(
      'GET',
      `/admin/v1/metrics/movements/rows?${asked}${more}`,
      undefined,
      owner,
    );
  const first = await page('&limit=1');
  expect(first.body).toMatchObject({
    total: 3_000,
    count: 2,
    time_zone: 'Europe/Berlin',
    data: [{ label: '1', value: 2_000, details: { plan: 'pro', country: 'US' } }],
  });
  const second = await page(`&limit=1&cursor=${first.body.next_cursor}`);
  expect(second.body).toMatchObject({ data: [{ label: '0', value: 1_000 }], next_cursor: null });
  const file = await server.request<string>(
    'GET',
    `/admin/v1/metrics/movements/rows/export.csv?${asked}`,
    undefined,
    owner,
  );
  expect(file.body.split('\r\n').slice(1, 3)).toEqual([
    expect.stringMatching(
      /^movements,stripe,Europe\/Berlin,usd,[^,]*,2024-01-01,2024-01-31,1,.*,20\.00$/,
    ),
    expect.stringMatching(
      /^movements,stripe,Europe\/Berlin,usd,[^,]*,2024-01-01,2024-01-31,0,.*,10\.00$/,
    ),
  ]);
  const json = await server.request<{ data: unknown[] }>(
    'GET',
    `/admin/v1/metrics/movements/rows/export.json?${asked}`,
    undefined,
    owner,
  );
  expect(json.body.data).toEqual([...first.body.data, ...second.body.data]);
  const trail = await server.request<{ data: unknown[] }>(
    'GET',
    '/admin/v1/audit?action=metrics.rows_exported',
    undefined,
    owner,
  );
  expect(trail.body.data).toHaveLength(2);
  expect(trail.body.data[0]).toMatchObject({ after: { column: 'new', rows: 2 } });
  const ofDe = await page('&country=DE');
  expect(ofDe.body).toMatchObject({ total: 1_000, count: 1 });
});

test('who may not change settings does not change how revenue is counted', async () => {
  const analyst = await signInStaff(server, 'analyst');
  const body = { profile: 'chartmogul', reason: 'just to see' };
  expect(await server.request('POST', '/admin/v1/books', body, analyst)).toMatchObject({
    status: 403,
  });
});
