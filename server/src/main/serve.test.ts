import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { createTestDatabase, useTestDatabase } from '../../test/support/database.ts';
import { startTestServer } from '../../test/support/server.ts';
import { bareEnvironment } from '../../../tools/vitest/bare-environment.ts';
import { ConfigError, readConfig } from './config.ts';
import { serve } from './serve.ts';

const database = useTestDatabase();
const started: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'serve-'));

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Launched {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** The first line of the log with this message. */
  readonly logged: (message: string) => Promise<Record<string, unknown>>;
  readonly stderr: () => string;
  readonly ended: Promise<[code: number | null, signal: string | null]>;
}

function launch(file: string, env: NodeJS.ProcessEnv): Launched {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: {
      ...bareEnvironment(),
      PORT: '0',
      // What a process in development keeps beside its database is of that database alone.
      DATA_DIR: mkdtempSync(join(folder, 'data-')),
      DATABASE_URL: database.url,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const lines: string[] = [];
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const find = (message: string) =>
    lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line['message'] === message);
  return {
    child,
    lines,
    stderr: () => stderr,
    ended: once(child, 'close') as Launched['ended'],
    async logged(message) {
      for (;;) {
        const found = find(message);
        if (found !== undefined) return found;
        await Promise.race([once(reader, 'line'), once(reader, 'close')]);
        if (child.exitCode !== null && find(message) === undefined) {
          throw new Error(`ended without "${message}": ${stderr}${lines.join('\n')}`);
        }
      }
    },
  };
}

test('as a process it serves until a signal, drains, and ends with 0', async () => {
  const { child, logged, ended } = launch('serve.ts', {});
  const { url } = await logged('serving');
  expect((await fetch(`${String(url)}/readyz`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await logged('stopped');
});

test('a signal during the start drains too', async () => {
  const fresh = await createTestDatabase();
  try {
    const { child, logged, ended } = launch('serve.ts', { DATABASE_URL: fresh.url });
    await logged('loaded the first catalogue');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await logged('stopped');
  } finally {
    await fresh.drop();
  }
});

test('a worker is a process of its own', async () => {
  const { child, logged, ended } = launch('worker.ts', { ROLE: 'api' });
  expect(await logged('serving')).toMatchObject({ role: 'worker' });
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});

test('a configuration that cannot be used ends it with every fault named', async () => {
  const { ended, stderr } = launch('serve.ts', { NODE_ENV: 'production', DATABASE_URL: '' });
  expect(await ended).toEqual([1, null]);
  expect(stderr()).toContain('DATABASE_URL is missing');
  expect(stderr()).toContain('API_SECRET_KEY is missing');
});

test('without a database there is nothing to serve', async () => {
  await expect(serve(readConfig({}))).rejects.toBeInstanceOf(ConfigError);
  const url = 'postgres://127.0.0.1:1/none';
  await expect(serve(readConfig({ DATABASE_URL: url, LOG_LEVEL: 'silent' }))).rejects.toMatchObject(
    {
      code: 'database_unavailable',
    },
  );
});

test('a start that fails half way leaves nothing open', async () => {
  const first = await startTestServer(database.url);
  const port = new URL(first.url).port;
  const second = startTestServer(database.url, { env: { PORT: port, ROLE: 'all' } });
  await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
  const third = await startTestServer(database.url, { env: { PORT: port } });
  expect((await third.request('GET', '/readyz')).status).toBe(200);
  await third.close();
});

test('several processes may start on a new database at the same time', async () => {
  const fresh = await createTestDatabase();
  try {
    const env = { DATABASE_SCHEMA: 'elsewhere', ROLE: 'all' };
    const servers = await Promise.all(
      Array.from({ length: 3 }, () => startTestServer(fresh.url, { env })),
    );
    for (const server of servers) {
      expect((await server.request('GET', '/readyz')).status).toBe(200);
    }
    const plans = await servers[0]!.request<{ data: unknown[] }>('GET', '/v1/plans');
    expect(plans.body.data).toHaveLength(4);
    await Promise.all(servers.map((server) => server.close()));
  } finally {
    await fresh.drop();
  }
});
