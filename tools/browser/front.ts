import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as ask,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface FrontAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Whether a browser may keep it for good; it keeps nothing else that is answered here. */
  readonly isKept?: boolean;
}

export interface FrontRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Empty where nothing was sent. */
  readonly body: string;
}

/** What is answered instead of the server behind; nothing where that one is to answer. */
export type Answering = (request: FrontRequest) => FrontAnswer | undefined;

/**
 * A server in front of another one, which answers some requests in its place and hands on the rest
 * as they are. A browser keeps what such a server sends, and what it has compiled of it; it keeps
 * nothing of pages whose requests are intercepted.
 */
export interface Front extends AsyncDisposable {
  readonly url: string;
  answering: Answering;
  /** The address of the server behind; another one may come to stand there. */
  behind: string;
}

export async function openFront(behind: string): Promise<Front> {
  // Nobody waits for connections that a page holds, so they end with the front alone.
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    void buffer(request).then(
      (body) => answer(front, { agent, request, body, response }),
      // Whoever broke off while it was sending.
      () => response.destroy(),
    );
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let standing = behind;
  const front: Front = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answering: () => undefined,
    get behind() {
      return standing;
    },
    set behind(next) {
      // The one that goes is not to wait for connections that nobody uses any more.
      if (next !== standing) agent.destroy();
      standing = next;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
  return front;
}

interface Exchange {
  readonly agent: Agent;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

function answer(front: Front, exchange: Exchange): void {
  const { request, body, response } = exchange;
  const { method = 'GET', url = '/' } = request;
  const { pathname: path } = new URL(url, front.url);
  const given = front.answering({ method, path, body: body.toString() });
  if (given === undefined) return handOn(front.behind, exchange);
  const { status, contentType, isKept = false } = given;
  const caching = isKept ? 'max-age=31536000, immutable' : 'no-store';
  response.writeHead(status, { 'content-type': contentType, 'cache-control': caching });
  response.end(given.body);
}

function handOn(behind: string, { agent, request, body, response }: Exchange): void {
  const { method, headers, url = '/' } = request;
  const onward = ask(new URL(url, behind), { method, headers, agent }, (given) => {
    response.writeHead(given.statusCode ?? 502, given.headers);
    // A stream is there from its beginning, and not from the first that it tells.
    response.flushHeaders();
    given.pipe(response);
  });
  // Either side may go away when it likes, as a page does that is left while it loads.
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  onward.end(body);
}
