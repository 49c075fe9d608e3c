import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Connection } from './connection.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A connection to a server that leaves it to the test what comes back. */
async function connectedPair() {
  const answers: { status: number; body: string }[] = [];
  const faults: Error[] = [];
  let told = Promise.withResolvers<void>();
  const server = createServer();
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const connection = new Connection(
    { host: '127.0.0.1', port },
    {
      onAnswer({ status, body }) {
        answers.push({ status, body: body.toString() });
        told.resolve();
      },
      onFault(fault) {
        faults.push(fault);
        told.resolve();
      },
    },
  );
  await connection.opened();
  const [socket] = (await accepted) as [Socket];
  const nextEvent = async (): Promise<void> => {
    await told.promise;
    told = Promise.withResolvers<void>();
  };
  return { connection, socket, answers, faults, nextEvent };
}

function response(status: number, body: string): string {
  return `HTTP/1.1 ${status} Some\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

test('answers are read one after the other on one connection', async () => {
  const { connection, socket, answers, nextEvent } = await connectedPair();
  for (const [status, body] of [
    [200, '{}'],
    [404, '{"code":"route_unknown"}'],
    [200, ''],
  ] as const) {
    socket.write(response(status, body));
    await nextEvent();
    expect(answers.at(-1)).toEqual({ status, body });
  }
  connection.close();
});

test('an answer that comes in pieces, cut anywhere, is put together', async () => {
  const { connection, socket, answers, nextEvent } = await connectedPair();
  socket.setNoDelay(true);
  const text = response(200, '{"recorded":true}');
  for (let cut = 1; cut < text.length; cut += 1) {
    socket.write(text.slice(0, cut));
    await new Promise(setImmediate);
    socket.write(text.slice(cut));
    await nextEvent();
  }
  expect(answers).toHaveLength(text.length - 1);
  expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['{"recorded":true}']));
  connection.close();
});

test('an answer longer than one read is put together', async () => {
  const { connection, socket, answers, nextEvent } = await connectedPair();
  const body = 'x'.repeat(1_000_000);
  socket.write(response(200, body));
  await nextEvent();
  expect(answers).toEqual([{ status: 200, body }]);
  connection.close();
});

test('a server that hangs up is a fault, unless we have closed', async () => {
  const first = await connectedPair();
  first.socket.end();
  await first.nextEvent();
  expect(first.faults).toEqual([new Error('The server closed a connection.')]);

  const second = await connectedPair();
  const closed = once(second.socket, 'close');
  second.socket.resume();
  second.connection.close();
  await closed;
  expect(second.faults).toEqual([]);
});
