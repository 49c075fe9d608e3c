import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../server/test/support/database.ts';
import type { LoadOrder } from './load/order.ts';
import { EVENTS_PER_BATCH } from './load/questions.ts';
import { emptyTwin, measure, orderOf } from './measure/measure.ts';
import { parentOf } from './measure/processes.ts';
import { scenarios, type Scenario } from './scenarios.ts';
import { startSystem, warmUp, type BenchSystem } from './system.ts';

const database = useTestDatabase();
const folder = mkdtempSync(join(tmpdir(), 'whisperforge-bench-test-'));
const logFile = join(folder, 'server.log');
let system: BenchSystem;

beforeAll(async () => {
  const pid = await postmasterPid(database.url);
  const { signal } = new AbortController();
  system = await startSystem({ url: database.url, pid }, { logFile, signal });
  await warmUp(system);
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true });
});

const QUESTIONS = 300;
const BATCHES = 3;

function fewOf(scenario: Scenario): LoadOrder {
  const questions = scenario.unit === 'event' ? BATCHES : QUESTIONS;
  return orderOf(scenario, { kind: 'questions', questions });
}

function unitsOf({ unit }: Scenario): number {
  return unit === 'event' ? BATCHES * EVENTS_PER_BATCH : QUESTIONS;
}

test.each(scenarios)('$name is answered rightly, and stored as acknowledged', async (scenario) => {
  const eventsBefore = system.ledger.events;
  const figures = await measure(system, fewOf(scenario));
  const { perSecond, latencies, serverMs, postgresMs, loadMs, peakMemoryMiB } = figures;
  for (const figure of [perSecond, serverMs, postgresMs, loadMs, peakMemoryMiB]) {
    expect(figure).toBeGreaterThan(0);
  }
  expect(latencies.p50Ms).toBeLessThanOrEqual(latencies.p99Ms);
  expect(latencies.p99Ms).toBeLessThanOrEqual(latencies.maxMs);
  const books = !['check', 'check_boolean', 'reserve', 'webhook'].includes(scenario.question);
  expect(system.ledger.events - eventsBefore).toBe(books ? unitsOf(scenario) : 0);
  await system.ledger.compareEvents();
});

test.each(scenarios)(
  'the empty twin of $name takes the same and books nothing',
  async (scenario) => {
    const eventsBefore = system.ledger.events;
    await measure(system, emptyTwin(fewOf(scenario)));
    expect(system.ledger.events).toBe(eventsBefore);
    await system.ledger.compareEvents();
  },
);

test('an answer that is not what it must be fails the run', async () => {
  const check = scenarios.find(({ name }) => name === 'check')!;
  const order = { ...fewOf(check), path: '/v1/track' };
  await expect(measure(system, order)).rejects.toThrow(/it must be a 200. Status 400/);
});

test('what was acknowledged and is not stored fails the run', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `UPDATE billing.balances SET used = used - 1
     WHERE account_id = 7 AND feature = 'audio_minutes'`,
  );
  await client.query(
    `DELETE FROM billing.usage_events
     WHERE id = (SELECT max(id) FROM billing.usage_events)`,
  );
  await client.end();
  await expect(system.ledger.compareBalances()).rejects.toThrow('user-000006 has used');
  await expect(system.ledger.compareEvents()).rejects.toThrow('events are stored');
});

test('the server under test has met no fault of its own', () => {
  expect(readFileSync(logFile, 'utf8')).not.toMatch(/"level":"(?:error|fatal)"/);
});

async function postmasterPid(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = parentOf(rows[0]!.pid)!;
  await client.end();
  return pid;
}
