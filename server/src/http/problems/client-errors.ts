import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE, problemDocument } from './problem.ts';

interface ParseFault extends Error {
  readonly code?: string;
}

interface ClientFault {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const faults: Readonly<Record<string, ClientFault>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    detail: 'The headers are larger than 16 KiB.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  },
};

const MALFORMED: ClientFault = {
  status: 400,
  code: 'malformed_request',
  detail: 'This is not a request of HTTP/1.1.',
};

/** Answers what is not even a request, by hand, because no request object exists for it. */
export function answerClientError(fault: ParseFault, socket: Socket, requestId: string): void {
  if (fault.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const { status, code, detail } = faults[fault.code ?? ''] ?? MALFORMED;
  const body = problemDocument({ status, code, detail }, requestId);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

/** An `Expect` of anything but 100-continue, which Node would answer without a word. */
export function refuseExpectation(response: ServerResponse, requestId: string): void {
  const problem = {
    status: 417,
    code: 'expectation_unsupported',
    detail: 'Nothing but 100-continue can be expected.',
  };
  const body = problemDocument(problem, requestId);
  const headers = {
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'connection': 'close',
  };
  response.writeHead(problem.status, headers).end(body);
}
