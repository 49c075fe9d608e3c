import Type from 'typebox';
import { expect, test } from 'vitest';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff, staffHeaders, type SignedInStaff } from '../../../test/support/staff.ts';
import { route, staffActor, staffOf, TextFile } from '../../platform/routes.ts';
import { openRows } from './staff-calls.fixture.ts';

const shared = { tag: 'Test', scope: 'staff', permission: 'staff.write' } as const;
const look = route({
  ...shared,
  method: 'GET',
  path: '/admin/v1/test',
  summary: 'Who asks',
  response: Type.Object({ role: Type.String(), actor: Type.String(), address: Type.String() }),
  handler(request) {
    const { id, address } = staffActor(request);
    return Promise.resolve({ role: staffOf(request).role, actor: id, address });
  },
});
const change = route({ ...look, method: 'POST' });
const careful = route({
  ...change,
  ...shared,
  path: '/admin/v1/test/careful',
  needsFreshSignIn: true,
});
const file = route({
  ...shared,
  method: 'GET',
  path: '/admin/v1/test.csv',
  summary: 'A file',
  contentType: 'text/csv; charset=utf-8',
  response: TextFile,
  handler() {
    async function* lines(): AsyncGenerator<string> {
      yield await Promise.resolve('a,b\r\n');
      yield await Promise.resolve('1,2\r\n');
    }
    return Promise.resolve(lines());
  },
});
/** A table that is longer than anybody waits for. */
const endless = route({
  ...shared,
  method: 'GET',
  path: '/admin/v1/test-endless.csv',
  summary: 'A file without an end',
  contentType: 'text/csv; charset=utf-8',
  response: TextFile,
  handler() {
    async function* lines(): AsyncGenerator<string> {
      for (;;) {
        yield 'a,b\r\n';
        // Others have their turns between the lines.
        await new Promise<void>((resolve) => {
          setImmediate(resolve);
        });
      }
    }
    return Promise.resolve(lines());
  },
});

const server = useTestServer({ extraRoutes: [look, change, careful, file, endless] });

type Asked = Parameters<typeof server.request>[3];
const ask = (method: string, options: Asked) =>
  server.request(method, '/admin/v1/test', undefined, options);

test('a member with the permission is let in, and known by id and address', async () => {
  const owner = await signInStaff(server, 'owner');
  expect(await ask('GET', owner)).toMatchObject({
    status: 200,
    body: { role: 'owner', actor: String(owner.staffId), address: '127.0.0.1' },
  });
  expect(await ask('POST', owner)).toMatchObject({ status: 200 });
});

test('nobody is let in without a session, whatever else they show', async () => {
  const refused = { status: 401, body: { code: 'staff_session_missing' } };
  expect(await ask('GET', { secret: null })).toMatchObject(refused);
  expect(await ask('GET', {})).toMatchObject(refused);
  expect(await ask('GET', { secret: 'wfs_unknown' })).toMatchObject(refused);
  expect(await ask('GET', { secret: null, headers: staffHeaders('unknown') })).toMatchObject(
    refused,
  );
  const owner = await signInStaff(server, 'owner');
  expect(await ask('GET', { headers: owner.headers })).toMatchObject(refused);
});

test('a role without the permission is told which one it lacks', async () => {
  expect(await ask('GET', await signInStaff(server, 'admin'))).toMatchObject({
    status: 403,
    body: { code: 'permission_missing', permission: 'staff.write' },
  });
});

test('a change needs the token of its own session, and the portal to ask', async () => {
  const owner = await signInStaff(server, 'owner');
  const other = await signInStaff(server, 'owner');
  const { 'x-csrf-token': own, ...bare } = owner.headers;
  const withToken = (token: string) => ({
    secret: null,
    headers: { ...bare, 'x-csrf-token': token },
  });
  const refused = { status: 403, body: { code: 'csrf_token_missing' } };
  expect(await ask('POST', { secret: null, headers: bare })).toMatchObject(refused);
  expect(await ask('POST', withToken(other.headers['x-csrf-token'] ?? ''))).toMatchObject(refused);
  expect(await ask('POST', withToken(own ?? ''))).toMatchObject({ status: 200 });
  const elsewhere = { ...owner.headers, 'sec-fetch-site': 'cross-site' };
  expect(await ask('POST', { secret: null, headers: elsewhere })).toMatchObject({
    status: 403,
    body: { code: 'origin_foreign' },
  });
});

test('what is sensitive needs a proof of identity of the last 15 minutes', async () => {
  const owner = await signInStaff(server, 'owner');
  const dare = () => server.request('POST', careful.path, undefined, owner);
  expect(await dare()).toMatchObject({ status: 200 });
  server.clock.advanceBy(15 * 60_000);
  expect(await dare()).toMatchObject({ status: 403, body: { code: 'sign_in_again' } });
  expect(await ask('POST', owner)).toMatchObject({ status: 200 });
});

test('a session ends when it has been idle for 12 hours', async () => {
  const owner = await signInStaff(server, 'owner');
  server.clock.advanceBy(12 * 3_600_000 - 1);
  expect(await ask('GET', owner)).toMatchObject({ status: 200 });
  server.clock.advanceBy(12 * 3_600_000);
  expect(await ask('GET', owner)).toMatchObject({ status: 401 });
});

test('a file is sent in the pieces in which it is made, and kept by nobody', async () => {
  const owner = await signInStaff(server, 'owner');
  const answer = await server.request('GET', file.path, undefined, owner);
  expect(answer).toMatchObject({ status: 200, body: 'a,b\r\n1,2\r\n' });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('a file that is on its way is cut off when the session or the permission ends', async () => {
  const leaving = await signInStaff(server, 'owner');
  const demoted = await signInStaff(server, 'owner');
  const readAll = async ({ headers }: SignedInStaff, onFirst: () => Promise<unknown>) => {
    const answer = await fetch(`${server.url}${endless.path}`, { headers });
    expect(answer.status).toBe(200);
    const reader = answer.body!.getReader();
    await reader.read();
    await onFirst();
    while (!(await reader.read()).done);
  };
  const leave = () => server.request('DELETE', '/admin/v1/session', undefined, leaving);
  await expect(readAll(leaving, leave)).rejects.toThrow('terminated');
  const rows = openRows(server.databaseUrl);
  try {
    const demote = () =>
      rows.sql
        .updateTable('staff')
        .set({ role: 'admin' })
        .where('id', '=', demoted.staffId)
        .execute();
    await expect(readAll(demoted, demote)).rejects.toThrow('terminated');
  } finally {
    await rows.close();
  }
});

test('the document says what a route of staff needs', async () => {
  const { body } = await server.request<{
    paths: Record<string, Record<string, { security: unknown; description: string }>>;
  }>('GET', '/openapi.json');
  expect(body.paths['/admin/v1/test']?.['get']).toMatchObject({
    security: [{ staff_cookie: [] }, { staff_token: [] }],
    description: 'Needs the permission `staff.write`.',
  });
  expect(body.paths['/admin/v1/test/careful']?.['post']?.security).toEqual([{ staff_cookie: [] }]);
});
