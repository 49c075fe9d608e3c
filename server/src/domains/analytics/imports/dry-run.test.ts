import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shiftDay } from '@whisperforge/kernel/period';
import { useTestServer } from '../../../../test/support/server.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { marketingSpend } from '../inputs/spend/spend.ts';
import { createInputs } from '../inputs/service.ts';
import { createUsageFold } from '../usage/fold/fold.ts';
import { bookEvents, foldAll, makePartitions } from '../usage/fold/use.fixture.ts';
import type { RefusedLine, TableLine } from './lines/take-lines.ts';
import { createImports } from './service.ts';

const server = useTestServer({ env: { REPORTING_TIME_ZONE: 'UTC' } });
let database: PostgresDatabase;

beforeAll(() => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

type Cells = TableLine['cells'];

function linesOf(
  cells: readonly Cells[],
  pauseAt?: { readonly line: number; readonly pause: () => Promise<void> },
) {
  return async function* lines(): AsyncGenerator<TableLine> {
    for (const [index, each] of cells.entries()) {
      if (index === pauseAt?.line) await pauseAt.pause();
      yield { number: index + 2, cells: each };
    }
  };
}

/** Over several batches: stretches told twice and anew, overlaps, strangers, and moves. */
function historyCells(): Cells[] {
  return Array.from({ length: 2_600 }, (_, index) => {
    const subscription = index % 700;
    const round = Math.floor(index / 700);
    const starts = shiftDay('2024-01-01', round === 1 ? 0 : round * 40);
    return {
      customer_id: subscription % 97 === 3 && round === 3 ? 'stranger' : `c${subscription}`,
      subscription_id: `s${subscription}`,
      started_on: starts,
      ended_on: shiftDay(starts, subscription % 5 === 0 ? 50 : 30),
      amount: subscription % 7 === 0 && round === 1 ? '12' : '10',
      currency: 'usd',
      country: round === 2 && subscription % 11 === 0 ? 'AT' : 'DE',
      industry: round === 1 && subscription % 13 === 0 ? 'law' : 'media',
    };
  });
}

function spendCells(): Cells[] {
  return Array.from({ length: 2_300 }, (_, index) => ({
    channel: `channel ${index % 400}`,
    period: shiftDay('2024-01-01', Math.floor(index / 400) % 4),
    amount: String(1 + ((index % 400) % 3)),
    ...(index % 13 === 0 && { until: shiftDay('2024-01-02', Math.floor(index / 400)) }),
  }));
}

function importHistory(isDryRun: boolean, lines: () => AsyncIterable<TableLine>) {
  const refused: RefusedLine[] = [];
  const cells = historyCells();
  const format = {
    columns: {},
    attributes: { industry: 'industry' },
    amounts: 'cycle',
    currency: 'usd',
    billingCycle: 'monthly',
  } as const;
  const header = Object.keys(cells[0]!);
  const file = { origin: 'old', digest: 'history', header, lines: lines(), format };
  const options = { isDryRun, onRefused: (line: RefusedLine) => void refused.push(line) };
  return createImports({ database, clock: server.clock })
    .run(file, options)
    .then((report) => ({ report, refused }));
}

function importSpend(isDryRun: boolean) {
  const refused: RefusedLine[] = [];
  const defaults = { currency: 'usd', origin: 'file' };
  const header = ['channel', 'period', 'until', 'amount'];
  const lines = linesOf(spendCells())();
  const file = { digest: 'spend', header, columns: {}, defaults, lines };
  const context = { actor: { kind: 'cli', id: null }, reason: 'as invoiced' } as const;
  const options = { isDryRun, onRefused: (line: RefusedLine) => void refused.push(line) };
  return createInputs({ database, clock: server.clock })
    .importFile(marketingSpend, file, { ...options, ...context })
    .then((report) => ({ report, refused }));
}

async function countRows(): Promise<number[]> {
  const tables = ['revenue_imports', 'revenue_history', 'revenue_customers', 'marketing_spend'];
  const counts = [...tables, 'input_imports', 'audit_entries'].map(async (table) => {
    const { rows } = await sql<{ rows: number }>`
      SELECT count(*)::int AS rows FROM ${sql.table(table)}`.execute(database.sql);
    return rows[0]!.rows;
  });
  return Promise.all(counts);
}

test('a dry run says of every line what the import then does, and writes nothing', async () => {
  const before = await countRows();
  const history = await importHistory(true, linesOf(historyCells()));
  const spend = await importSpend(true);
  expect(await countRows()).toEqual(before);
  expect(history.report.known).toBeGreaterThan(0);
  expect(history.refused.length).toBeGreaterThan(0);
  expect(spend.report.known).toBeGreaterThan(0);
  expect(spend.refused.length).toBeGreaterThan(0);
  expect(await importHistory(false, linesOf(historyCells()))).toEqual(history);
  expect(await importSpend(false)).toEqual(spend);
  // Who tries again a file that is on record hears what became of it.
  expect((await importHistory(true, linesOf(historyCells()))).report).toEqual(history.report);
});

test('figures of use follow while a dry run is under way', async () => {
  await makePartitions(database, ['2026-01']);
  await server.request('PUT', '/v1/users/ada', { email: 'ada@example.com' });
  const { rows } = await sql<{ id: number; account_id: number }>`
    SELECT id, account_id FROM users`.execute(database.sql);
  const at = { atMs: Date.UTC(2026, 0, 10), amount: '1' };
  const reached = Promise.withResolvers<undefined>();
  const paused = Promise.withResolvers<undefined>();
  const pause = async (): Promise<void> => {
    reached.resolve(undefined);
    await paused.promise;
  };
  const trying = importHistory(true, linesOf(historyCells(), { line: 2_000, pause }));
  await reached.promise;
  await bookEvents(database, [{ ...at, userId: rows[0]!.id, accountId: rows[0]!.account_id }]);
  // It ends only when the event is in the sums, whatever transactions are under way.
  await foldAll(database, createUsageFold({ database, clock: server.clock, timeZone: 'UTC' }));
  const sums = await sql<{ events: number }>`
    SELECT COALESCE(sum(events), 0)::int AS events FROM usage_days`.execute(database.sql);
  expect(sums.rows).toEqual([{ events: 1 }]);
  paused.resolve(undefined);
  await trying;
});
