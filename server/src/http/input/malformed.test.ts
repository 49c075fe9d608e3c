import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../../test/support/raw-http.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { edgeFixture } from '../edge.fixture.ts';

const fixture = edgeFixture();
// As a server that stays, which compiles its schemas at its start.
const env = { NODE_ENV: 'development' };
const server = useTestServer({ extraRoutes: fixture.routes, env });

beforeEach(() => {
  fixture.received.length = 0;
});

interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly { field: string; message: string }[];
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const nestedObjects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
const event = (fields: string): string => `{"user":"u1","amount":1${fields && `,${fields}`}}`;
const keys = (count: number): string =>
  Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',');

/** The body as it is sent, and the field that the problem must name. */
const refusedBodies: readonly (readonly [title: string, body: string, field: string])[] = [
  ['an unknown field', event('"extra":1'), '/extra'],
  ['a missing field', '{"user":"u1"}', '/amount'],
  ['null for a field that is optional', event('"feature":null'), '/feature'],
  ['null for a required field', '{"user":null,"amount":1}', '/user'],
  ['a number for a text', '{"user":1,"amount":1}', '/user'],
  ['a text for a boolean', event('"enforce":"true"'), '/enforce'],
  ['a number for a boolean', event('"enforce":1'), '/enforce'],
  ['a list for a text', event('"feature":["a"]'), '/feature'],
  ['an object for a number', '{"user":"u1","amount":{}}', '/amount'],
  ['an empty text where one is needed', event('"feature":""'), '/feature'],
  ['a text that is too long', event(`"feature":"${'x'.repeat(21)}"`), '/feature'],
  ['a value that is none of the choices', event('"mode":"Soft"'), '/mode'],
  ['a NUL in a text', event('"feature":"a\\u0000b"'), '/feature'],
  ['half of a surrogate pair', event('"feature":"\\ud83d"'), '/feature'],
  ['the halves of a pair in the wrong order', event('"feature":"\\ude00\\ud83d"'), '/feature'],
  ['a negative amount', '{"user":"u1","amount":-1}', '/amount'],
  ['a negative amount in a text', '{"user":"u1","amount":"-0.5"}', '/amount'],
  ['an amount with seven decimals', '{"user":"u1","amount":0.1234567}', '/amount'],
  ['an amount of 10^9', '{"user":"u1","amount":1000000000}', '/amount'],
  ['an amount beyond every number', '{"user":"u1","amount":1e309}', '/amount'],
  ['an amount of 2^53+1', '{"user":"u1","amount":9007199254740993}', '/amount'],
  ['an amount with an exponent in a text', '{"user":"u1","amount":"1e3"}', '/amount'],
  ['an amount in a text with a space', '{"user":"u1","amount":" 1"}', '/amount'],
  ['an empty amount', '{"user":"u1","amount":""}', '/amount'],
  ['a cost with seven decimals', event('"cost_cents":"0.0000001"'), '/cost_cents'],
  ['tokens with a fraction', event('"tokens_in":1.5'), '/tokens_in'],
  ['tokens of 2^53+1', event('"tokens_in":9007199254740993'), '/tokens_in'],
  ['tokens beyond every number', event('"tokens_in":1e309'), '/tokens_in'],
  ['tokens in a text', event('"tokens_in":"1"'), '/tokens_in'],
  ['a user of no characters', '{"user":"","amount":1}', '/user'],
  ['a user with a slash', '{"user":"a/b","amount":1}', '/user'],
  ['a user with a space', '{"user":"a b","amount":1}', '/user'],
  ['a user called .', '{"user":".","amount":1}', '/user'],
  ['a user called ..', '{"user":"..","amount":1}', '/user'],
  ['a user of 256 characters', `{"user":"${'u'.repeat(256)}","amount":1}`, '/user'],
  ['a user that ends with a line break', '{"user":"u1\\n","amount":1}', '/user'],
  ['a day that does not exist', event('"occurred_at":"2026-02-30T00:00:00Z"'), '/occurred_at'],
  ['an instant without a zone', event('"occurred_at":"2026-02-03T00:00:00"'), '/occurred_at'],
  ['an instant in a number', event('"occurred_at":1767225600'), '/occurred_at'],
  ['an idempotency key with a line break', event('"idempotency_key":"a\\nb"'), '/idempotency_key'],
  ['an idempotency key beyond ASCII', event('"idempotency_key":"ä"'), '/idempotency_key'],
  [
    'an idempotency key of 256',
    event(`"idempotency_key":"${'k'.repeat(256)}"`),
    '/idempotency_key',
  ],
  ['metadata that is a list', event('"metadata":[]'), '/metadata'],
  ['metadata that is null', event('"metadata":null'), '/metadata'],
  ['metadata of 51 keys', event(`"metadata":{${keys(51)}}`), '/metadata'],
  ['metadata of 6 levels', event(`"metadata":${nestedObjects(6)}`), '/metadata/a/a/a/a/a'],
  [
    'metadata of 100,000 levels',
    event(`"metadata":${nestedObjects(100_000)}`),
    '/metadata/a/a/a/a/a',
  ],
  [
    'metadata with 100,000 lists in each other',
    event(`"metadata":{"a":${nested(100_000)}}`),
    '/metadata/a/0/0/0/0',
  ],
  ['metadata beyond 16 KiB', event(`"metadata":{"a":"${'x'.repeat(16_400)}"}`), '/metadata'],
  ['metadata with a NUL', event('"metadata":{"a":["\\u0000"]}'), '/metadata/a/0'],
  ['metadata with half a pair in a key', event('"metadata":{"\\ud83d":1}'), '/metadata/\ufffd'],
  ['metadata with 2^53+1', event('"metadata":{"a":{"b":9007199254740993}}'), '/metadata/a/b'],
  ['metadata with 1e309', event('"metadata":{"a/b":1e309}'), '/metadata/a~1b'],
  ['metadata with __proto__', event('"metadata":{"__proto__":{"x":1}}'), '/metadata/__proto__'],
  ['__proto__ as a field', event('"__proto__":{"admin":true}'), '/__proto__'],
  ['__proto__ in escapes', event('"\\u005f_proto__":{"admin":true}'), '/__proto__'],
  ['constructor as a field', event('"constructor":{"prototype":{"a":1}}'), '/constructor'],
  ['toString as a field', event('"toString":1'), '/toString'],
  ['a body that is a list', '[]', ''],
  ['a body that is a text', '"text"', ''],
  ['a body that is null', 'null', ''],
  ['a body that is deep', nested(200_000), ''],
  ['no body', '', ''],
  ['a body that is no JSON', '{"user":', ''],
  ['two documents', '{}{}', ''],
  ['a byte order mark', '\ufeff{}', ''],
  ['NaN', '{"user":"u1","amount":NaN}', ''],
];

