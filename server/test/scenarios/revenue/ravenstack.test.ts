import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../../src/adapters/postgres/index.ts';
import { divideHalfEven } from '@whisperforge/kernel/quantity';
import { createRevenueLedger, minorUnitsOf } from '../../../src/domains/analytics/index.ts';
import { allMetrics } from '../../../src/domains/analytics/metrics/all.ts';
import { bridgeKinds } from '../../../src/domains/analytics/metrics/bridge.ts';
import { createMetrics } from '../../../src/domains/analytics/metrics/registry/service.ts';
import { runCli } from '../../../src/main/cli.ts';
import { openCsv } from '../../../src/main/commands/imports/csv-file.ts';
import { useTestDatabase } from '../../support/database.ts';

/**
 * A company's export that nobody here wrote: RavenStack, a synthetic SaaS data set by River @
 * Rivalytics (github.com/leej58928/Early-Churn-Signal-Analysis-in-a-SaaS-Platform). It is not part
 * of the repository: REFERENCE_DIR says where it lies.
 */
const FOLDER =
  process.env.REFERENCE_DIR ?? join(import.meta.dirname, '../../../../../shared/reference');
const FILE = join(FOLDER, 'mrr/ravenstack/ravenstack_subscriptions.csv');

const created = useTestDatabase();
let database: PostgresDatabase;

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

const MAPPED = {
  customer_id: 'account_id',
  started_on: 'start_date',
  ended_on: 'end_date',
  plan: 'plan_tier',
  amount: 'mrr_amount',
  billing_cycle: 'billing_frequency',
};

async function importFile(...more: string[]): Promise<string[]> {
  const lines: string[] = [];
  const map = Object.entries(MAPPED).flatMap((pair) => ['--map', pair.join('=')]);
  const args = ['import', 'subscriptions', FILE, '--origin', 'ravenstack', '--amounts', 'month'];
  const env = { DATABASE_URL: created.url, NODE_ENV: 'test' };
  const print = (line: string): void => void lines.push(line);
  expect(await runCli([...args, ...map, ...more], { env, print })).toBe(0);
  return lines;
}

interface Stretch {
  readonly account: string;
  readonly start: string;
  readonly end: string;
  readonly cents: bigint;
}

/** The file, read without the product: who paid how much from when to when. */
async function stretches(): Promise<Stretch[]> {
  const { lines } = await openCsv(FILE);
  const all: Stretch[] = [];
  for await (const { cells } of lines) {
    if (cells.is_trial === 'TRUE') continue;
    all.push({
      account: cells.account_id!,
      start: cells.start_date!,
      end: cells.end_date === '' ? '9999-12-31' : cells.end_date!,
      cents: BigInt(cells.mrr_amount!) * 100n,
    });
  }
  return all;
}

const MONTH_ENDS = Array.from({ length: 24 }, (_, month) =>
  new Date(Date.UTC(2023, month + 1, 0)).toISOString().slice(0, 10),
);

describe.skipIf(!existsSync(FILE))('the history of RavenStack', { timeout: 120_000 }, () => {
  test('is taken in once, however often, and a dry run takes nothing', async () => {
    expect((await importFile('--dry-run')).at(-1)).toBe(
      '5000 would be taken, 0 known before, 0 refused',
    );
    const { rows } = await sql`SELECT FROM revenue_history`.execute(database.sql);
    expect(rows).toHaveLength(0);
    expect((await importFile()).at(-1)).toBe('5000 taken, 0 known before, 0 refused');
    expect((await importFile('--currency', 'USD')).at(-1)).toBe(
      '0 taken, 5000 known before, 0 refused',
    );
  });

  test('gives the MRR of all 24 month-ends, by account and in total', async () => {
    const clock = { nowMs: () => Date.UTC(2026, 0, 1) };
    const ledger = createRevenueLedger({ database, clock });
    await ledger.begin({ profile: 'stripe', timeZone: 'UTC' });
    const { signal } = new AbortController();
    for (let left = 1; left > 0;) left = await ledger.work(signal);
    const book = (await ledger.books()).find(({ state }) => state === 'current')!;
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
    const nowMs = Date.UTC(2026, 0, 1);
    const [moved, nrr, grr] = await Promise.all([
      metrics.series('movements', asked, nowMs),
      metrics.series('nrr', asked, nowMs),
      metrics.series('grr', asked, nowMs),
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
