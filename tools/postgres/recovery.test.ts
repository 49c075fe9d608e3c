import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import { endHolder, isAlive, query, reportOf, spawnHolder, useTestFolder } from './test/holder.ts';
import { startPostgres } from './start.ts';

const folder = useTestFolder();
const dataDir = join(folder, 'data');
const pidFile = join(dataDir, 'cluster', 'postmaster.pid');

/** A running holder with its url and the pid of its postmaster. */
async function hold(): Promise<{ holder: ChildProcess; url: string; pid: number }> {
  const holder = spawnHolder(dataDir);
  const { url, pid, refusal } = await reportOf(holder);
  if (url === undefined || pid === undefined) throw new Error(refusal ?? 'not ready');
  return { holder, url, pid };
}

/** Commits a row and answers how many there are now. */
async function addRow(url: string): Promise<number> {
  await query(url, 'INSERT INTO kept DEFAULT VALUES');
  return Number((await query(url, 'SELECT count(*) FROM kept'))[0]);
}

/** Starts here, counts the rows, stops. */
async function countAfterStart(): Promise<number> {
  const postgres = await startPostgres({ dataDir, database: 'held' });
  try {
    return Number((await query(postgres.url, 'SELECT count(*) FROM kept'))[0]);
  } finally {
    await postgres.stop();
  }
}

beforeAll(async () => {
  const postgres = await startPostgres({ dataDir, database: 'held' });
  await query(postgres.url, 'CREATE TABLE kept (id bigint GENERATED ALWAYS AS IDENTITY)');
  await postgres.stop();
});

test('after kill -9 of the owner the next start stops the Postgres left behind', async () => {
  const { holder, url, pid } = await hold();
  const rows = await addRow(url);
  await endHolder(holder, 'SIGKILL');
  expect(isAlive(pid)).toBe(true);
  const { port } = new URL(url);
  expect(await countAfterStart()).toBe(rows);
  expect(isAlive(pid)).toBe(false);
  expect(readFileSync(join(dataDir, 'port'), 'utf8').trim()).toBe(port);
});

test('after kill -9 of owner and postmaster, backends still at work are ended first', async () => {
  const { holder, url, pid } = await hold();
  const rows = await addRow(url);
  const busy = await occupyBackend(url);
  await endHolder(holder, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  expect(isAlive(busy.backend)).toBe(true);
  expect(await countAfterStart()).toBe(rows);
  expect(isAlive(busy.backend)).toBe(false);
  await busy.ended;
});

/** A backend in a loop that does not look whether its postmaster lives. */
async function occupyBackend(url: string): Promise<{ backend: number; ended: Promise<unknown> }> {
  const client = new pg.Client({ connectionString: url });
  const ended = once(client, 'error');
  await client.connect();
  const found = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const backend = found.rows[0]?.pid ?? 0;
  const loop = client.query('DO $$ BEGIN LOOP END LOOP; END $$');
  loop.catch(() => undefined);
  const state = `SELECT state FROM pg_stat_activity WHERE pid = ${backend}`;
  await vi.waitFor(async () => expect(await query(url, state)).toEqual(['active']));
  return { backend, ended };
}

test('a pid file whose number went to another program neither blocks nor harms it', async () => {
  const { holder, url, pid } = await hold();
  const rows = await addRow(url);
  await endHolder(holder, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, `${bystander.pid}`));
  try {
    expect(await countAfterStart()).toBe(rows);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  } finally {
    bystander.kill();
  }
});

test('a pid file cut short by a crash of the machine does not block', async () => {
  const { holder, url, pid } = await hold();
  const rows = await addRow(url);
  await endHolder(holder, 'SIGKILL');
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
  writeFileSync(pidFile, '');
  expect(await countAfterStart()).toBe(rows);
});

test('an initdb killed half-way leaves nothing that is taken for a cluster', async () => {
  const fresh = join(folder, 'fresh');
  mkdirSync(fresh);
  const isPartial = (name: string): boolean => /^cluster\.partial-[0-9a-f]+$/.test(name);
  const holder = spawnHolder(fresh);
  await vi.waitUntil(() => readdirSync(fresh).some(isPartial), { timeout: 20_000, interval: 5 });
  await endHolder(holder, 'SIGKILL');
  expect(existsSync(join(fresh, 'cluster'))).toBe(false);
  const postgres = await startPostgres({ dataDir: fresh, database: 'app' });
  expect(await query(postgres.url, 'SELECT 1')).toEqual([1]);
  expect(readdirSync(fresh).filter((name) => name.startsWith('cluster'))).toEqual(['cluster']);
  await postgres.stop();
});
