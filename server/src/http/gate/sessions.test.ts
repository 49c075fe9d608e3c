import Type from 'typebox';
import { beforeAll, expect, test } from 'vitest';
import { route } from '../../platform/routes.ts';
import { useTestServer } from '../../../test/support/server.ts';

const whoami = route({
  method: 'GET',
  path: '/account/api/test',
  summary: 'Who the page belongs to',
  tag: 'Test',
  scope: 'session',
  response: Type.Object({ user: Type.String() }),
  handler: ({ session }) => Promise.resolve({ user: session?.user ?? '' }),
});
const change = route({ ...whoami, method: 'POST', path: '/account/api/test-change' });

const server = useTestServer({ extraRoutes: [whoami, change] });

beforeAll(async () => {
  await server.request('PUT', '/v1/users/u-1', { email: 'u-1@example.com' });
});

async function linkFor(user: string): Promise<string> {
  const body = { user, return_url: 'http://127.0.0.1:4000/back' };
  const answer = await server.request<{ url: string }>('POST', '/v1/account-links', body);
  expect(answer.status).toBe(200);
  return answer.body.url;
}

async function enter(url: string): Promise<{ location: string; cookie: string }> {
  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  const location = answer.headers.get('location') ?? '';
  return { location, cookie: answer.headers.get('set-cookie') ?? '' };
}

const as = (cookie: string, headers: Record<string, string> = {}) => ({
  secret: null,
  headers: { cookie: cookie.split(';')[0] ?? '', ...headers },
});

test('a link from the app becomes a cookie that scripts and other sites cannot use', async () => {
  const url = await linkFor('u-1');
  expect(url).toContain(`${server.url}/account/enter?token=`);
  const { location, cookie } = await enter(url);
  expect(location).toBe('/account');
  expect(cookie).toMatch(
    /^wf_session=\w{40}; Path=\/account; Max-Age=43200; HttpOnly; SameSite=Lax$/,
  );
  const answer = await server.request('GET', '/account/api/test', undefined, as(cookie));
  expect(answer).toMatchObject({ status: 200, body: { user: 'u-1' } });
});

test('a link is good once', async () => {
  const url = await linkFor('u-1');
  await enter(url);
  expect(await enter(url)).toEqual({ location: '/account?expired=1', cookie: '' });
  expect(await enter(`${server.url}/account/enter`)).toMatchObject({ cookie: '' });
});

test('who has no session, or one that was left, is 401', async () => {
  const { cookie } = await enter(await linkFor('u-1'));
  const left = await fetch(`${server.url}/account/leave`, {
    redirect: 'manual',
    headers: { cookie: cookie.split(';')[0] ?? '' },
  });
  expect(left.headers.get('location')).toBe('http://127.0.0.1:4000/back');
  for (const secret of [cookie, 'wf_session=', 'wf_session=nobody', 'other=1']) {
    const answer = await server.request('GET', '/account/api/test', undefined, as(secret));
    expect(answer).toMatchObject({ status: 401, body: { code: 'session_missing' } });
  }
});

test('another site can change nothing with the cookie', async () => {
  const { cookie } = await enter(await linkFor('u-1'));
  const post = async (headers: Record<string, string>): Promise<number> =>
    (await server.request('POST', '/account/api/test-change', undefined, as(cookie, headers)))
      .status;
  expect(await post({ 'sec-fetch-site': 'same-origin' })).toBe(200);
  expect(await post({ origin: server.url })).toBe(200);
  expect(await post({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await post({ 'sec-fetch-site': 'same-site' })).toBe(403);
  expect(await post({ 'sec-fetch-site': 'none' })).toBe(403);
  expect(await post({ origin: 'https://evil.example' })).toBe(403);
  expect(await post({ origin: 'null' })).toBe(403);
  expect(await post({})).toBe(403);
});

test('no link leads away to where the operator has not said', async () => {
  const body = { user: 'u-1', return_url: 'https://evil.example/' };
  expect(await server.request('POST', '/v1/account-links', body)).toMatchObject({
    status: 422,
    body: { code: 'redirect_not_allowed', errors: [{ field: '/return_url' }] },
  });
  const unknown = await server.request('POST', '/v1/account-links', { user: 'nobody' });
  expect(unknown).toMatchObject({ status: 404, body: { code: 'user_unknown' } });
});
