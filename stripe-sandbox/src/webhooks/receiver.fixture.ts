import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly body: string;
  readonly signature: string;
  readonly path: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** The ids of the events that came, in the order in which they did. */
  ids(): string[];
  /** What is answered from now on; 200 unless it is said. */
  answer: (response: ServerResponse, received: Received) => void;
  close(): Promise<void>;
}

/** Takes webhooks and notes them. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => void (body += chunk));
    request.on('end', () => {
      const signature = String(request.headers['stripe-signature']);
      const came = { body, signature, path: request.url ?? '' };
      received.push(came);
      receiver.answer(response, came);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/webhooks`,
    received,
    ids: () => received.map(({ body }) => (JSON.parse(body) as { readonly id: string }).id),
    answer: (response) => void response.end(),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return receiver;
}
