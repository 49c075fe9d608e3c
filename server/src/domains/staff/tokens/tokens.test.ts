import { expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer();

interface Made {
  readonly id: number;
  readonly token: string;
  readonly prefix: string;
}

const make = (by: SignedInStaff, role: string, days = 30) =>
  server.request<Made & { code: string }>(
    'POST',
    '/admin/v1/tokens',
    { name: 'A script', role, expires_in_days: days },
    by,
  );
const use = (token: string, path = '/admin/v1/staff') =>
  server.request('GET', path, undefined, { secret: token });

test('a token does what its role may, needs no cookie and no other token', async () => {
  const admin = await signInStaff(server, 'admin');
  const { status, body } = await make(admin, 'admin');
  expect(status).toBe(200);
  expect(body.token).toMatch(/^wfs_[0-9a-z]{40}$/);
  expect(body.token.startsWith(body.prefix)).toBe(true);
  expect(await use(body.token)).toMatchObject({ status: 200 });
  expect(await use(body.token, '/admin/v1/session')).toMatchObject({
    body: { csrf_token: null, staff: { id: admin.staffId, role: 'admin' } },
  });
  const listed = await server.request('GET', '/admin/v1/tokens', undefined, admin);
  expect(JSON.stringify(listed.body)).not.toContain(body.token);
  expect(listed.body).toMatchObject({ data: [{ id: body.id, prefix: body.prefix }] });
  const less = await make(admin, 'support');
  expect(await use(less.body.token)).toMatchObject({
    status: 403,
    body: { permission: 'staff.read' },
  });
});

test('nobody hands out more than they have, and a token makes no other', async () => {
  const support = await signInStaff(server, 'support');
  for (const role of ['owner', 'admin', 'finance']) {
    expect(await make(support, role)).toMatchObject({
      status: 403,
      body: { code: 'role_too_high' },
    });
  }
  const { body } = await make(support, 'support');
  const again = { name: 'Another', role: 'support', expires_in_days: 1 };
  expect(
    await server.request('POST', '/admin/v1/tokens', again, { secret: body.token }),
  ).toMatchObject({ status: 403, body: { code: 'sign_in_again' } });
});

test('a token ends by its maker, by its day, and with what its maker may', async () => {
  const owner = await signInStaff(server, 'owner');
  const admin = await signInStaff(server, 'admin');
  const refused = { status: 401, body: { code: 'staff_session_missing' } };
  const [revoked, kept, lesser] = [
    await make(admin, 'admin'),
    await make(admin, 'admin', 1),
    await make(admin, 'support', 1),
  ];
  const path = `/admin/v1/tokens/${revoked.body.id}`;
  const stranger = await server.request('DELETE', path, undefined, owner);
  expect(stranger).toMatchObject({ status: 404, body: { code: 'token_unknown' } });
  expect(await server.request('DELETE', path, undefined, admin)).toMatchObject({ status: 200 });
  expect(await use(revoked.body.token)).toMatchObject(refused);

  const demoted = { role: 'support', version: 1, reason: 'As agreed' };
  await server.request('PATCH', `/admin/v1/staff/${admin.staffId}`, demoted, owner);
  expect(await use(kept.body.token)).toMatchObject(refused);
  expect(await use(lesser.body.token, '/admin/v1/roles')).toMatchObject({ status: 200 });
  server.clock.advanceBy(86_400_000);
  expect(await use(lesser.body.token, '/admin/v1/roles')).toMatchObject(refused);
});
