import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listen } from './scripted-server.ts';

/**
 * Puts a handler of web standard requests on a loopback port, as the runtimes do that Hono and
 * Next.js run on: the request's signal aborts when the client leaves before the response is done.
 */
export function serveFetch(
  handler: (request: Request) => Response | Promise<Response>,
): Promise<string> {
  return listen(
    createServer((incoming, outgoing) => {
      serveOne(handler, incoming, outgoing).catch(() => {
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(500).end();
      });
    }),
  );
}

async function serveOne(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const response = await handler(
    new Request(url, { method: incoming.method ?? 'GET', headers, signal: gone.signal }),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  const reader = response.body?.getReader();
  if (reader === undefined) {
    outgoing.end();
    return;
  }
  gone.signal.addEventListener('abort', () => void reader.cancel());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    outgoing.write(value);
  }
  outgoing.end();
}