describe('a body is refused with 400 that names the field, and reaches no handler', () => {
  test.each(refusedBodies)('%s', async (_title, body, field) => {
    const answer = await server.request<ProblemBody>('POST', '/test/events', body, {
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: expect.stringMatching(/^(invalid_request|malformed_json)$/) as string,
      request_id: answer.headers.get('x-request-id'),
    });
    expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
    expect(fixture.received).toEqual([]);
  });
});

test('a fault inside a list is named with its place', async () => {
  const events = [
    { user: 'u1', amount: 1 },
    { user: 'u1', amount: 1, metadata: { deep: [{ bad: '\0' }] } },
  ];
  const { status, body } = await server.request<ProblemBody>('POST', '/test/batch', { events });
  expect(status).toBe(400);
  expect(body.errors?.[0]?.field).toBe('/events/1/metadata/deep/0/bad');
});

test('a list that is too long is refused by its field', async () => {
  const events = Array.from({ length: 4 }, () => ({ user: 'u1', amount: 1 }));
  const { status, body } = await server.request<ProblemBody>('POST', '/test/batch', { events });
  expect(status).toBe(400);
  expect(body.errors?.[0]?.field).toBe('/events');
});

test('a refusal says what is expected', async () => {
  const wrong = { user: 'u1', amount: true, note: 1 };
  const { body } = await server.request<ProblemBody>('POST', '/test/events', wrong);
  expect(body.errors).toEqual([{ field: '/amount', message: 'must be a number or a string' }]);
  const nullable = { user: 'u1', amount: 1, limit: 'none' };
  const second = await server.request<ProblemBody>('POST', '/test/events', nullable);
  expect(second.body.errors).toEqual([{ field: '/limit', message: 'must be a number or null' }]);
  const mode = await server.request<ProblemBody>('POST', '/test/events', {
    user: 'u1',
    amount: 1,
    mode: 'x',
  });
  expect(mode.body.errors).toEqual([{ field: '/mode', message: 'must be one of "soft", "hard"' }]);
});

