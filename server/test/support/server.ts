import { afterAll, beforeAll } from 'vitest';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { readConfig, type Variables } from '../../src/main/config.ts';
import { createLogger } from '../../src/main/logger.ts';
import { serve, type ServeOptions } from '../../src/main/serve.ts';
import { useTestDatabase } from './database.ts';

export interface TestServerOptions extends Pick<ServeOptions, 'extraRoutes'> {
  /** Where the manual clock stands at first; noon of 10 March 2026 where nothing is said. */
  readonly startMs?: number;
  /** Further variables, or others than these: ROLE=api, LOG_LEVEL=silent, a free port. */
  readonly env?: Variables;
  /** Gets the log, a line at a time; set LOG_LEVEL with it. */
  readonly onLog?: (line: string) => void;
}

export interface RequestOptions {
  /** Another secret key than the server's first; `null` sends none. */
  readonly secret?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text where it is none. */
  readonly body: T;
}

export interface TestServer {
  readonly url: string;
  readonly databaseUrl: string;
  /** A key with every scope. */
  readonly secretKey: string;
  readonly clock: ManualClock;
  /** Sends JSON; a string is sent as it is. */
  request<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Answer<T>>;
}

export interface StartedTestServer extends TestServer {
  close(): Promise<void>;
}

const START_MS = Date.UTC(2026, 2, 10, 12);

/** A server on a database; the caller closes it. Several may run on one database. */
export async function startTestServer(
  databaseUrl: string,
  options: TestServerOptions & { clock?: ManualClock; secretKey?: string } = {},
): Promise<StartedTestServer> {
  const secretKey = options.secretKey ?? `wf_test_${randomText(40)}`;
  const clock = options.clock ?? manualClock(options.startMs ?? START_MS);
  const variables = {
    NODE_ENV: 'test',
    PORT: '0',
    ROLE: 'api',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    API_SECRET_KEY: secretKey,
    API_RATE_LIMIT: '1000000',
    // Nobody's, so that no Stripe is asked that a developer happens to run.
    STRIPE_API_BASE: 'http://127.0.0.1:9',
    ...options.env,
  };
  const config = readConfig(variables);
  const { extraRoutes, onLog } = options;
  const logger = createLogger(config.logLevel, onLog && { write: onLog });
  const served = await serve(config, {
    clock,
    logger,
    variables,
    ...(extraRoutes && { extraRoutes }),
  });
  const { url } = served;
  return {
    url,
    databaseUrl,
    secretKey,
    clock,
    close: () => served.close(),
    request: (method, path, body, { secret = secretKey, headers } = {}) =>
      send(new Request(url + path, { method, ...prepared(body, { secret, headers }) })),
  };
}

/** A server of its own, on a database of its own, for the tests of this file. */
export function useTestServer(options: TestServerOptions = {}): TestServer {
  const database = useTestDatabase({ startedAtMs: options.startMs ?? START_MS });
  let server: StartedTestServer | undefined;
  beforeAll(async () => {
    server = await startTestServer(database.url, options);
  });
  afterAll(async () => {
    await server?.close();
  });
  const started = (): StartedTestServer => {
    if (server === undefined) throw new Error('The test server exists only while tests run.');
    return server;
  };
  return {
    get url() {
      return started().url;
    },
    get databaseUrl() {
      return started().databaseUrl;
    },
    get secretKey() {
      return started().secretKey;
    },
    get clock() {
      return started().clock;
    },
    request: (method, path, body, requestOptions) =>
      started().request(method, path, body, requestOptions),
  };
}

interface Prepared {
  readonly headers: Headers;
  readonly body?: string;
}

function prepared(
  body: unknown,
  { secret, headers: given }: { secret: string | null; headers: RequestOptions['headers'] },
): Prepared {
  const headers = new Headers();
  if (secret !== null) headers.set('authorization', `Bearer ${secret}`);
  if (body !== undefined) headers.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(given ?? {})) headers.set(name, value);
  if (body === undefined) return { headers };
  return { headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

async function send<T>(request: Request): Promise<Answer<T>> {
  const response = await fetch(request);
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as T,
  };
}
