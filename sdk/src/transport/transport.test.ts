import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { drivenClock } from '../../test/support/driven-clock.ts';
import { json, listen, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import type { Script } from '../../test/support/scripted-server.ts';
import { PATIENCE } from '../../test/support/patience.ts';
import { UnavailableError, WhisperForgeError } from '../errors.ts';
import { createTransport } from './transport.ts';
import type { TransportOptions } from './transport.ts';

const SECRET = 'sk_test_do_not_print';
const TIMEOUT_MS = 60_000;

/** Backoffs pass at once; a time-out only happens when a test drives the clock there. */
function setUp(url: string, options: Partial<TransportOptions> = {}) {
  const clock = drivenClock({ instantBelowMs: 20_000 });
  const transport = createTransport({
    url,
    secretKey: SECRET,
    timeoutMs: TIMEOUT_MS,
    totalTimeoutMs: TIMEOUT_MS * 10,
    retries: 3,
    fetch: (address, init) => fetch(address, init),
    clock,
    random: () => 0.5,
    ...options,
  });
  const waits = (): number[] => clock.sleeps.filter((durationMs) => durationMs < 20_000);
  return { clock, transport, waits };
}

function post(path = '/thing') {
  return { method: 'POST', path, body: '{"a":1}' } as const;
}

async function failure(promise: Promise<unknown>): Promise<WhisperForgeError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WhisperForgeError);
  return error as WhisperForgeError;
}

const answer: Script = (response) => json(response, 200, { fine: true });

describe('a request', () => {
  it('carries the key, the body and the idempotency key to the path of the address', async () => {
    const server = await scriptedServer({ '/billing/thing': answer });
    const { transport } = setUp(`${server.url}/billing/`);
    const request = { ...post(), idempotencyKey: 'key-1' };
    expect(await transport.send(request)).toEqual({ fine: true });
    const [received] = server.received;
    expect(received).toMatchObject({ method: 'POST', body: { a: 1 } });
    expect(received?.headers).toMatchObject({
      'authorization': `Bearer ${SECRET}`,
      'content-type': 'application/json',
      'idempotency-key': 'key-1',
    });
  });

  it.each(['', '/relative', 'ftp://host', 'not a url'])('refuses the address %j', (url) => {
    expect(() => setUp(url)).toThrow(WhisperForgeError);
  });

  it.each(['', 'with space', 'line\nbreak', 'ключ'])('refuses the secret key %j', (secretKey) => {
    expect(() => setUp('http://127.0.0.1', { secretKey })).toThrow(/secretKey must be/);
  });
});

describe('a retry', () => {
  it.each([429, 502, 503, 504])('follows status %i and sends the same bytes', async (status) => {
    const server = await scriptedServer({
      '/thing': (response, _, nth) =>
        nth < 2 ? problem(response, status, 'later') : json(response, 200, { nth }),
    });
    const { transport, waits } = setUp(server.url);
    const request = { ...post(), idempotencyKey: 'key-1' };
    expect(await transport.send(request)).toEqual({ nth: 2 });
    expect(server.bodies('/thing')).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }]);
    const keys = server.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual(['key-1', 'key-1', 'key-1']);
    expect(waits()).toEqual([50, 100]);
  });

  it('follows connections cut before, within and after the head of the answer', async () => {
    const server = await scriptedServer({
      '/thing': (response, _, nth) => {
        if (nth === 0) response.socket?.destroy();
        else if (nth === 1) {
          response.socket?.write('HTTP/1.1 200 OK\r\ncontent-', () => response.socket?.destroy());
        } else if (nth === 2) {
          response.writeHead(200, { 'content-length': '100' });
          response.write('{"half":', () => response.socket?.destroy());
        } else json(response, 200, { nth });
      },
    });
    const { transport } = setUp(server.url);
    expect(await transport.send(post())).toEqual({ nth: 3 });
  });

  it('gives up after the retries, saying that nobody answered', async () => {
    const server = await scriptedServer({ '/thing': (response) => response.destroy() });
    const { transport } = setUp(server.url, { retries: 2 });
    const error = await failure(transport.send(post()));
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ code: 'network', status: undefined });
    expect(server.received).toHaveLength(3);
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const server = await scriptedServer({
      '/thing': (response, _, nth) => {
        if (nth === 0) problem(response, 503, 'database_unavailable', { 'retry-after': '7' });
        else if (nth === 1) {
          const date = new Date(clock.nowMs() + 3_000).toUTCString();
          problem(response, 429, 'rate_limited', { 'retry-after': date });
        } else json(response, 200, {});
      },
    });
    const { clock, transport, waits } = setUp(server.url);
    await transport.send(post());
    // A date has whole seconds, so it may lie up to one second earlier than it was meant.
    expect(waits()[0]).toBe(7_050);
    expect(waits()[1]).toBeGreaterThan(2_000);
    expect(waits()[1]).toBeLessThanOrEqual(3_100);
  });

  it('is not begun when Retry-After outlasts the call, and the caller learns of it', async () => {
    const server = await scriptedServer({
      '/thing': (response) =>
        problem(response, 503, 'database_unavailable', { 'retry-after': '600' }),
    });
    const { transport, waits } = setUp(server.url);
    const error = await failure(transport.send(post()));
    expect(error).toMatchObject({ status: 503, retryAfterMs: 600_000, requestId: 'req-1' });
    expect(server.received).toHaveLength(1);
    expect(waits()).toEqual([]);
  });

  it.each([400, 401, 403, 404, 409, 422, 500])('does not follow status %i', async (status) => {
    const server = await scriptedServer({
      '/thing': (response) => problem(response, status, 'refused'),
    });
    const { transport } = setUp(server.url);
    const error = await failure(transport.send(post()));
    expect(error).toMatchObject({ code: 'refused', status, message: 'It is refused.' });
    expect(error instanceof UnavailableError).toBe(status === 500);
    expect(server.received).toHaveLength(1);
  });
});

