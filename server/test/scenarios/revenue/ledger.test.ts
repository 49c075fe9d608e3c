import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { openDatabase, type PostgresDatabase } from '../../../src/adapters/postgres/index.ts';
import { minorUnitsOf } from '../../../src/domains/analytics/index.ts';
import { useBillingScene } from '../../support/billing.ts';
import { eventually } from '../../support/eventually.ts';

const scene = useBillingScene({ seed: 'revenue', env: { REPORTING_TIME_ZONE: 'Europe/Berlin' } });
let database: PostgresDatabase;

beforeAll(() => {
  const url = scene.server.databaseUrl;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

interface Series {
  readonly data: readonly { readonly values: Readonly<Record<string, number | null>> }[];
}

/** What the ledger shown says, such as `2026-01-15 new pro 1900`. */
async function movements(): Promise<string[]> {
  const { rows } = await sql<{ day: string; kind: string; plan: string; parts: string }>`
    SELECT day, kind, plan, sum(parts)::text AS parts FROM revenue_days
    JOIN revenue_books ON id = book_id WHERE state = 'current'
    GROUP BY 1, 2, 3 HAVING sum(parts) <> 0 ORDER BY 1, 2, 3`.execute(database.sql);
  return rows.map(({ day, kind, plan, parts }) =>
    [day, kind, plan, minorUnitsOf(BigInt(parts))].join(' '),
  );
}

async function told(count: number): Promise<string[]> {
  return eventually(async () => {
    const all = await movements();
    return all.length === count ? all : undefined;
  });
}

/** What is committed this month, as soon as it is this. */
async function committed(value: number) {
  return eventually(async () => {
    const asked = '/v1/metrics/committed_mrr?from=2026-01-01';
    const { body } = await scene.server.request<Series>('GET', asked);
    const { values } = body.data[0]!;
    return values.value === value ? values : undefined;
  });
}

test('what a customer pays and stops paying is in the ledger by itself', async () => {
  const { server, stripe, clock } = scene;
  const user = await server.request<{ account: string }>('PUT', '/v1/users/u-1', {
    email: 'u-1@example.com',
  });
  const customer = await stripe.customers.create({ metadata: { account_id: user.body.account } });
  const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', {
    customer: customer.id,
  });
  const { data: prices } = await eventually(async () => {
    const found = await stripe.prices.list({ lookup_keys: ['pro:1:yearly:usd'] });
    return found.data.length === 1 ? found : undefined;
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    default_payment_method: method,
    items: [{ price: prices[0]!.id }],
  });
  // $182.40 a year are $15.20 a month.
  expect(await told(1)).toEqual(['2026-01-15 new pro 1520']);

  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  expect(await committed(0)).toMatchObject({ mrr_end: 1520, coming: 0, going: -1520 });
  await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
  expect(await committed(1520)).toMatchObject({ mrr_end: 1520, going: 0 });

  await scene.advanceTo(clock.nowMs() + 10 * DAY_MS + 11.5 * (DAY_MS / 24));
  await stripe.subscriptions.cancel(subscription.id);
  // Half past eleven at night in UTC is the next day in Berlin.
  expect(await told(2)).toEqual(['2026-01-15 new pro 1520', '2026-01-26 churn pro -1520']);

  const asked = '/v1/metrics/movements?from=2026-01-01&to=2026-02-10';
  const series = await server.request('GET', `${asked}&plan=pro,business`);
  expect(series).toMatchObject({
    status: 200,
    body: {
      profile: 'stripe',
      time_zone: 'Europe/Berlin',
      currency: 'usd',
      data: [
        {
          from: '2026-01-01',
          to: '2026-01-31',
          values: {
            value: 0,
            mrr_start: 0,
            new: 1520,
            churn: -1520,
            expansion: 0,
            mrr_end: 0,
            customers_start: 0,
            customers_new: 1,
            customers_churned: 1,
            customers_end: 0,
          },
        },
        { from: '2026-02-01', to: '2026-02-10', values: { mrr_start: 0, mrr_end: 0 } },
      ],
    },
  });
  const ofOther = await server.request<{ data: unknown[] }>('GET', `${asked}&plan=business`);
  expect(ofOther.body.data[0]).toMatchObject({
    values: { customers_new: 0, customers_churned: 0 },
  });
  const refused = [
    `${asked}&granularity=year`,
    `${asked}&colour=red`,
    '/v1/metrics/mrr?breakdown=colour',
    '/v1/metrics/mrr?from=0000-01-01&to=0000-01-31&compare=year',
    '/v1/metrics/discounts?from=9999-12-31&to=9999-12-31',
    '/v1/metrics/mrr?from=2026-02-30&to=2026-03-01',
    '/v1/metrics/mrr?from=2026-03-01&to=2026-02-01',
    '/v1/metrics/mrr?from=0001-01-01&to=9999-12-31&granularity=day',
  ];
  for (const path of refused) {
    const { status } = await server.request('GET', path);
    expect([400, 422]).toContain(status);
  }
  const notBuilt = await server.request('GET', `${asked}&profile=chartmogul`);
  expect(notBuilt).toMatchObject({ status: 404, body: { code: 'book_missing' } });
});
