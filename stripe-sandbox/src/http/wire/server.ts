import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { invalid, StripeError, unrecognized } from '../errors.ts';
import { emptyHash, formOfJson, parseForm, type FormHash } from '../form.ts';
import type { ApiRequest, ApiResponse, OwnRequest, OwnResponse } from '../messages.ts';
import { hasTestKey, requireKey } from './keys.ts';
import { readBody, RequestGone } from './read-body.ts';
import { refusalOf } from './refusal.ts';
import { send, sendOwn } from './send.ts';

export type { OwnRequest, OwnResponse };

export interface ServerOptions {
  readonly apiVersion: string;
  newRequestId(): string;
  /** `undefined` for a path that is nothing of the sandbox's own. */
  answerOwn(request: OwnRequest): Promise<OwnResponse> | OwnResponse | undefined;
  answerApi(request: ApiRequest): Promise<ApiResponse>;
  onFault(error: unknown): void;
}

export function createHttpServer(options: ServerOptions): Server {
  const server = createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      options.onFault(error);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function handle(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = options.newRequestId();
  const about = { requestId, apiVersion: options.apiVersion, idempotencyKey: null };
  try {
    const url = urlOf(request);
    if (isOfApi(url)) return await answerApi(options, { request, response, url, requestId });
    const own = await answerOwn(options, { request, response, url, requestId });
    if (own === undefined) requireKey(request.headers.authorization);
    if (own === undefined) throw unrecognized(request.method ?? 'GET', url.pathname);
    sendOwn(response, own);
  } catch (error) {
    if (error instanceof RequestGone) return;
    if (!(error instanceof StripeError)) options.onFault(error);
    const { status, details } = refusalOf(error);
    // What was not heard out cannot be followed by another request.
    if (!request.complete) response.setHeader('connection', 'close');
    send(response, { ...about, status, body: JSON.stringify({ error: details }, null, 2) });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly requestId: string;
}

const isOfApi = ({ pathname }: URL): boolean => /^\/v[12]\//.test(pathname);

async function answerApi(
  options: ServerOptions,
  { request, response, url, requestId }: Exchange,
): Promise<void> {
  const { method = 'GET', headers } = request;
  const body = await readBody(request);
  requireKey(headers.authorization);
  const apiVersion = versionOf(request) ?? options.apiVersion;
  const query = parseForm(url.search.slice(1));
  const form = method === 'GET' ? query : Object.assign(query, formOf(request, body));
  const idempotencyKey = headerOf(request, 'idempotency-key');
  const answer = await options.answerApi({
    method,
    path: url.pathname,
    form,
    rawForm: `${url.search}\n${body}`,
    idempotencyKey,
    requestId,
  });
  send(response, { ...answer, requestId, idempotencyKey, apiVersion });
}

async function answerOwn(
  options: ServerOptions,
  { request, url, requestId }: Exchange,
): Promise<OwnResponse | undefined> {
  const { method = 'GET', headers, socket } = request;
  const body = await readBody(request);
  const rawForm = method === 'GET' ? url.search.slice(1) : body;
  const form = method === 'GET' ? parseForm(rawForm) : formOf(request, body);
  const isTrusted = isLoopback(socket.remoteAddress) || hasTestKey(headers.authorization);
  return options.answerOwn({ method, url, form, rawForm, requestId, isTrusted });
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address);
}

function urlOf(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? '/', 'http://sandbox.invalid');
  if (url === null) throw invalid('Invalid request URL.');
  return url;
}

function formOf(request: IncomingMessage, raw: string): FormHash {
  const type = headerOf(request, 'content-type') ?? '';
  if (!type.startsWith('application/json')) return parseForm(raw);
  if (raw === '') return emptyHash();
  const form = formOfJson(parseJson(raw));
  if (typeof form === 'string') throw invalid('Invalid request: the body must be a JSON object.');
  return form;
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw invalid('Invalid request: the body is not JSON.');
  }
}

/** A version that was asked for is echoed; objects are rendered at the sandbox's only version. */
function versionOf(request: IncomingMessage): string | null {
  const asked = headerOf(request, 'stripe-version');
  if (asked === null || /^\d{4}-\d{2}-\d{2}[\w.;= -]{0,100}$/.test(asked)) return asked;
  throw invalid(`Invalid Stripe API version: ${asked.slice(0, 100)}`);
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