describe('a time-out', () => {
  it('ends a try that hangs before its head or within its body, and another follows', async () => {
    const server = await scriptedServer({
      '/thing': (response, _, nth) => {
        if (nth === 1) response.writeHead(200).write('{"half":');
        if (nth === 2) json(response, 200, { nth });
      },
    });
    const { clock, transport } = setUp(server.url, { timeoutMs: 30_000 });
    const sent = transport.send(post());
    await clock.sleeper((durationMs) => durationMs === 30_000);
    await expect.poll(() => server.received.length, PATIENCE).toBe(1);
    clock.advance(30_000);
    await expect.poll(() => server.received.length, PATIENCE).toBe(2);
    clock.advance(30_000);
    expect(await sent).toEqual({ nth: 2 });
  });

  it('bounds the whole call, whatever the number of retries', async () => {
    const server = await scriptedServer({ '/thing': () => undefined });
    const options = { timeoutMs: 30_000, totalTimeoutMs: 55_000, retries: 1_000 };
    const { clock, transport } = setUp(server.url, options);
    const startedMs = clock.nowMs();
    const sent = failure(transport.send(post()));
    await clock.sleeper((durationMs) => durationMs === 30_000);
    clock.advance(30_000);
    const rest = 55_000 - 30_000 - 50;
    await clock.sleeper((durationMs) => durationMs === rest);
    clock.advance(rest);
    expect(await sent).toMatchObject({ code: 'timeout' });
    expect(clock.nowMs() - startedMs).toBe(55_000);
  });
});

describe('an answer that is not what it should be', () => {
  it.each(['<html>Sign in to the Wi-Fi</html>', '', '"text"', 'null', '{"half":'])(
    'is refused, not retried: %j',
    async (text) => {
      const server = await scriptedServer({ '/thing': (response) => void response.end(text) });
      const { transport } = setUp(server.url);
      const error = await failure(transport.send(post()));
      expect(error).toMatchObject({ code: 'unreadable_answer', status: 200 });
      expect(server.received).toHaveLength(1);
    },
  );

  it('keeps the start of an error page that is no problem document', async () => {
    const server = await scriptedServer({
      '/thing': (response) => void response.writeHead(502).end('Bad gateway'.repeat(1_000)),
    });
    const { transport } = setUp(server.url);
    const error = await failure(transport.send(post()));
    expect(error.code).toBe('http_502');
    expect(error.message).toMatch(/^Bad gateway/);
    expect(error.message.length).toBeLessThanOrEqual(200);
  });

  it('does not follow redirects, which would turn a POST into a GET', async () => {
    const server = await scriptedServer({
      '/thing': (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
      '/elsewhere': answer,
    });
    const { transport } = setUp(server.url);
    expect(await failure(transport.send(post()))).toMatchObject({ status: 302, code: 'http_302' });
    expect(server.received.map(({ path }) => path)).toEqual(['/thing']);
  });

  it('names the fields that were refused', async () => {
    const errors = [{ field: '/amount', message: 'must be positive' }];
    const server = await scriptedServer({
      '/thing': (response) => json(response, 400, { code: 'invalid', status: 400, errors }),
    });
    const { transport } = setUp(server.url);
    expect((await failure(transport.send(post()))).fields).toEqual(errors);
  });

  it('never shows the secret key in an error', async () => {
    const server = await scriptedServer({ '/thing': (response) => response.destroy() });
    const { transport } = setUp(server.url, { retries: 0 });
    const error = await failure(transport.send(post()));
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
  });
});

describe("the caller's signal", () => {
  it('ends a request that is on its way, with its own reason', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer needed');
    const server = await scriptedServer({ '/thing': () => controller.abort(reason) });
    const { transport } = setUp(server.url);
    await expect(transport.send({ ...post(), signal: controller.signal })).rejects.toBe(reason);
    expect(server.received).toHaveLength(1);
  });

  it('ends the wait before a retry', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer needed');
    const headers = { 'retry-after': '30' };
    const server = await scriptedServer({
      '/thing': (response) => problem(response, 503, 'later', headers),
    });
    const { clock, transport } = setUp(server.url);
    const sent = transport.send({ ...post(), signal: controller.signal });
    const ended = sent.catch((error: unknown) => error);
    await clock.sleeper((durationMs) => durationMs > 30_000 && durationMs < TIMEOUT_MS);
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(server.received).toHaveLength(1);
  });

  it('sends nothing when it has aborted before', async () => {
    const server = await scriptedServer({ '/thing': answer });
    const { transport } = setUp(server.url);
    const signal = AbortSignal.abort(new Error('before'));
    await expect(transport.send({ ...post(), signal })).rejects.toThrow('before');
    expect(server.received).toHaveLength(0);
  });
});

describe('a service that restarts', () => {
  it('is reached again over a fresh connection', async () => {
    const server = createServer((_, response) => response.end('{"fine":true}'));
    const url = await listen(server);
    const { transport } = setUp(url);
    await transport.send(post());
    server.closeAllConnections();
    expect(await transport.send(post())).toEqual({ fine: true });
  });
});
