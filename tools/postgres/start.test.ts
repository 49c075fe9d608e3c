import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { endHolder, isAlive, query, reportOf, spawnHolder, useTestFolder } from './test/holder.ts';
import { Refusal } from '../refusal.ts';
import { startPostgres, type EmbeddedPostgres } from './start.ts';

const folder = useTestFolder();
const dataDir = join(folder, 'data');
const lines: string[] = [];
let postgres: EmbeddedPostgres;

const start = (): Promise<EmbeddedPostgres> =>
  startPostgres({ dataDir, database: 'app', log: (line) => lines.push(line) });

beforeAll(async () => {
  postgres = await start();
});

afterAll(async () => {
  await postgres.stop();
});

test('a first start makes a durable cluster that answers on its socket and over TCP', async () => {
  expect(await query(postgres.url, 'SELECT inet_server_addr() IS NULL')).toEqual([true]);
  expect(await query(postgres.tcpUrl, 'SELECT host(inet_server_addr())')).toEqual(['127.0.0.1']);
  const durable = "SELECT setting FROM pg_settings WHERE name IN ('fsync','synchronous_commit')";
  expect(await query(postgres.url, durable)).toEqual(['on', 'on']);
  expect(await query(postgres.url, "SELECT current_setting('timezone')")).toEqual(['UTC']);
});

test('text sorts by code point and changes case beyond ASCII, on every machine alike', async () => {
  const sorted = "SELECT word FROM unnest(ARRAY['ä','b','B','a']) AS word ORDER BY word";
  expect(await query(postgres.url, sorted)).toEqual(['B', 'a', 'b', 'ä']);
  expect(await query(postgres.url, "SELECT lower('ÄÖÜ')")).toEqual(['äöü']);
});

test('nobody gets in without the password, which only its owner can read', async () => {
  const wrong = postgres.url.replace(/:[^:@/]+@/, ':wrong@');
  await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
});

test('a second start on the same folder is refused by name and pid, harmlessly', async () => {
  const second = spawnHolder(dataDir);
  const { refusal } = await reportOf(second);
  await endHolder(second, 'SIGTERM');
  expect(refusal).toContain(dataDir);
  expect(refusal).toContain(`pid ${process.pid}`);
  await expect(start()).rejects.toThrow(Refusal);
  expect(await query(postgres.url, 'SELECT 1')).toEqual([1]);
});

test('a killed postmaster is started again, with all that was committed', async () => {
  await query(postgres.url, 'CREATE TABLE kept AS SELECT 42 AS value');
  const killed = postgres.pid;
  process.kill(killed, 'SIGKILL');
  await vi.waitFor(() => expect(lines.at(-1)).toContain('runs again'), { timeout: 20_000 });
  expect(postgres.pid).not.toBe(killed);
  expect(await query(postgres.url, 'SELECT value FROM kept')).toEqual([42]);
});

test('a stop ends the postmaster; the next start has its data, password and port', async () => {
  const { pid, url } = postgres;
  await postgres.stop();
  expect(isAlive(pid)).toBe(false);
  postgres = await start();
  expect(postgres.url).toBe(url);
  expect(await query(postgres.url, 'SELECT value FROM kept')).toEqual([42]);
});

test('a remembered port that is taken is given up for another', async () => {
  await postgres.stop();
  const other = createServer();
  other.listen(Number(readFileSync(join(dataDir, 'port'), 'utf8')), '127.0.0.1');
  await once(other, 'listening');
  const before = new URL(postgres.tcpUrl).port;
  postgres = await start();
  other.close();
  expect(new URL(postgres.tcpUrl).port).not.toBe(before);
  expect(await query(postgres.tcpUrl, 'SELECT value FROM kept')).toEqual([42]);
});

test('a data folder with a path too long for a socket still gets one', async () => {
  const far = await startPostgres({ dataDir: join(folder, 'x'.repeat(90)), database: 'app' });
  expect(await query(far.url, 'SELECT inet_server_addr() IS NULL')).toEqual([true]);
  await far.stop('immediate');
});
