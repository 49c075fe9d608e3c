import { expect, test } from 'vitest';
import { useTestServer } from '../../test/support/server.ts';
import { edgeFixture } from './edge.fixture.ts';

const fixture = edgeFixture();
const server = useTestServer({ extraRoutes: fixture.routes });

test.each([
  ['GET', '/test/events', 'POST'],
  ['PUT', '/test/users/u1?limit=1', 'GET, HEAD'],
  ['PATCH', '/v1/users/u1', 'GET, HEAD, PUT'],
  ['DELETE', '/readyz', 'GET, HEAD'],
  ['POST', '/openapi.json', 'GET, HEAD'],
  ['OPTIONS', '/v1/plans', 'GET, HEAD'],
])('%s of %s is 405 and says what is allowed', async (method, path, allowed) => {
  const answer = await server.request(method, path);
  expect(answer).toMatchObject({
    status: 405,
    body: { code: 'method_not_allowed', status: 405, title: 'Method Not Allowed' },
  });
  expect(answer.headers.get('allow')).toBe(allowed);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

test.each(['/v1/nothing', '/v1/users', '/v1/users/u1/nothing', '/v1/checks', '/v1/check/'])(
  '%s stays 404 for every method, because nothing is there',
  async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await server.request(method, path);
      expect(answer).toMatchObject({ status: 404, body: { code: 'route_unknown' } });
      expect(answer.headers.get('allow')).toBeNull();
    }
  },
);
