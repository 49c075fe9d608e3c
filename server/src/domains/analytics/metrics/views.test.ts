import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { day } from '../fold/history.fixture.ts';
import { allMetrics } from './all.ts';
import { FIRST_DAY, LAST_DAY, putCompany } from './company.fixture.ts';
import { createMetrics } from './registry/service.ts';

const created = useTestDatabase();
let database: PostgresDatabase;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  const shared = { currency: 'usd', isTrial: false, interval: 'month' } as const;
  await putCompany(database, {
    rates: [],
    customers: [
      {
        country: 'DE',
        source: 'ads',
        subscriptions: [
          [
            { ...shared, plan: 'pro', startsOn: '2024-01-05', endsOn: '2024-06-01', amount: 1_900 },
            {
              ...shared,
              plan: 'team',
              startsOn: '2024-06-01',
              endsOn: '2025-02-01',
              amount: 4_900,
            },
          ],
        ],
      },
      {
        country: 'US',
        source: 'search',
        subscriptions: [
          [{ ...shared, plan: 'pro', startsOn: '2024-03-10', endsOn: null, amount: 1_900 }],
        ],
      },
    ],
  });
});
afterAll(() => database.close());

test('the views of analysts say what the metrics say', async () => {
  const metrics = createMetrics({ database, currency: 'usd', metrics: allMetrics(database) });
  const asked = { from: FIRST_DAY, to: '2025-01-31', filters: {} };
  const { data } = await metrics.series('movements', asked, day(LAST_DAY));
  for (const { from, to, values } of data) {
    const { rows } = await sql<{ mrr: string; customers: number; expansion: string; rows: string }>`
      SELECT coalesce(round(sum(mrr_minor)), 0)::text AS mrr,
        coalesce(sum(customers), 0)::int AS customers,
        (SELECT coalesce(round(sum(amount_minor)), 0)::text FROM metrics_movements_daily
          WHERE profile = 'stripe' AND kind = 'expansion' AND day BETWEEN ${from} AND ${to})
          AS expansion,
        (SELECT coalesce(round(sum(amount_minor)), 0)::text FROM metrics_movements
          WHERE profile = 'stripe' AND day BETWEEN ${from} AND ${to}) AS rows
      FROM metrics_mrr_daily WHERE profile = 'stripe' AND day = ${to}`.execute(database.sql);
    expect(rows[0]).toEqual({
      mrr: String(values.mrr_end),
      customers: Number(values.customers_end),
      expansion: String(values.expansion),
      rows: String(values.value),
    });
  }
  const days = await sql<{ count: number; segments: number }>`
    SELECT count(DISTINCT day)::int AS count,
      count(DISTINCT (day, currency, plan, cycle, country, source, cohort))::int - count(*)::int
        AS segments
    FROM metrics_mrr_daily`.execute(database.sql);
  // From 5 January 2024 to the last movement, and of each segment one row a day.
  expect(days.rows).toEqual([{ count: 394, segments: 0 }]);
});

test('a role that may read the views reads no table', async () => {
  const role = `analyst_${randomUUID().replaceAll('-', '')}`;
  const name = sql.id(role);
  await sql`CREATE ROLE ${name}`.execute(database.sql);
  try {
    await sql`GRANT USAGE ON SCHEMA billing TO ${name}`.execute(database.sql);
    await sql`GRANT SELECT ON metrics_books, metrics_customers, metrics_exchange_rates,
      metrics_movements, metrics_movements_daily, metrics_mrr_daily TO ${name}`.execute(
      database.sql,
    );
    const asAnalyst = (table: string) =>
      database.transaction(async (tx) => {
        await sql`SET LOCAL ROLE ${name}`.execute(tx.sql);
        const { rows } = await sql`SELECT * FROM ${sql.id(table)}`.execute(tx.sql);
        return rows.length;
      });
    expect(await asAnalyst('metrics_books')).toBe(1);
    expect(await asAnalyst('metrics_customers')).toBe(2);
    expect(await asAnalyst('metrics_movements')).toBeGreaterThan(4);
    for (const table of ['users', 'revenue_movements']) {
      // 42501 is what Postgres answers who lacks a privilege.
      await expect(asAnalyst(table)).rejects.toThrow('42501');
    }
  } finally {
    await sql`DROP OWNED BY ${name}`.execute(database.sql);
    await sql`DROP ROLE ${name}`.execute(database.sql);
  }
});
