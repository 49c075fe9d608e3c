import { spawnSync } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { useTestDatabase } from '../server/test/support/database.ts';
import { isAlive, query, useTestFolder } from './postgres/test/holder.ts';
import { addressesOf, end, spawnStart, waitUntilGone } from './start/test/started.ts';
import { bareEnvironment } from './vitest/bare-environment.ts';

const folder = useTestFolder();
const dataDir = join(folder, 'data');
const postgresDir = join(dataDir, 'postgres');
const anyPorts = { PORT: '0', STRIPE_SANDBOX_PORT: '0' };
const embedded = { DATA_DIR: dataDir, ...anyPorts };
const ownDatabase = useTestDatabase();
const CLI = fileURLToPath(new URL('../server/src/main/cli.ts', import.meta.url));

function postmasterPid(): number {
  return Number(
    readFileSync(join(postgresDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
}

/** A command of the operator's, typed beside the system without naming a database. */
function cli(...args: string[]) {
  return spawnSync(process.execPath, [CLI, ...args], {
    env: { ...bareEnvironment(), DATA_DIR: dataDir },
    encoding: 'utf8',
  });
}

/** What the sandbox answers to a request of Stripe's API. */
async function stripe(url: string, path: string, form?: Record<string, string>) {
  const response = await fetch(`${url}/v1/${path}`, {
    headers: { Authorization: 'Bearer sk_test_start' },
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  return (await response.json()) as { readonly id: string; readonly email: string };
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok;
}

test('a first start makes a database and a secret key, and serves', async () => {
  const started = spawnStart(embedded);
  const { url, secretKey, databaseUrl } = await addressesOf(started);
  expect(await isReady(url)).toBe(true);
  const keyFile = join(dataDir, 'secret-key');
  expect(readFileSync(keyFile, 'utf8').trim()).toBe(secretKey);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  await query(databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS value');

  const second = spawnStart(embedded);
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`${dataDir} is in use`);
  expect(second.output()).toContain(`pid ${started.process.pid}`);
  expect(await isReady(url)).toBe(true);

  const postmaster = postmasterPid();
  started.process.kill('SIGINT');
  expect(await started.ended, started.output()).toBe(0);
  expect(isAlive(postmaster)).toBe(false);
});

test('a second start has the same data and key, and commands find it while it runs', async () => {
  const started = spawnStart(embedded);
  const { url, secretKey, databaseUrl } = await addressesOf(started);
  expect(await isReady(url)).toBe(true);
  expect(readFileSync(join(dataDir, 'secret-key'), 'utf8').trim()).toBe(secretKey);
  expect(await query(databaseUrl, 'SELECT value FROM kept')).toEqual([42]);
  expect(statSync(join(dataDir, 'database-url')).mode & 0o777).toBe(0o600);
  const listed = cli('keys', 'list');
  expect(listed).toMatchObject({ status: 0, stderr: '' });
  expect(listed.stdout).toContain(secretKey.slice(0, 12));
  await end(started.process, 'SIGTERM');
  expect(() => statSync(join(dataDir, 'database-url'))).toThrow('ENOENT');
  const refused = cli('keys', 'list');
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toContain(`no \`npm start\` runs on ${dataDir}`);
});

test('after kill -9 of the whole tree, the next start recovers by itself', async () => {
  const killed = spawnStart(embedded);
  const { databaseUrl, stripeUrl } = await addressesOf(killed);
  await query(databaseUrl, 'UPDATE kept SET value = 43');
  const { id } = await stripe(stripeUrl, 'customers', { email: 'kept@example.com' });
  const postmaster = postmasterPid();
  await end(killed.process, 'SIGKILL');
  process.kill(postmaster, 'SIGKILL');
  await waitUntilGone(postmaster);

  const started = spawnStart(embedded);
  const recovered = await addressesOf(started);
  expect(await isReady(recovered.url)).toBe(true);
  expect(await query(recovered.databaseUrl, 'SELECT value FROM kept')).toEqual([43]);
  const customer = await stripe(recovered.stripeUrl, `customers/${id}`);
  expect(customer.email).toBe('kept@example.com');
  await end(started.process, 'SIGTERM');
});

test('a stop while it starts leaves no Postgres behind', async () => {
  const started = spawnStart(embedded);
  await once(started.process.stdout!, 'data');
  started.process.kill('SIGTERM');
  expect(await started.ended, started.output()).toBe(0);
  expect(() => postmasterPid()).toThrow('ENOENT');
});

test('a second signal does not wait for requests, and still stops Postgres', async () => {
  const started = spawnStart(embedded);
  const { url } = await addressesOf(started);
  const postmaster = postmasterPid();
  const unfinished = connect(Number(new URL(url).port), '127.0.0.1');
  unfinished.on('error', () => undefined);
  // In one packet, so that with the first answer the second request is known to be under way.
  unfinished.write(
    'GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n' +
      'POST /v1/check HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n{',
  );
  await once(unfinished, 'data');
  // Each press of the key is one more signal; the first ones are too close to each other to count.
  await vi.waitUntil(() => !started.process.kill('SIGINT'), { timeout: 20_000 });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('Not waiting any longer');
  await waitUntilGone(postmaster);
  unfinished.destroy();
});

test('a port that is taken is named, and Postgres does not stay', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  for (const name of ['PORT', 'STRIPE_SANDBOX_PORT']) {
    const started = spawnStart({ ...embedded, [name]: String(port) });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`\n${name}: 127.0.0.1:${port} is taken`);
    expect(() => postmasterPid()).toThrow('ENOENT');
  }
  other.close();
});

test('with DATABASE_URL it starts none, fills it with the demo, and stops in order', async () => {
  const own = join(folder, 'demo');
  const { url: database } = ownDatabase;
  const started = spawnStart({ DATA_DIR: own, ...anyPorts, DATABASE_URL: database, DEMO: 'on' });
  const { url } = await addressesOf(started);
  expect(await isReady(url)).toBe(true);
  await vi.waitUntil(
    async () => (await query(database, 'SELECT id FROM billing.users')).length > 0,
    { timeout: 150_000, interval: 50 },
  );
  await end(started.process, 'SIGTERM');
  expect(started.output()).not.toContain('Starting Postgres');
  expect(started.output()).toContain('Stopping the demo company');
  expect(started.process.exitCode, started.output()).toBe(0);
  expect(readFileSync(join(own, 'demo.json'), 'utf8')).toContain('"isComplete": false');
});

test('a database that cannot be reached, or refuses, is named without its password', async () => {
  const own = join(folder, 'unreached');
  const unreachable = 'postgresql://somebody:very-secret@127.0.0.1:1/nothing';
  const started = spawnStart({ DATA_DIR: own, ...anyPorts, DATABASE_URL: unreachable });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('DATABASE_URL names 127.0.0.1:1/nothing');
  expect(started.output()).toContain('ECONNREFUSED');
  expect(started.output()).not.toContain('very-secret');
});

test('production names all that is missing, and starts nothing of its own', async () => {
  const own = join(folder, 'production');
  const started = spawnStart({ NODE_ENV: 'production', DATA_DIR: own });
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('DATABASE_URL');
  expect(started.output()).toContain('API_SECRET_KEY');
  expect(() => statSync(own)).toThrow('ENOENT');
});