test('an unknown name is given back cut and well-formed', async () => {
  const body = `{"user":"u1","amount":1,"${'n'.repeat(50_000)}\\ud800":1}`;
  const answer = await server.request<ProblemBody>('POST', '/test/events', body, {
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(400);
  const field = answer.body.errors?.[0]?.field ?? '';
  expect(field).toBe(`/${'n'.repeat(100)}...`);
});

test('what is well-formed passes as it was written', async () => {
  const metadata = JSON.parse(nestedObjects(5)) as unknown;
  const sent = {
    user: 'tenant-1:user_2@example|x.y',
    amount: '999999999.999999',
    feature: 'größer 😀',
    note: null,
    limit: null,
    occurred_at: '2026-03-01T09:30:00.123+01:00',
    cost_cents: 0.000001,
    tokens_in: 1_000_000_000_000,
    metadata,
    idempotency_key: 'a key with spaces',
  };
  const { status, body } = await server.request('POST', '/test/events', sent);
  expect({ status, body }).toEqual({ status: 200, body: { ok: true, limit: null } });
  expect(fixture.received.map((request) => request.body)).toEqual([sent]);
});

describe('what is not a JSON body', () => {
  const refused = async (
    headers: Record<string, string>,
    body: string | Buffer,
  ): Promise<{ status: number; code: string }> => {
    const connection = await openConnection(server.url);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    connection.send(
      `POST /test/events HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${server.secretKey}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n`,
    );
    connection.send(body);
    const answer = await connection.answer();
    connection.socket.destroy();
    const { code } = JSON.parse(answer.body) as { code: string };
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    return { status: answer.status, code };
  };
  const unsupported = { status: 415, code: 'unsupported_media_type' };

  afterEach(() => {
    expect(fixture.received).toEqual([]);
  });

  test('another content type is 415', async () => {
    const good = event('');
    expect(await refused({ 'Content-Type': 'text/plain' }, good)).toEqual(unsupported);
    expect(await refused({ 'Content-Type': 'application/xml' }, good)).toEqual(unsupported);
    expect(await refused({ 'Content-Type': 'nonsense' }, good)).toEqual(unsupported);
    expect(await refused({}, good)).toEqual(unsupported);
  });

  test('an encoded body is 415', async () => {
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };
    expect(await refused(headers, event(''))).toEqual(unsupported);
  });

  test('bytes that are no UTF-8 are 400', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    expect(await refused(headers, bytes)).toEqual({ status: 400, code: 'malformed_json' });
  });
});

