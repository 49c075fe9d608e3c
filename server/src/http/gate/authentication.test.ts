import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../adapters/postgres/index.ts';
import { createKeys } from '../../domains/keys/index.ts';
import type { Scope } from '../../platform/routes.ts';
import { runCli } from '../../main/cli.ts';
import { startTestServer, useTestServer } from '../../../test/support/server.ts';
import { edgeFixture } from '../edge.fixture.ts';

const fixture = edgeFixture();
const server = useTestServer({ extraRoutes: fixture.routes });

beforeEach(() => {
  fixture.received.length = 0;
});

const event = { user: 'u1', amount: 1 };

async function cli(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const env = { DATABASE_URL: server.databaseUrl, NODE_ENV: 'test' };
  expect(await runCli(args, { env, print: (line) => lines.push(line) })).toBe(0);
  return lines.join('\n');
}

interface MadeKey {
  readonly id: number;
  readonly secret: string;
}

async function createKey(name: string, scopes: readonly Scope[]): Promise<MadeKey> {
  const args = ['keys', 'create', '--json', '--name', name, '--scopes', scopes.join(',')];
  return JSON.parse(await cli(...args)) as MadeKey;
}

describe('a request without a known key', () => {
  test('is 401 and says how to send one', async () => {
    const answer = await server.request('POST', '/test/events', event, { secret: null });
    expect(answer).toMatchObject({ status: 401, body: { code: 'secret_key_missing' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(fixture.received).toEqual([]);
  });

  test.each(['Basic dTpw', 'Bearer', 'Bearer ', 'Token abc', 'bearer'])(
    'is 401 with the header "%s"',
    async (authorization) => {
      const options = { secret: null, headers: { authorization } };
      const { status } = await server.request('POST', '/test/events', event, options);
      expect(status).toBe(401);
    },
  );

  test('is 401 before its body is looked at', async () => {
    const { status } = await server.request('POST', '/test/events', '{', { secret: 'wf_test_no' });
    expect(status).toBe(401);
  });

  test('is answered where a route is public', async () => {
    const answer = await server.request('GET', '/test/public', undefined, { secret: null });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(fixture.received[0]?.caller).toBeUndefined();
  });
});

test('the scheme is read in any case', async () => {
  const headers = { authorization: `bearer ${server.secretKey}` };
  const { status } = await server.request('POST', '/test/events', event, { secret: null, headers });
  expect(status).toBe(200);
});

describe('keys of an operator', () => {
  let reading: MadeKey;
  let booking: MadeKey;

  beforeAll(async () => {
    reading = await createKey('reads', ['read']);
    booking = await createKey('books', ['usage', 'users']);
  });

  test('work from the moment they are made, beside the first one', async () => {
    for (const secret of [server.secretKey, booking.secret]) {
      expect((await server.request('POST', '/test/events', event, { secret })).status).toBe(200);
    }
    expect(fixture.received.map((request) => request.caller?.scopes)).toEqual([
      ['usage', 'read', 'users', 'billing'],
      ['usage', 'users'],
    ]);
    expect(fixture.received[1]?.caller?.keyId).toBe(booking.id);
  });

  test('work from the moment another process makes them', async () => {
    const database = openDatabase({
      url: server.databaseUrl,
      schema: 'billing',
      applicationName: 'test',
    });
    const elsewhere = createKeys({ database, clock: server.clock });
    const actor = { kind: 'cli', id: 'test' } as const;
    for (let made = 0; made < 10; made += 1) {
      // What this process remembers of keys is as young as can be.
      expect((await server.request('POST', '/test/events', event)).status).toBe(200);
      const command = { name: 'new', scopes: ['usage'], mode: 'test', actor } as const;
      const { secret } = await elsewhere.create(command);
      expect((await server.request('POST', '/test/events', event, { secret })).status).toBe(200);
    }
    await database.close();
  });

  test('may do what their scopes say and nothing else', async () => {
    const status = async (method: string, path: string, secret: string, body?: unknown) =>
      (await server.request(method, path, body, { secret })).status;
    expect(await status('GET', '/test/users/u1', reading.secret)).toBe(200);
    expect(await status('POST', '/test/events', reading.secret, event)).toBe(403);
    expect(await status('GET', '/test/users/u1', booking.secret)).toBe(403);
    expect(await status('POST', '/test/bodyless', booking.secret)).toBe(200);
    const refused = await server.request('POST', '/test/events', event, { secret: reading.secret });
    expect(refused.body).toMatchObject({ code: 'scope_missing', scope: 'usage' });
  });

  test('are known by digest alone', async () => {
    const listed = await cli('keys', 'list');
    expect(listed).toContain(reading.secret.slice(0, 12));
    expect(listed).not.toContain(reading.secret);
  });

  test('stop working when they are revoked, while the others go on', async () => {
    const { id, secret } = await createKey('short-lived', ['usage']);
    const use = async () =>
      (await server.request('POST', '/test/events', event, { secret })).status;
    expect(await use()).toBe(200);
    await cli('keys', 'revoke', String(id));
    // Announced at once; and should the announcement be lost, the cache is re-read within a second.
    await expect.poll(use, { timeout: 1_000, interval: 10 }).toBe(401);
    expect((await server.request('POST', '/test/events', event)).status).toBe(200);
  });
});

describe('the key from the environment', () => {
  test('is the same key at the next start, and an earlier one stays valid', async () => {
    const rows = async () => JSON.parse(await cli('keys', 'list', '--json')) as { name: string }[];
    const before = await rows();
    const again = await startTestServer(server.databaseUrl, { secretKey: server.secretKey });
    await again.close();
    expect(await rows()).toEqual(before);

    const extraRoutes = fixture.routes;
    const other = await startTestServer(server.databaseUrl, { extraRoutes });
    try {
      expect(await rows()).toHaveLength(before.length + 1);
      for (const secret of [server.secretKey, other.secretKey]) {
        expect((await other.request('POST', '/test/events', event, { secret })).status).toBe(200);
      }
    } finally {
      await other.close();
    }
  });

  test('stays revoked when it is configured again', async () => {
    const first = await startTestServer(server.databaseUrl, { extraRoutes: fixture.routes });
    const keys = JSON.parse(await cli('keys', 'list', '--json')) as { id: number }[];
    await cli('keys', 'revoke', String(keys.at(-1)?.id));
    await first.close();
    const lines: string[] = [];
    const second = await startTestServer(server.databaseUrl, {
      extraRoutes: fixture.routes,
      secretKey: first.secretKey,
      env: { LOG_LEVEL: 'warn' },
      onLog: (line) => lines.push(line),
    });
    try {
      expect((await second.request('POST', '/test/events', event)).status).toBe(401);
      expect(lines.join('')).toContain('API_SECRET_KEY is a key that has been revoked');
    } finally {
      await second.close();
    }
  });
});
