import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomFrom } from '../../../test/lives/world/random.ts';
import { startSandbox, type Sandbox } from '../../sandbox.ts';

const RUNS = Math.ceil(Number(process.env['HOSTILE_RUNS'] ?? 3_000) / 10);
const SEED = Number(process.env['SANDBOX_SEED'] ?? Date.now() % 2 ** 31);

let sandbox: Sandbox;
const faults: unknown[] = [];
beforeAll(async () => {
  const onFault = (error: unknown): void => void faults.push(error);
  sandbox = await startSandbox({ port: 0, seed: 'wire', onFault });
});
afterAll(() => sandbox.close());

/** Sends bytes as they are, and no more; answers the statuses that came until it was closed. */
async function raw(bytes: string): Promise<number[]> {
  const socket = connect(sandbox.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => void (text += chunk));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').catch(() => undefined);
  socket.end(bytes, 'latin1');
  await closed;
  return Array.from(text.matchAll(/^HTTP\/1\.1 (\d{3})/gm), ([, status]) => Number(status));
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
    'content-length': String(Buffer.byteLength(body, 'latin1')),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

async function expectNoFault(bytes: string): Promise<readonly number[]> {
  const statuses = await raw(bytes);
  const shown = bytes.slice(0, 500);
  expect({ shown, faults }).toMatchObject({ faults: [] });
  for (const status of statuses) expect(status, shown).toBeLessThan(500);
  return statuses;
}

const path = '/v1/customers';

it('never answers odd methods, paths and headers with a fault of its own', async () => {
  const long = 'x'.repeat(100_000);
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
    { method: 'POST', path, body: 'x'.repeat(9_000_000) },
    { method: 'POST', path, headers: { 'content-length': '-1' } },
    { method: 'POST', path, headers: { 'content-length': '10', 'transfer-encoding': 'chunked' } },
    { method: 'POST', path, headers: { 'idempotency-key': long } },
    { method: 'POST', path, headers: { 'idempotency-key': 'k'.repeat(300) } },
    { method: 'POST', path, headers: { 'idempotency-key': '\u00ff\u0080' } },
    { method: 'POST', path, headers: { 'idempotency-key': '\u0001' } },
    { method: 'POST', path, headers: { 'idempotency-key': '__proto__' } },
    { method: 'POST', path, headers: { 'stripe-version': long } },
    { method: 'POST', path, headers: { authorization: `Bearer ${'x'.repeat(8_000)}` } },
    { method: 'POST', path, headers: { authorization: 'Basic %%%' } },
    { method: 'POST', path, headers: { expect: 'something' } },
    { method: 'GET', path, headers: { upgrade: 'websocket', connection: 'upgrade, close' } },
    { method: 'POST', path: '/_sandbox/chaos', body: 'drop=2' },
    { method: 'POST', path: '/_sandbox/settings', body: 'webhook_retry_delays_ms=x' },
    { method: 'POST', path: '/_sandbox/clock', body: 'advance_by=-1&advance_to[a]=1' },
    { method: 'POST', path: '/_sandbox/nothing' },
    { method: 'GET', path: '/nothing' },
    { method: 'GET', path: '/checkout/%ff' },
    { method: 'POST', path: '/portal/__proto__', body: 'a[b]=c&a=d' },
  ];
  for (const request of requests) await expectNoFault(bytesOf(request));
  expect(await raw(bytesOf({ method: 'GET', path }))).toStrictEqual([200]);
});

const whole = bytesOf({ method: 'POST', path, body: 'name=whole', headers: {} });

it('does nothing of a request that is cut off, wherever that is', async () => {
  const state = async (): Promise<string> => (await fetch(`${sandbox.url}/_sandbox/state`)).text();
  const counts = (text: string): unknown => (JSON.parse(text) as { counts: unknown }).counts;
  const before = counts(await state());
  for (let length = 0; length < whole.length; length += 7) {
    for (const status of await expectNoFault(whole.slice(0, length))) expect(status).toBe(400);
  }
  expect(counts(await state())).toStrictEqual(before);
});

const GARBAGE = [
  ['\r\n', '\0', ' ', 'GET', 'POST / HTTP/1.1\r\n', 'HTTP/1.1 200 OK\r\n\r\n', '\u00ff\u00fe'],
  ['transfer-encoding: chunked\r\n\r\n', 'zz\r\n', '5\r\nabcde\r\n0\r\n\r\n', ': \r\n', '\x16\x03'],
  [`${'h: v\r\n'.repeat(3_000)}\r\n`, 'x'.repeat(20_000), 'content-length: 99999999999999\r\n'],
].flat();

it(`bears garbage behind what is right on one connection, ${RUNS} times`, async () => {
  const random = randomFrom(SEED);
  for (let run = 0; run < RUNS; run += 1) {
    const count = random.below(3);
    const good = bytesOf({ method: 'GET', path: `${path}?limit=1` }).repeat(count);
    let garbage = '';
    for (let left = 1 + random.below(4); left > 0; left -= 1) {
      const at = random.below(whole.length);
      garbage += random.oneIn(2) ? random.pick(GARBAGE) : whole.slice(at, at + random.below(60));
    }
    await expectNoFault(`${good}${garbage}`);
  }
  expect(await raw(bytesOf({ method: 'GET', path }))).toStrictEqual([200]);
});

it('tells that a body is too large, and does not just hang up', async () => {
  const answer = await fetch(`${sandbox.url}/v1/customers`, {
    method: 'POST',
    body: 'x'.repeat(2_000_000),
    headers: { authorization: 'Bearer sk_test_1' },
  });
  expect(answer.status).toBe(413);
});
