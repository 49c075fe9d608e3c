import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { createProcess, type Process } from '../../../../test/simulation/process.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { startTestServer, useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { subscribeByContract } from '../../../../test/support/subscribers.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { currentPlan } from '../../plans/index.ts';

const server = useTestServer();
const reason = 'what they were promised';
let database: PostgresDatabase;
let process: Process;
let admin: SignedInStaff;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  process = createProcess(database, server.clock);
  await process.catalog.load();
  const firms = Array.from({ length: 12 }, (_, index) => `firm-${index}`);
  await subscribeByContract(server, 'business', firms);
});
afterAll(async () => {
  await process?.usage.close();
  await database?.close();
});
beforeEach(async () => {
  admin = await signInStaff(server, 'admin');
});

interface Answer {
  code?: string;
  id: string;
  version: number;
  state: string;
  content: { name: string; monthly_prices: object; features: object };
  migration: { id: string; version: number; state: string };
  progress: Record<string, number>;
  recurring: { difference_minor: number }[];
  data: { state: string; code: string | null }[];
}

async function ask(method: string, path: string, body?: unknown, as = admin): Promise<Answer> {
  return (await server.request<Answer>(method, `/admin/v1/${path}`, body, as)).body;
}

/** Puts another version on sale; answers its number. */
async function publishMinutes(limit: string): Promise<number> {
  const draft = await ask('POST', 'plan-drafts', { plan: 'business', reason });
  const features = { ...draft.content.features, audio_minutes: { limit } };
  const content = { ...draft.content, features };
  const changed = { version: draft.version, content, reason };
  const { version } = await ask('PUT', `plan-drafts/${draft.id}`, changed);
  await ask('POST', `plan-drafts/${draft.id}/publish`, { version, reason });
  return currentPlan(await process.catalog.recheck(), 'business')!.version;
}

async function limitOf(user: string): Promise<number | undefined> {
  const { body } = await server.request<{ data: { feature: string; limit: number }[] }>(
    'GET',
    `/v1/users/${user}/usage`,
  );
  return body.data.find(({ feature }) => feature === 'audio_minutes')?.limit;
}

/** Works until the migration is done, as another process does. */
async function workUntilDone(id: string): Promise<void> {
  const worker = await startTestServer(server.databaseUrl, {
    clock: server.clock,
    env: { ROLE: 'worker' },
  });
  try {
    await eventually(async () => {
      return (await ask('GET', `plan-migrations/${id}`)).migration.state === 'done';
    });
  } finally {
    await worker.close();
  }
}

test('it stops, resumes and outlives a killed worker; contracts keep their price', async () => {
  const to = await publishMinutes('1200');
  const wish = { plan: 'business', from_version: to - 1, to_version: to, when: 'now', reason };
  const begun = await ask('POST', 'plan-migrations', wish);
  expect(begun).toMatchObject({ subscribers: 12, recurring: [{ difference_minor: 0 }] });
  expect((await ask('POST', 'plan-migrations', wish)).code).toBe('plan_migration_open');
  const { id, version } = begun.migration;

  const stopped = await ask('POST', `plan-migrations/${id}/stop`, { version, reason });
  expect(stopped.state).toBe('stopped');
  const stale = await ask('POST', `plan-migrations/${id}/resume`, { version, reason });
  expect(stale.code).toBe('stale_version');
  const support = await signInStaff(server, 'support');
  const turn = { version: stopped.version, reason };
  const refused = await ask('POST', `plan-migrations/${id}/resume`, turn, support);
  expect(refused.code).toBe('permission_missing');

  // A worker took all of them and was killed before it moved anybody.
  await database.sql
    .updateTable('plan_migration_moves')
    .set({ attempts: 1, taken_until: '2020-01-01T00:00:00Z' })
    .where('migration_id', '=', Number(id))
    .execute();
  expect((await ask('POST', `plan-migrations/${id}/resume`, turn)).state).toBe('running');
  await workUntilDone(id);

  const { progress } = await ask('GET', `plan-migrations/${id}`);
  expect(progress).toMatchObject({ total: 12, moved: 12, waiting: 0 });
  const { data } = await ask('GET', `plan-migrations/${id}/subscribers?limit=200`);
  expect(data.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'moved'));
  expect([await limitOf('firm-0'), await limitOf('firm-11')]).toEqual([1_200, 1_200]);
  const done = { version: (await ask('GET', `plan-migrations/${id}`)).migration.version, reason };
  expect((await ask('POST', `plan-migrations/${id}/stop`, done)).code).toBe('plan_migration_done');
}, 60_000);

test('at the renewal it is written ahead, and holds from that instant on', async () => {
  const to = await publishMinutes('1500');
  const wish = { plan: 'business', from_version: to - 1, to_version: to, when: 'renewal', reason };
  const { migration } = await ask('POST', 'plan-migrations', wish);
  await workUntilDone(migration.id);
  const { progress } = await ask('GET', `plan-migrations/${migration.id}`);
  expect(progress).toMatchObject({ total: 12, scheduled: 12, moved: 0 });
  expect(await limitOf('firm-3')).toBe(1_200);
  server.clock.advanceTo(addMonths(server.clock.nowMs(), 1) + 3_600_000);
  expect(await limitOf('firm-3')).toBe(1_500);
}, 60_000);
