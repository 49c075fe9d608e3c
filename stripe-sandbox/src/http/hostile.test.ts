import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listRoutes } from '../resources/index.ts';
import { API_VERSION, startSandbox, type Sandbox } from '../sandbox.ts';

let sandbox: Sandbox;
const faults: unknown[] = [];
beforeAll(async () => {
  const onFault = (error: unknown): void => void faults.push(error);
  sandbox = await startSandbox({ port: 0, seed: 'hostile', onFault });
});
afterAll(() => sandbox.close());

/** Sends bytes as they are, and answers the status, or 0 where the connection was closed. */
async function raw(bytes: string): Promise<number> {
  const socket = connect(sandbox.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => void (text += chunk));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').catch(() => undefined);
  socket.write(bytes, 'latin1');
  await closed;
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function bytesOf({ method, path, headers = {}, body = '' }: Request): string {
  const lines = Object.entries({
    'host': 'sandbox',
    'authorization': 'Bearer sk_test_1',
    'connection': 'close',
    'content-length': String(Buffer.byteLength(body, 'latin1')),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

async function expectNoFault(request: Request): Promise<void> {
  const status = await raw(bytesOf(request));
  expect({ status, request, faults }).toMatchObject({ faults: [] });
  expect(status).toBeLessThan(500);
}

const routes = listRoutes(API_VERSION);
const nasty = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'null',
    'undefined',
    'NaN',
    '-0',
    '1e999',
    '99999999999999999999',
    '9007199254740991',
    '-9007199254740991',
    '0.1',
    '',
    ' ',
    'true',
    'now',
    '%00',
    '%ff',
    '%',
    '%zz',
    '%c3%28',
    '..',
    '[]',
    '[',
    ']]',
    'x'.repeat(6_000),
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[^\x21-\x7e]|[#?&/]/g, '%41')),
);

const keys = [...new Set(routes.flatMap(({ specs }) => Object.keys(specs)))];
const name = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: nasty }),
    fc.array(fc.oneof(fc.constantFrom('', '0', '1', 'data', ...keys), nasty), { maxLength: 3 }),
  )
  .map(([first, rest]) => [first, ...rest.map((part) => `[${part}]`)].join(''));
const form = fc
  .array(fc.tuple(name, nasty), { maxLength: 6 })
  .map((fields) => fields.map(([key, value]) => `${key}=${value}`).join('&'));
const json = fc
  .oneof(fc.json(), fc.jsonValue().map(String), fc.constantFrom('{', '[]', '{"a":{"b":null}}', '1'))
  .map((text) => Buffer.from(text).toString('latin1'));

const onRoute = fc.constantFrom(...routes).chain(({ method, path, specs }) => {
  const own = Object.keys(specs);
  const field = own.length === 0 ? name : fc.constantFrom(...own);
  const ownForm = fc
    .array(fc.tuple(field, nasty), { maxLength: 4 })
    .map((fields) => fields.map(([key, value]) => `${key}=${value}`).join('&'));
  return fc.record({
    method: fc.constant(method as string),
    path: fc
      .tuple(nasty, nasty)
      .map(([one, other]) => path.replace(/\{\w+\}/, () => one).replace(/\{\w+\}/, () => other)),
    form: fc.oneof(form, ownForm),
  });
});

it('never answers a malformed request of any route with a fault of its own', async () => {
  expect(routes.length).toBeGreaterThan(10);
  const property = fc.asyncProperty(onRoute, fc.boolean(), async (asked, inPath) => {
    const { method, path, form: fields } = asked;
    const isInQuery = method === 'GET' || inPath;
    await expectNoFault(
      isInQuery ? { method, path: `${path}?${fields}` } : { method, path, body: fields },
    );
  });
  await fc.assert(property, { numRuns: Number(process.env['HOSTILE_RUNS'] ?? 600) });
});

it('never answers any body with a fault of its own', async () => {
  const types = ['application/json', 'text/xml', 'multipart/form-data', '', 'application/json; x'];
  const property = fc.asyncProperty(
    fc.constantFrom(...routes.filter(({ method }) => method === 'POST')),
    fc.constantFrom(...types),
    json,
    async ({ path }, type, body) => {
      const request = { method: 'POST', path, body, headers: { 'content-type': type } };
      await expectNoFault(request);
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

it('never answers odd methods, paths and headers with a fault of its own', async () => {
  const long = 'x'.repeat(100_000);
  const path = '/v1/customers';
  const requests: Request[] = [
    ...['PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'].map((method) => ({ method, path })),
    { method: 'GET', path: '*' },
    { method: 'GET', path: '//' },
    { method: 'GET', path: 'http://[::1' },
    { method: 'GET', path: '/v1/' },
    { method: 'GET', path: `${path}/${long}` },
    { method: 'GET', path: `${path}?${'a[]=1&'.repeat(2_000)}` },
    { method: 'POST', path, body: 'a[]=1&'.repeat(20_000) },
    { method: 'POST', path, body: `a${'[b]'.repeat(5_000)}=1` },
    {
      method: 'POST',
      path,
      body: '['.repeat(500_000),
      headers: { 'content-type': 'application/json' },
    },
    { method: 'POST', path, body: 'x'.repeat(3_000_000) },
    { method: 'POST', path, headers: { 'content-length': '-1' } },
    { method: 'POST', path, headers: { 'content-length': '10', 'transfer-encoding': 'chunked' } },
    { method: 'POST', path, headers: { 'idempotency-key': long } },
    { method: 'POST', path, headers: { 'idempotency-key': 'k'.repeat(300) } },
    { method: 'POST', path, headers: { 'idempotency-key': '\u00ff\u0080' } },
    { method: 'POST', path, headers: { 'idempotency-key': '\u0001' } },
    { method: 'POST', path, headers: { 'stripe-version': long } },
    { method: 'POST', path, headers: { authorization: `Bearer ${'x'.repeat(8_000)}` } },
    { method: 'POST', path, headers: { authorization: 'Basic %%%' } },
    { method: 'POST', path, headers: { expect: 'something' } },
    { method: 'GET', path, headers: { upgrade: 'websocket', connection: 'upgrade, close' } },
    { method: 'POST', path: '/_sandbox/chaos', body: 'drop=2' },
    { method: 'POST', path: '/_sandbox/nothing' },
    { method: 'GET', path: '/nothing' },
  ];
  for (const request of requests) await expectNoFault(request);
  expect(await raw('nonsense\r\n\r\n')).toBeLessThan(500);
  expect(await raw(bytesOf({ method: 'GET', path }))).toBe(200);
});

it('tells that a body is too large, and does not just hang up', async () => {
  const answer = await fetch(`${sandbox.url}/v1/customers`, {
    method: 'POST',
    body: 'x'.repeat(2_000_000),
    headers: { authorization: 'Bearer sk_test_1' },
  });
  expect(answer.status).toBe(413);
});
