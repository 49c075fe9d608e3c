import type { Clock } from '../clock.ts';
import { UnavailableError, WhisperForgeError } from '../errors.ts';
import { readFailure, unreadableAnswer } from '../wire/problem.ts';
import { decideWaitMs } from './retry.ts';

/** Sent as `User-Agent`, so that the operator sees which callers are old. */
export const SDK_VERSION = '0.1.0';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  readonly url: string;
  readonly secretKey: string;
  /** For one try, in milliseconds. */
  readonly timeoutMs: number;
  /** For the whole call with its waits, in milliseconds. */
  readonly totalTimeoutMs: number;
  /** Further tries after the first. */
  readonly retries: number;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** JSON text, serialised once by the caller, so that each try sends the same bytes. */
  readonly body?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly totalTimeoutMs?: number | undefined;
  readonly retries?: number | undefined;
}

export interface Transport {
  /** The parsed JSON of a 2xx answer; anything else is thrown, after the retries it deserves. */
  send(request: WireRequest): Promise<unknown>;
}

interface Try {
  readonly url: string;
  readonly init: RequestInit;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

interface Received {
  readonly response: Response;
  readonly text: string;
}

/** Refuses an address or a key that could only fail later, and as something else. */
function parseBase(options: TransportOptions): string {
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new WhisperForgeError('url must be an absolute http or https address', {
      code: 'invalid_option',
    });
  }
  if (!/^[\x21-\x7e]+$/.test(options.secretKey)) {
    throw new WhisperForgeError('secretKey must be a secret key of the service', {
      code: 'invalid_option',
    });
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function buildInit(request: WireRequest, secretKey: string): RequestInit {
  const headers: Record<string, string> = {
    'authorization': `Bearer ${secretKey}`,
    'accept': 'application/json, application/problem+json',
    'user-agent': `whisperforge-sdk/${SDK_VERSION}`,
  };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey;
  // A redirected POST would become a GET, so redirects are reported, not followed. Next.js keeps
  // answers of fetch unless told not to by its own `next` member, which others ignore; the
  // standard `cache` member is refused by some edge runtimes.
  const init: RequestInit & { next: { revalidate: 0 } } = {
    method: request.method,
    headers,
    redirect: 'manual',
    next: { revalidate: 0 },
  };
  if (request.body !== undefined) init.body = request.body;
  return init;
}

/** One request and its whole body within the time, or the reason why not. */
async function receive(options: TransportOptions, attempt: Try): Promise<Received> {
  const { timeoutMs, signal } = attempt;
  const controller = new AbortController();
  const finished = new AbortController();
  let timedOut = false;
  void options.clock.sleep(timeoutMs, finished.signal).then(() => {
    if (finished.signal.aborted) return;
    timedOut = true;
    controller.abort();
  });
  const giveUp = (): void => controller.abort();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const response = await options.fetch(attempt.url, {
      ...attempt.init,
      signal: controller.signal,
    });
    return { response, text: await response.text() };
  } catch (cause) {
    signal?.throwIfAborted();
    if (timedOut) {
      throw new UnavailableError(`No answer within ${timeoutMs} ms`, { code: 'timeout', cause });
    }
    throw new UnavailableError('The service could not be reached', { code: 'network', cause });
  } finally {
    signal?.removeEventListener('abort', giveUp);
    finished.abort();
  }
}

function readAnswer(received: Received, nowMs: number): unknown {
  const { response, text } = received;
  if (!response.ok) throw readFailure(response, text, nowMs);
  if (response.status === 204) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unreadableAnswer(response, cause);
  }
  if (typeof parsed !== 'object' || parsed === null) throw unreadableAnswer(response, undefined);
  return parsed;
}

export function createTransport(options: TransportOptions): Transport {
  const base = parseBase(options);
  const { clock, random } = options;

  async function send(request: WireRequest): Promise<unknown> {
    const { signal } = request;
    const retries = request.retries ?? options.retries;
    const timeoutMs = request.timeoutMs ?? options.timeoutMs;
    const deadlineMs = clock.nowMs() + (request.totalTimeoutMs ?? options.totalTimeoutMs);
    const url = base + request.path;
    const init = buildInit(request, options.secretKey);
    for (let failures = 0; ;) {
      signal?.throwIfAborted();
      const remainingMs = Math.max(1, deadlineMs - clock.nowMs());
      try {
        const attempt = { url, init, signal, timeoutMs: Math.min(timeoutMs, remainingMs) };
        return readAnswer(await receive(options, attempt), clock.nowMs());
      } catch (error) {
        if (!(error instanceof WhisperForgeError)) throw error;
        failures += 1;
        const facts = { error, failures, retries, random };
        const waitMs = decideWaitMs({ ...facts, remainingMs: deadlineMs - clock.nowMs() });
        if (waitMs === undefined) throw error;
        await clock.sleep(waitMs, signal);
      }
    }
  }

  return { send };
}
