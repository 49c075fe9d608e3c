import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Answers the nth request (from 0) to its path; free to answer late, badly or not at all. */
export type Script = (response: ServerResponse, received: Received, nth: number) => unknown;

export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** The bodies of the requests to one path. */
  bodies(path: string): readonly unknown[];
  close(): Promise<void>;
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const detail = `It is ${code}.`;
  json(response, status, { title: code, status, code, detail, request_id: 'req-1' }, headers);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}

/** Listens on a loopback port until the test is over, and cuts whatever is still open then. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => closeServer(server));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A server that misbehaves on purpose; it states no rules of features unless a script does. */
export async function scriptedServer(
  scripts: Readonly<Record<string, Script>>,
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '';
      const body = await readBody(request);
      const entry = { method: request.method ?? '', path, headers: request.headers, body };
      const nth = received.filter((earlier) => earlier.path === path).length;
      received.push(entry);
      const script = scripts[path];
      if (script !== undefined) await script(response, entry, nth);
      else if (path === '/v1/features') json(response, 200, { data: [] });
      else problem(response, 404, 'route_not_found');
    })();
  });
  const url = await listen(server);
  return {
    url,
    received,
    bodies: (path) => received.filter((entry) => entry.path === path).map(({ body }) => body),
    close: () => closeServer(server),
  };
}
