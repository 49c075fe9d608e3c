import { expect, test } from 'vitest';
import { eventually } from '../../../server/test/support/eventually.ts';
import { useTestServer } from '../../../server/test/support/server.ts';
import { signInStaff } from '../../../server/test/support/staff.ts';
import { writeDeeds } from './write-deeds.ts';

const owner = { email: 'owner@example.com', password: 'a long password, kept' };
const env = { ROLE: 'all', ADMIN_EMAIL: owner.email, ADMIN_PASSWORD: owner.password };
const server = useTestServer({ env });

test('what staff of the company have done is done once, however often it is told', async () => {
  const admin = await signInStaff(server, 'admin');
  await server.request('PUT', '/v1/users/u-1', { email: 'u-1@example.com' });
  type Listed = { data: { version: number }[] };
  const { body: profile } = await server.request<{ version: number }>(
    'GET',
    '/admin/v1/users/u-1',
    undefined,
    admin,
  );
  const gift = { plan: 'business', version: profile.version, reason: 'for the test' };
  const given = await server.request('POST', '/admin/v1/users/u-1/gifts', gift, admin);
  expect(given.status).toBe(200);
  const countOf = async (path: string): Promise<number> => {
    const { body } = await server.request<Listed>('GET', `/admin/v1/${path}`, undefined, admin);
    return body.data.length;
  };
  await eventually(async () => (await countOf('users?plan=business')) === 1);
  const portal = { url: server.url, owner };
  expect(await writeDeeds(portal, '2026-11-23')).toBe(true);
  expect(await writeDeeds(portal, '2026-11-24')).toBe(true);
  expect(await countOf('invitations')).toBe(2);
  expect(await countOf('reconciliations')).toBe(1);
  expect(await countOf('bulk-deeds')).toBe(1);
  expect(await countOf('views?list=users')).toBe(2);
  const rules = await server.request('GET', '/admin/v1/pricing-rules', undefined, admin);
  expect(rules.body).toMatchObject({
    data: expect.arrayContaining([
      expect.objectContaining({
        key: 'autumn_offer',
        valid_from: '2027-11-21T00:00:00.000Z',
        state: 'scheduled',
      }),
    ]),
  });
});

test('an owner who signs in otherwise by now is left alone', async () => {
  const other = { ...owner, password: 'another long password' };
  expect(await writeDeeds({ url: server.url, owner: other }, '2026-11-23')).toBe(false);
});