describe('size', () => {
  test('a body beyond 2 MiB is 413, announced or not', async () => {
    const announced = await server.request<ProblemBody>(
      'POST',
      '/test/events',
      event(`"feature":"${'x'.repeat(2_097_152)}"`),
    );
    expect(announced).toMatchObject({ status: 413, body: { code: 'body_too_large' } });

    const connection = await openConnection(server.url);
    connection.send(
      `POST /test/events HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${server.secretKey}\r\n` +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = Buffer.alloc(1_048_576, 0x20);
    for (let count = 0; count < 3; count += 1) {
      connection.send(`${chunk.length.toString(16)}\r\n`);
      connection.send(chunk);
      connection.send('\r\n');
    }
    expect((await connection.answer()).status).toBe(413);
    connection.socket.destroy();
  });

  test('a MiB of events fits', async () => {
    const metadata = { text: 'x'.repeat(16_000) };
    const sent = JSON.stringify({ user: 'u1', amount: 1, metadata });
    const body = sent + ' '.repeat(1_048_576);
    expect((await server.request('POST', '/test/events', body)).status).toBe(200);
  });
});

describe('the path and the query', () => {
  const get = (path: string) => server.request<ProblemBody>('GET', path);

  test('an unknown route is 404', async () => {
    expect(await get('/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'route_unknown' },
    });
    const posted = await server.request('POST', '/v1/nothing', '{"a":');
    expect(posted).toMatchObject({ status: 404, body: { code: 'route_unknown' } });
  });

  test('a path with a broken escape is 400', async () => {
    expect(await get('/test/users/%ZZ')).toMatchObject({ status: 400 });
    expect(await get('/test/users/%ff%fe')).toMatchObject({ status: 400 });
  });

  test('a parameter is checked after it was unescaped', async () => {
    const escaped = await get(`/test/users/${'%41'.repeat(255)}`);
    expect(escaped.status).toBe(200);
    expect(fixture.received[0]?.params).toEqual({ user: 'A'.repeat(255) });
    const refused = await get('/test/users/a%2Fb');
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field: '/user' }] } });
    expect((await get(`/test/users/${'a'.repeat(900)}`)).status).toBe(414);
  });

  test('the query is read as its schema wants it', async () => {
    expect((await get('/test/users/u1?limit=20&all=true&cursor=12')).status).toBe(200);
    expect(fixture.received[0]?.query).toEqual({ limit: 20, all: true, cursor: '12' });
  });

  test.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['all=yes', '/all'],
    ['cursor=%00', '/cursor'],
    ['other=1', '/other'],
    ['__proto__=1', '/__proto__'],
  ])('a query of %s is refused by its name', async (query, field) => {
    const { status, body } = await get(`/test/users/u1?${query}`);
    expect(status).toBe(400);
    expect(body.errors?.map((error) => error.field)).toEqual([field]);
  });
});

describe('a route that takes no body', () => {
  test('takes none, or an empty object', async () => {
    expect((await server.request('POST', '/test/bodyless')).status).toBe(200);
    expect((await server.request('POST', '/test/bodyless', {})).status).toBe(200);
    expect((await server.request('POST', '/test/bodyless', '')).status).toBe(200);
  });

  test('refuses anything else', async () => {
    for (const body of [{ amount: 1 }, [1], '1', 'x']) {
      expect((await server.request('POST', '/test/bodyless', body)).status).toBe(400);
    }
  });
});

describe('what is not even a request', () => {
  const raw = async (bytes: string) => {
    const connection = await openConnection(server.url);
    connection.send(bytes);
    const answer = await connection.answer();
    await connection.closed;
    return answer;
  };

  test('is 400, and the connection ends', async () => {
    const answer = await raw('NONSENSE\r\n\r\n');
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, code: 'malformed_request' });
  });

  test('headers beyond 16 KiB are 431', async () => {
    const answer = await raw(
      `GET / HTTP/1.1\r\nHost: test\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'headers_too_large' });
  });

  test('two lengths in one request are 400', async () => {
    const answer = await raw(
      'POST /test/events HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n' +
        'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer.status).toBe(400);
  });
});
