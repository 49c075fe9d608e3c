import { expect, test } from 'vitest';
import { useTestServer } from '../../../test/support/server.ts';
import { edgeFixture } from '../edge.fixture.ts';

const fixture = edgeFixture();
const lines: string[] = [];
const server = useTestServer({
  extraRoutes: fixture.routes,
  env: { LOG_LEVEL: 'debug' },
  onLog: (line) => lines.push(line),
});

type Logged = Record<string, unknown>;

const logOf = (requestId: string | null): Logged[] =>
  lines.map((line) => JSON.parse(line) as Logged).filter((line) => line['requestId'] === requestId);

test.each([
  ['malformed', 400, 'Bad Request'],
  ['invalid', 422, 'Unprocessable Entity'],
  ['unauthenticated', 401, 'Unauthorized'],
  ['forbidden', 403, 'Forbidden'],
  ['not_found', 404, 'Not Found'],
  ['conflict', 409, 'Conflict'],
  ['limited', 429, 'Too Many Requests'],
  ['unavailable', 503, 'Service Unavailable'],
])('a fault of the kind %s is a problem of status %i', async (kind, status, title) => {
  const answer = await server.request('POST', `/test/faults/${kind}`);
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    type: 'about:blank',
    title,
    status,
    code: `test_${kind}`,
    detail: 'This is for the caller.',
    request_id: answer.headers.get('x-request-id'),
    errors: [{ field: '/amount', message: 'is odd' }],
    known: ['a', 'b'],
  });
  expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
});

test.each(['bug', 'thrown', 'odd'])(
  'what was not foreseen (%s) is 500 and tells nothing',
  async (name) => {
    const answer = await server.request('POST', `/test/faults/${name}`);
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret detail');
    const [logged] = logOf(answer.headers.get('x-request-id'));
    expect(logged).toMatchObject({ level: 'error', status: 500, route: `/test/faults/${name}` });
  },
);

test('an error is logged with its causes, a refusal without', async () => {
  const unavailable = await server.request('POST', '/test/faults/unavailable');
  const [error] = logOf(unavailable.headers.get('x-request-id'));
  expect(error).toMatchObject({
    level: 'error',
    code: 'test_unavailable',
    err: { type: 'AppError', cause: { message: 'this is for the log' } },
  });
  const conflict = await server.request('POST', '/test/faults/conflict');
  const [refusal] = logOf(conflict.headers.get('x-request-id'));
  expect(refusal).toMatchObject({ level: 'info', code: 'test_conflict', status: 409 });
  expect(refusal).not.toHaveProperty('err');
});

test('the log names routes and keys, never secrets or people', async () => {
  lines.length = 0;
  const secret = 'wf_test_not-a-key-of-this-server';
  await server.request('GET', '/test/users/anna@example.com?cursor=secret');
  await server.request('GET', '/test/users/anna@example.com?limit=secret');
  await server.request('GET', '/test/users/anna@example.com', undefined, { secret });
  await server.request('GET', '/nothing/anna@example.com');
  await server.request('POST', '/test/events', { user: 'anna@example.com', amount: 'secret' });
  const log = lines.join('');
  expect(lines).toHaveLength(5);
  expect(log).not.toMatch(/anna|secret[^_]|wf_test/);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'debug',
    method: 'GET',
    route: '/test/users/:user',
    status: 200,
    keyId: 1,
  });
});

test('a sane X-Request-Id is kept and given back; another is replaced', async () => {
  const idFor = async (given: string) => {
    const headers = { 'x-request-id': given };
    const answer = await server.request('GET', '/test/public', undefined, { headers });
    expect(fixture.received.at(-1)?.requestId).toBe(answer.headers.get('x-request-id'));
    return answer.headers.get('x-request-id');
  };
  expect(await idFor('trace-1234:5.6_7')).toBe('trace-1234:5.6_7');
  for (const odd of ['a b', 'x'.repeat(129), '"quoted"', 'é']) {
    expect(await idFor(odd)).toMatch(/^req_[0-9a-z]{8}_[0-9a-z]+$/);
  }
  const first = await idFor('?');
  expect(await idFor('?')).not.toBe(first);
});

test('Idempotency-Key is another name for the field, and may not differ from it', async () => {
  const send = (header: string, field?: string) =>
    server.request(
      'POST',
      '/test/events',
      { user: 'u1', amount: 1, ...(field !== undefined && { idempotency_key: field }) },
      { headers: { 'idempotency-key': header } },
    );
  expect((await send('job-1')).status).toBe(200);
  expect(fixture.received.at(-1)?.idempotencyKey).toBe('job-1');
  expect((await send('job-1', 'job-1')).status).toBe(200);
  expect(await send('job-1', 'job-2')).toMatchObject({
    status: 400,
    body: { errors: [{ field: '/idempotency_key' }] },
  });
  expect((await send('x'.repeat(256))).status).toBe(400);
  expect((await send('umläut')).status).toBe(400);
});

test('handlers get the business clock, not the machine’s', async () => {
  await server.request('GET', '/test/public');
  expect(fixture.received.at(-1)?.nowMs).toBe(server.clock.nowMs());
  server.clock.advanceBy(86_400_000);
  await server.request('GET', '/test/public');
  expect(fixture.received.at(-1)?.nowMs).toBe(server.clock.nowMs());
});

test('metrics name routes and statuses as declared, whatever is sent', async () => {
  await server.request('GET', '/test/users/anna@example.com');
  await server.request('GET', '/wp-login.php');
  const { body, status, headers } = await server.request<string>('GET', '/metrics', undefined, {
    secret: null,
  });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('text/plain');
  expect(body).toContain(
    'http_request_duration_seconds_count{method="GET",route="/test/users/{user}",status="200"}',
  );
  expect(body).toContain('route="unmatched",status="404"');
  expect(body).not.toMatch(/anna|wp-login/);
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ]) {
    expect(body).toContain(`\n${name}`);
  }
});
