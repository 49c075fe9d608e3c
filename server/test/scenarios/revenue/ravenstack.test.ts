import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../../src/adapters/postgres/index.ts';
import { divideHalfEven } from '@whisperforge/kernel/quantity';
import { minorUnitsOf } from '../../../src/domains/analytics/index.ts';
import { allMetrics } from '../../../src/domains/analytics/metrics/all.ts';
import { bridgeKinds } from '../../../src/domains/analytics/metrics/bridge.ts';
import { createMetrics } from '../../../src/domains/analytics/metrics/registry/service.ts';
import { useTestDatabase } from '../../support/database.ts';
import {
  foldRevenue,
  importSubscriptions,
  isThere,
  MONTH_ENDS,
  NOW_MS,
  stretches,
} from './ravenstack.fixture.ts';

const created = useTestDatabase();
let database: PostgresDatabase;

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

describe.skipIf(!isThere)('the history of RavenStack', { timeout: 120_000 }, () => {
  test('is taken in once, however often, and a dry run takes nothing', async () => {
    expect((await importSubscriptions(created.url, '--dry-run')).at(-1)).toBe(
      '5000 would be taken, 0 known before, 0 refused',
    );
    const { rows } = await sql`SELECT FROM revenue_history`.execute(database.sql);
    expect(rows).toHaveLength(0);
    expect((await importSubscriptions(created.url)).at(-1)).toBe(
      '5000 taken, 0 known before, 0 refused',
    );
    expect((await importSubscriptions(created.url, '--currency', 'USD')).at(-1)).toBe(
      '0 taken, 5000 known before, 0 refused',
    );
  });

  test('gives the MRR of all 24 month-ends, by account and in total', async () => {
    const book = await foldRevenue(database);
    const all = await stretches();
    for (const monthEnd of MONTH_ENDS) {
      const { rows } = await sql<{ external_key: string; parts: string }>`
        SELECT external_key, sum(parts)::text AS parts
        FROM revenue_movements JOIN revenue_customers customer ON customer.id = customer_id
        WHERE book_id = ${book.id} AND day <= ${monthEnd}::date
        GROUP BY 1 HAVING sum(parts) <> 0`.execute(database.sql);
      const wanted = new Map<string, bigint>();
      for (const { account, start, end, cents } of all) {
        if (start > monthEnd || end <= monthEnd || cents === 0n) continue;
        wanted.set(account, (wanted.get(account) ?? 0n) + cents);
      }
      const told = rows.map((row) => [row.external_key, minorUnitsOf(BigInt(row.parts))] as const);
      expect(new Map(told)).toEqual(wanted);
      const days = await sql<{ parts: string }>`
        SELECT coalesce(sum(parts), 0)::text AS parts FROM revenue_days
        WHERE book_id = ${book.id} AND day <= ${monthEnd}::date`.execute(database.sql);
      expect(minorUnitsOf(BigInt(days.rows[0]!.parts))).toBe(total(wanted));
    }
  });

  test('explains each month without a residual, and gives its NRR and GRR', async () => {
    const metrics = createMetrics({ database, currency: 'usd', metrics: allMetrics(database) });
    const asked = { from: '2023-01-01', to: '2024-12-31', filters: {} };
    const [moved, nrr, grr] = await Promise.all([
      metrics.series('movements', asked, NOW_MS),
      metrics.series('nrr', asked, NOW_MS),
      metrics.series('grr', asked, NOW_MS),
    ]);
    const all = await stretches();
    const paidOn = (day: string): Map<string, bigint> => {
      const paid = new Map<string, bigint>();
      for (const { account, start, end, cents } of all) {
        if (start > day || end <= day || cents === 0n) continue;
        paid.set(account, (paid.get(account) ?? 0n) + cents);
      }
      return paid;
    };
    let before = new Map<string, bigint>();
    for (const [index, monthEnd] of MONTH_ENDS.entries()) {
      const after = paidOn(monthEnd);
      const { values } = moved.data[index]!;
      const net = bridgeKinds.reduce((sum, kind) => sum + values[kind]!, 0n);
      expect([values.mrr_start, values.mrr_end]).toEqual([total(before), total(after)]);
      expect(values.mrr_start! + net).toBe(values.mrr_end);
      expect(values.currency).toBe(0n);
      const kept = [...before].map(([account, start]) => ({
        start,
        end: after.get(account) ?? 0n,
      }));
      expect(nrr.data[index]!.values.mrr_kept).toBe(total(kept.map(({ end }) => end)));
      expect(nrr.data[index]!.values.value).toBe(share(nrr.data[index]!.values, 'mrr_kept'));
      const capped = kept.map(({ start, end }) => (end < start ? end : start));
      expect(grr.data[index]!.values.mrr_capped).toBe(total(capped));
      before = after;
    }
  });
});

function total(amounts: Map<string, bigint> | readonly bigint[]): bigint {
  return [...amounts.values()].reduce((sum, cents) => sum + cents, 0n);
}

/** A part of the MRR at the start, to six decimals; `null` of nothing. */
function share(values: Readonly<Record<string, bigint | null>>, part: string): bigint | null {
  const start = values.mrr_start!;
  return start === 0n ? null : divideHalfEven(values[part]! * 1_000_000n, start);
}
