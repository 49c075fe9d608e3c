import { validateHeaderValue, type ServerResponse } from 'node:http';
import type { ApiResponse, OwnResponse } from '../messages.ts';

interface Answer extends ApiResponse {
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  readonly apiVersion: string;
}

/** Sends an answer of the API, unless its connection is to break or to stay silent. */
export function send(response: ServerResponse, answer: Answer): void {
  if (answer.breaks === 'silence') return;
  if (answer.breaks === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const { idempotencyKey: key, originalRequest } = answer;
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'request-id': answer.requestId,
    'stripe-version': answer.apiVersion,
    'content-length': Buffer.byteLength(answer.body),
    ...(key !== null && canBeSent(key) ? { 'idempotency-key': key } : {}),
    ...(originalRequest === undefined
      ? {}
      : { 'idempotent-replayed': 'true', 'original-request': originalRequest }),
    ...answer.headers,
  });
  response.end(answer.body);
}

function canBeSent(value: string): boolean {
  try {
    validateHeaderValue('idempotency-key', value);
    return true;
  } catch {
    return false;
  }
}

export function sendOwn(response: ServerResponse, own: OwnResponse): void {
  const { status, type, body, location } = own;
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(location === undefined ? {} : { location }),
  });
  response.end(body);
}
