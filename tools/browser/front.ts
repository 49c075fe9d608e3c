import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as ask,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FrontAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What is answered instead of the server behind, by method and path; nothing where that is to. */
export type Answering = (method: string, path: string) => FrontAnswer | undefined;

/**
 * A server in front of another one, which answers some requests in its place and hands on the rest
 * as they are. A browser keeps what such a server sends, and what it has compiled of it; it keeps
 * nothing of pages whose requests are intercepted.
 */
export interface Front extends AsyncDisposable {
  readonly url: string;
  answering: Answering;
}

export async function openFront(behind: string): Promise<Front> {
  // Nobody waits for connections that a page holds, so they end with the front alone.
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/' } = request;
    const answer = front.answering(method, new URL(url, behind).pathname);
    if (answer === undefined) return handOn({ behind, agent, request, response });
    const { status, contentType, body } = answer;
    request.resume();
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
    response.end(body);
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answering: () => undefined,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
  return front;
}

interface HandedOn {
  readonly behind: string;
  readonly agent: Agent;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function handOn({ behind, agent, request, response }: HandedOn): void {
  const { method, headers, url = '/' } = request;
  const onward = ask(new URL(url, behind), { method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  // Either side may go away when it likes, as a page does that is left while it loads.
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
