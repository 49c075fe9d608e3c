import Type from 'typebox';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { startTestServer } from '../../../test/support/server.ts';
import { route } from '../../platform/routes.ts';
import { Input } from '../../platform/schemas.ts';

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

test('a server that stays knows at its start that a schema cannot be compiled', async () => {
  const env = { NODE_ENV: 'development' };
  const start = startTestServer(database.url, { extraRoutes: [impossible], env });
  await expect(start).rejects.toThrow('no input check is called no such check');
});

test('a server of a test compiles what it is asked for, and refuses what it cannot', async () => {
  const server = await startTestServer(database.url, { extraRoutes: [impossible] });
  try {
    const asked = await server.request('POST', '/test/impossible', { name: 'Ada' });
    expect(asked).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect((await server.request('GET', '/v1/plans')).status).toBe(200);
  } finally {
    await server.close();
  }
});
