import Fastify from 'fastify';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { startTestServer } from '../../../test/support/server.ts';
import { route, type Route } from '../../platform/routes.ts';
import { Input } from '../../platform/schemas.ts';
import { allRoutes, openRows } from '../gate/staff-calls.fixture.ts';
import { operationOf } from '../operation.ts';
import { ajvOptions } from './validation.ts';

const database = useTestDatabase();

/** It names a check that does not exist, so no validator can be made of its body. */
const impossible = route({
  method: 'POST',
  path: '/test/impossible',
  summary: 'Takes what nobody can check',
  tag: 'Test',
  scope: 'public',
  body: Input({ name: Type.String({ 'x-check': 'no such check' }) }),
  response: Type.Object({ ok: Type.Boolean() }),
  handler: () => Promise.resolve({ ok: true }),
});

/** As a server would that compiled everything at its start. */
async function compileAll(routes: readonly Route[]): Promise<void> {
  const server = Fastify({ ajv: ajvOptions });
  for (const each of routes) {
    const url = each.path.replaceAll(/\{([a-z_]+)\}/g, ':$1');
    server.route({ method: each.method, url, schema: operationOf(each), handler: () => ({}) });
  }
  await server.ready();
}

test('every schema of every route can be compiled', async () => {
  const rows = openRows(database.url);
  const routes = allRoutes(rows, database.url);
  await rows.close();
  expect(routes.length).toBeGreaterThan(100);
  await compileAll(routes);
  await expect(compileAll([impossible])).rejects.toThrow('no input check is called no such check');
});

test('a server compiles what it is asked for, and refuses what it cannot', async () => {
  const server = await startTestServer(database.url, { extraRoutes: [impossible] });
  try {
    const asked = await server.request('POST', '/test/impossible', { name: 'Ada' });
    expect(asked).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect((await server.request('GET', '/v1/plans')).status).toBe(200);
  } finally {
    await server.close();
  }
});
