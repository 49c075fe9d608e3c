import { expect, test } from 'vitest';
import { useTestServer } from '../../../test/support/server.ts';
import { edgeFixture } from '../edge.fixture.ts';

const fixture = edgeFixture();
const server = useTestServer({ extraRoutes: fixture.routes, env: { API_RATE_LIMIT: '5' } });

test('more requests than the limit are 429 with when to come back', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => server.request('POST', '/test/bodyless')),
  );
  const passed = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 429);
  expect(passed.length + refused.length).toBe(40);
  expect(passed.length).toBeGreaterThanOrEqual(5);
  expect(fixture.received).toHaveLength(passed.length);
  const { headers, body } = refused[0]!;
  expect(body).toMatchObject({ status: 429, code: 'rate_limited' });
  expect(headers.get('ratelimit-policy')).toBe('"key";q=5;w=1');
  expect(headers.get('ratelimit')).toBe('"key";r=0;t=1');
  expect(headers.get('retry-after')).toBe('1');
});

test('guesses from one address are limited, and known keys from there are not', async () => {
  const guess = () =>
    server.request('GET', '/test/users/u1', undefined, { secret: 'wf_test_guess' });
  const answers = await Promise.all(Array.from({ length: 40 }, guess));
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
  expect(refused).toHaveLength(10);
  expect(refused[0]!.headers.get('ratelimit-policy')).toBe('"failed-authentication";q=30;w=60');
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
  await expect
    .poll(async () => (await server.request('GET', '/test/users/u1')).status, { timeout: 5_000 })
    .toBe(200);
});
