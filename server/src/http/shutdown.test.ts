import { beforeEach, expect, test } from 'vitest';
import Type from 'typebox';
import { route, type Route } from '../platform/routes.ts';
import { useTestDatabase } from '../../test/support/database.ts';
import { openConnection, type RawConnection } from '../../test/support/raw-http.ts';
import { startTestServer, type StartedTestServer } from '../../test/support/server.ts';

const database = useTestDatabase();

interface Gate {
  /** Resolves when the handler has been entered. */
  readonly entered: PromiseWithResolvers<void>;
  readonly opened: PromiseWithResolvers<void>;
}

let gate: Gate;
beforeEach(() => {
  gate = { entered: Promise.withResolvers(), opened: Promise.withResolvers() };
});

const held: Route = route({
  method: 'GET',
  path: '/test/held',
  summary: 'Answers when it is let go',
  tag: 'Test',
  scope: 'public',
  response: Type.Object({ done: Type.Boolean() }),
  async handler() {
    gate.entered.resolve();
    await gate.opened.promise;
    return { done: true };
  },
});

const start = () => startTestServer(database.url, { extraRoutes: [held] });
const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;

async function hold(server: StartedTestServer): Promise<RawConnection> {
  const connection = await openConnection(server.url);
  connection.send(request('/test/held'));
  await gate.entered.promise;
  return connection;
}

test('a request under way is answered, and its connection closed after it', async () => {
  const server = await start();
  const connection = await hold(server);
  const closing = server.close();

  gate.opened.resolve();
  const answer = await connection.answer();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('connection')).toBe('close');
  await Promise.all([connection.closed, closing]);
});

test('nothing new is accepted from the first moment', async () => {
  const server = await start();
  const connection = await hold(server);
  const closing = server.close();
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  gate.opened.resolve();
  await closing;
  await connection.closed;
});

test('a connection that waits for its next request is closed at once', async () => {
  const server = await start();
  const idle = await openConnection(server.url);
  idle.send(request('/healthz'));
  expect((await idle.answer()).status).toBe(200);
  const busy = await hold(server);
  const closing = server.close();
  await idle.closed;
  gate.opened.resolve();
  expect((await busy.answer()).status).toBe(200);
  await closing;
});

test('readiness fails for who asks while the process stops', async () => {
  const server = await start();
  const busy = await hold(server);
  const asking = await openConnection(server.url);
  asking.send('GET /readyz HTTP/1.1\r\nHost: test\r\n');
  // Answered after those bytes were read, since they came first.
  await (await fetch(`${server.url}/healthz`)).text();
  const closing = server.close();
  asking.send('\r\n');
  const answer = await asking.answer();
  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.body)).toMatchObject({ failing: { process: 'is shutting down' } });
  gate.opened.resolve();
  await busy.answer();
  await closing;
});

test('a second stop waits for the first', async () => {
  const server = await start();
  const connection = await hold(server);
  let stopped = 0;
  const closings = [server.close(), server.close()].map((closing) =>
    closing.then(() => {
      stopped += 1;
    }),
  );
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  expect(stopped).toBe(0);
  gate.opened.resolve();
  expect((await connection.answer()).status).toBe(200);
  await Promise.all(closings);
});
