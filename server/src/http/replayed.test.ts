import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { AppError } from '../platform/errors.ts';
import { route, type Route } from '../platform/routes.ts';
import { Input } from '../platform/schemas.ts';
import { useTestServer } from '../../test/support/server.ts';
import { signInStaff } from '../../test/support/staff.ts';
import { openRows } from './gate/staff-calls.fixture.ts';

/** A purchase that counts how often it happens, and waits until it is let go. */
const shop = { sold: 0, gate: Promise.resolve(), fails: false };

const buy: Route = route({
  method: 'POST',
  path: '/test/buy',
  summary: 'Sells something',
  tag: 'Test',
  scope: 'billing',
  body: Input({ what: Type.String() }),
  response: Type.Object({ number: Type.Integer(), what: Type.String() }),
  replaysAnswers: true,
  async handler({ body }) {
    await shop.gate;
    if (shop.fails) throw new AppError({ code: 'sold_out', kind: 'conflict' }, { message: 'No.' });
    shop.sold += 1;
    return { number: shop.sold, what: body.what };
  },
});

/** A deed of staff, which says nothing of keys. */
const give: Route = route({
  method: 'POST',
  path: '/admin/v1/test/give',
  summary: 'Gives something',
  tag: 'Test',
  scope: 'staff',
  permission: 'users.write',
  body: Input({ what: Type.String() }),
  response: Type.Object({ number: Type.Integer(), what: Type.String() }),
  handler({ body }) {
    shop.sold += 1;
    return Promise.resolve({ number: shop.sold, what: body.what });
  },
});

const server = useTestServer({ extraRoutes: [buy, give] });

const ask = (what: string, key?: string) =>
  server.request(
    'POST',
    '/test/buy',
    { what },
    key === undefined ? {} : { headers: { 'idempotency-key': key } },
  );

test('a repeated request is done once and answered the same', async () => {
  const key = randomUUID();
  const first = await ask('a book', key);
  expect(first).toMatchObject({ status: 200, body: { what: 'a book' } });
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  const again = await ask('a book', key);
  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
});

test('what staff do is done once under a key, and a role is told nothing of another', async () => {
  const owner = await signInStaff(server, 'owner');
  const made = await server.request<{ token: string; id: number }>(
    'POST',
    '/admin/v1/tokens',
    { name: 'nightly', role: 'support', expires_in_days: 1 },
    { ...owner, headers: { ...owner.headers, 'idempotency-key': 'k-1' } },
  );
  const doIt = (options: { secret?: string | null; headers?: Record<string, string> }) => {
    const headers = { ...options.headers, 'idempotency-key': 'k-1' };
    return server.request('POST', give.path, { what: 'a boost' }, { ...options, headers });
  };
  const first = await doIt(owner);
  expect(first.status).toBe(200);
  expect(await doIt(owner)).toMatchObject({ status: 200, body: first.body });
  const byToken = await doIt({ secret: made.body.token });
  expect(byToken.status).toBe(200);
  expect(byToken.body).not.toEqual(first.body);
});

test('no row keeps a secret that was made under a key', async () => {
  const { headers, secret: none } = await signInStaff(server, 'owner');
  const options = { secret: none, headers: { ...headers, 'idempotency-key': 'k-2' } };
  const key = { name: 'An app', scopes: ['usage'], reason: 'for the app' };
  const token = { name: 'nightly', role: 'support', expires_in_days: 1 };
  const made = await Promise.all([
    server.request<{ secret: string }>('POST', '/admin/v1/keys', key, options),
    server.request<{ token: string }>('POST', '/admin/v1/tokens', token, options),
  ]);
  const [secret, forScripts] = [made[0].body.secret, made[1].body.token];
  expect([secret, forScripts].every((text) => text.length > 20)).toBe(true);
  const rows = openRows(server.databaseUrl);
  const kept = await rows.sql.selectFrom('idempotent_answers').select(['answer']).execute();
  await rows.close();
  expect(kept.length).toBeGreaterThan(0);
  for (const text of [secret, forScripts]) expect(JSON.stringify(kept)).not.toContain(text);
});

test('without a key every request is one of its own', async () => {
  const before = shop.sold;
  await ask('a pen');
  await ask('a pen');
  expect(shop.sold).toBe(before + 2);
});

test('another request under the same key is refused', async () => {
  const key = randomUUID();
  await ask('a book', key);
  expect(await ask('a pen', key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_key_reused' },
  });
});

test('while one is under way the others are told so, and afterwards get its answer', async () => {
  const key = randomUUID();
  const open = Promise.withResolvers<void>();
  const before = shop.sold;
  shop.gate = open.promise;
  const asked = Array.from({ length: 8 }, () => ask('a lamp', key));
  const [early] = await Promise.race(asked.map(async (each) => [await each]));
  expect(early).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } });
  expect(early?.headers.get('retry-after')).toBe('1');
  open.resolve();
  // Who came late enough got the answer of the first.
  const done = (await Promise.all(asked)).filter(({ status }) => status === 200);
  expect(new Set(done.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(shop.sold).toBe(before + 1);
  expect(await ask('a lamp', key)).toMatchObject({ status: 200, body: { number: before + 1 } });
});

test('what failed may be asked again under the same key', async () => {
  const key = randomUUID();
  shop.fails = true;
  expect(await ask('a chair', key)).toMatchObject({ status: 409, body: { code: 'sold_out' } });
  shop.fails = false;
  expect(await ask('a chair', key)).toMatchObject({ status: 200, body: { what: 'a chair' } });
});

test.each([
  ['not ASCII', 'a\u00e9'],
  ['too long', 'x'.repeat(256)],
])('a key that is %s is refused', async (_why, key) => {
  expect(await ask('a book', key)).toMatchObject({
    status: 400,
    body: { code: 'invalid_request' },
  });
});
