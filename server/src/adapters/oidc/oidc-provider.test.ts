import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type StartedTestServer } from '../../../test/support/server.ts';
import { signInStaff } from '../../../test/support/staff.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { startIssuer, type Issuer } from './issuer.fixture.ts';

const database = useTestDatabase();
let issuer: Issuer;
let server: StartedTestServer;

beforeAll(async () => {
  issuer = await startIssuer();
  server = await startTestServer(database.url, {
    env: {
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: issuer.clientId,
      OIDC_CLIENT_SECRET: issuer.clientSecret,
      OIDC_NAME: 'Example',
    },
  });
  issuer.letComeBackTo(`${server.url}/admin/oidc/callback`);
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});

const cookieOf = (response: Response, name: string): string | undefined =>
  response.headers
    .getSetCookie()
    .map((text) => text.split(';')[0] ?? '')
    .find((text) => text.startsWith(`${name}=`) && !text.endsWith('='));

/** Goes to the issuer, signs in there as somebody, and comes back. */
async function comeBackAs(account: string): Promise<{ url: string; cookie: string }> {
  const start = await fetch(`${server.url}/admin/oidc/start`, { redirect: 'manual' });
  expect(start.status).toBe(303);
  const cookie = cookieOf(start, '__Host-wf_staff_oidc') ?? '';
  const url = await issuer.signIn(start.headers.get('location') ?? '', account);
  return { url, cookie };
}

const bring = (url: string, cookie: string) =>
  fetch(url, { redirect: 'manual', headers: { cookie } });

async function enter(account: string): Promise<{ location: string | null; session?: string }> {
  const { url, cookie } = await comeBackAs(account);
  const answer = await bring(url, cookie);
  const session = cookieOf(answer, '__Host-wf_staff');
  return { location: answer.headers.get('location'), ...(session && { session }) };
}

const who = (cookie: string) =>
  server.request('GET', '/admin/v1/session', undefined, { secret: null, headers: { cookie } });

const refused = { location: '/admin/sign-in?error=not_vouched_for' };

test('the portal offers it', async () => {
  expect(await server.request('GET', '/admin/v1/sign-in-methods')).toMatchObject({
    body: { password: true, oidc: { name: 'Example', start_url: '/admin/oidc/start' } },
  });
});

test('a member comes in by a verified address, and then by the identity it was', async () => {
  const member = await signInStaff(server, 'support');
  issuer.knows('one', { email: member.email.toUpperCase(), email_verified: true, name: 'One' });
  const first = await enter('one');
  expect(first.location).toBe('/admin');
  expect(await who(first.session ?? '')).toMatchObject({
    body: { staff: { id: member.staffId, role: 'support' } },
  });
  issuer.knows('one', { email: 'moved@example.com', email_verified: true, name: 'One' });
  expect(await who((await enter('one')).session ?? '')).toMatchObject({
    body: { staff: { id: member.staffId } },
  });
  issuer.knows('two', { email: member.email, email_verified: true, name: 'Two' });
  expect(await enter('two')).toEqual(refused);
});

test('an address that nobody has verified, or that is of no member, lets nobody in', async () => {
  const member = await signInStaff(server, 'owner');
  issuer.knows('three', { email: member.email, email_verified: false, name: 'Three' });
  expect(await enter('three')).toEqual(refused);
  issuer.knows('four', { email: 'stranger@example.com', email_verified: true, name: 'Four' });
  expect(await enter('four')).toEqual(refused);
});

test('whoever is invited joins by it', async () => {
  const owner = await signInStaff(server, 'owner');
  const invitation = { email: 'five@example.com', role: 'analyst' };
  await server.request('POST', '/admin/v1/invitations', invitation, owner);
  issuer.knows('five', { email: 'five@example.com', email_verified: true, name: 'Five' });
  const { session } = await enter('five');
  expect(await who(session ?? '')).toMatchObject({
    body: { staff: { name: 'Five', role: 'analyst' } },
  });
});

test('what one browser has begun, no other ends, and nobody twice', async () => {
  const member = await signInStaff(server, 'admin');
  issuer.knows('six', { email: member.email, email_verified: true, name: 'Six' });
  const { url, cookie } = await comeBackAs('six');
  const elsewhere = await comeBackAs('six');
  const outcomeOf = async (shown: string) => (await bring(url, shown)).headers.get('location');
  expect(await outcomeOf(elsewhere.cookie)).toBe(refused.location);
  expect(await outcomeOf('')).toBe(refused.location);
  expect(await outcomeOf(cookie)).toBe('/admin');
  expect(await outcomeOf(cookie)).toBe(refused.location);
});

test('an answer to another request is not believed', async () => {
  const member = await signInStaff(server, 'admin');
  issuer.knows('seven', { email: member.email, email_verified: true, name: 'Seven' });
  const mine = await comeBackAs('seven');
  const theirs = new URL((await comeBackAs('seven')).url);
  const mixed = new URL(mine.url);
  mixed.searchParams.set('code', theirs.searchParams.get('code') ?? '');
  const answer = await bring(mixed.href, mine.cookie);
  expect(answer.headers.get('location')).toBe(refused.location);
});

test('a member who was shut out is not let in by another system either', async () => {
  const owner = await signInStaff(server, 'owner');
  const member = await signInStaff(server, 'admin');
  issuer.knows('eight', { email: member.email, email_verified: true, name: 'Eight' });
  expect((await enter('eight')).location).toBe('/admin');
  const leaving = `/admin/v1/staff/${member.staffId}?version=1&reason=Has left us`;
  expect((await server.request('DELETE', leaving, undefined, owner)).status).toBe(200);
  expect(await enter('eight')).toEqual(refused);
});
