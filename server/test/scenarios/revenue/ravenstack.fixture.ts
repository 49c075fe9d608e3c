import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { PostgresDatabase } from '../../../src/adapters/postgres/index.ts';
import { createRevenueLedger } from '../../../src/domains/analytics/index.ts';
import { runCli } from '../../../src/main/cli.ts';
import { openCsv } from '../../../src/main/commands/imports/csv-file.ts';

/**
 * A company's export that nobody here wrote: RavenStack, a synthetic SaaS data set by River @
 * Rivalytics (github.com/leej58928/Early-Churn-Signal-Analysis-in-a-SaaS-Platform). It is not part
 * of the repository: REFERENCE_DIR says where it lies.
 */
const FOLDER =
  process.env.REFERENCE_DIR ?? join(import.meta.dirname, '../../../../../shared/reference');

export function exported(table: string): string {
  return join(FOLDER, `mrr/ravenstack/ravenstack_${table}.csv`);
}

export const isThere = existsSync(exported('subscriptions'));

export type Cells = Readonly<Record<string, string>>;

/** A table of it, read without the product. */
export async function linesOf(table: string): Promise<Cells[]> {
  const { lines } = await openCsv(exported(table));
  const all: Cells[] = [];
  for await (const { cells } of lines) all.push(cells as Cells);
  return all;
}

/** Imports a table of it by the command line; answers what that says. */
export async function importTable(
  databaseUrl: string,
  { kind, table, options }: { kind: string; table: string; options: readonly string[] },
): Promise<string[]> {
  const said: string[] = [];
  const env = { DATABASE_URL: databaseUrl, NODE_ENV: 'test' };
  const print = (line: string): void => void said.push(line);
  const args = ['import', kind, exported(table), '--origin', 'ravenstack', ...options];
  expect(await runCli(args, { env, print, complain: print }), said.join('\n')).toBe(0);
  return said;
}

export function mapped(columns: Readonly<Record<string, string>>): string[] {
  return Object.entries(columns).flatMap((pair) => ['--map', pair.join('=')]);
}

export async function importSubscriptions(
  databaseUrl: string,
  ...more: string[]
): Promise<string[]> {
  const map = mapped({
    customer_id: 'account_id',
    started_on: 'start_date',
    ended_on: 'end_date',
    plan: 'plan_tier',
    amount: 'mrr_amount',
    billing_cycle: 'billing_frequency',
  });
  const options = ['--amounts', 'month', ...map, ...more];
  return importTable(databaseUrl, { kind: 'subscriptions', table: 'subscriptions', options });
}

/** Long after its last day, so that nothing of it is to come. */
export const NOW_MS = Date.UTC(2026, 0, 1);

/** Books what was imported. */
export async function foldRevenue(database: PostgresDatabase) {
  const ledger = createRevenueLedger({ database, clock: { nowMs: () => NOW_MS } });
  await ledger.begin({ profile: 'stripe', timeZone: 'UTC' });
  const { signal } = new AbortController();
  for (let left = 1; left > 0;) left = await ledger.work(signal);
  return (await ledger.books()).find(({ state }) => state === 'current')!;
}

export interface Stretch {
  readonly account: string;
  readonly subscription: string;
  readonly plan: string;
  readonly start: string;
  readonly end: string;
  readonly cents: bigint;
}

/** Who paid how much from when to when; without trials. */
export async function stretches(): Promise<Stretch[]> {
  const paid = (await linesOf('subscriptions')).filter(({ is_trial: trial }) => trial !== 'TRUE');
  return paid.map((cells) => ({
    account: cells['account_id']!,
    subscription: cells['subscription_id']!,
    plan: cells['plan_tier']!,
    start: cells['start_date']!,
    end: cells['end_date'] === '' ? '9999-12-31' : cells['end_date']!,
    cents: BigInt(cells['mrr_amount']!) * 100n,
  }));
}

export const MONTH_ENDS: readonly string[] = Array.from({ length: 24 }, (_, month) =>
  new Date(Date.UTC(2023, month + 1, 0)).toISOString().slice(0, 10),
);
