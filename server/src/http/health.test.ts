import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDatabaseProxy, type DatabaseProxy } from '../../test/support/database-proxy.ts';
import { useTestDatabase } from '../../test/support/database.ts';
import { eventually } from '../../test/support/eventually.ts';
import { startTestServer, type StartedTestServer } from '../../test/support/server.ts';

const database = useTestDatabase();
let proxy: DatabaseProxy;
let server: StartedTestServer;

beforeAll(async () => {
  proxy = await startDatabaseProxy(database.url);
  server = await startTestServer(proxy.url);
});

afterAll(async () => {
  await server.close();
  await proxy.close();
});

const get = (path: string, secret: string | null = null) =>
  server.request<Record<string, unknown>>('GET', path, undefined, { secret });

test('a process with all its parts is alive and ready', async () => {
  expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await get('/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ready', checks: ['database', 'migrations'] },
  });
});

test('a worker has its health and its metrics, and no API', async () => {
  const worker = await startTestServer(database.url, { env: { ROLE: 'worker' } });
  try {
    const ready = await worker.request('GET', '/readyz');
    expect(ready.body).toEqual({ status: 'ready', checks: ['database', 'migrations', 'worker'] });
    expect((await worker.request('GET', '/metrics')).status).toBe(200);
    expect((await worker.request('GET', '/v1/plans')).status).toBe(404);
  } finally {
    await worker.close();
  }
});

test('without the database it lives, is not ready, and comes back by itself', async () => {
  await proxy.cut();

  expect((await get('/healthz')).status).toBe(200);
  const unready = await get('/readyz');
  expect(unready).toMatchObject({
    status: 503,
    body: { code: 'not_ready', failing: { database: 'does not answer' } },
  });
  expect(unready.headers.get('retry-after')).toBe('1');

  // What is kept in memory may answer for less than a second; then no key can be known any more.
  const refused = await eventually(async () => {
    const answer = await get('/v1/features', server.secretKey);
    return answer.status === 503 ? answer : undefined;
  });
  expect(refused.body).toMatchObject({ code: 'database_unavailable' });
  expect(refused.headers.get('retry-after')).toBe('1');

  await proxy.restore();
  await eventually(async () => (await get('/readyz')).status === 200 || undefined);
  expect((await get('/v1/features', server.secretKey)).status).toBe(200);
});
