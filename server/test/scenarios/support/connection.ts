import { openConnection, type RawAnswer } from '../../support/raw-http.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The parsed JSON, or the text where it is none. */
  readonly body: unknown;
}

/** One connection that can be cut at any moment; what waits for an answer then is rejected. */
export interface Connection {
  /** Sends without waiting for the answers before it. */
  send(request: HttpRequest): Promise<Answer>;
  /** Sends only the beginning of a request: a share of its bytes. */
  sendPart(request: HttpRequest, share: number): void;
  cut(): void;
  readonly isCut: boolean;
}

export async function connectTo(url: string, secretKey: string): Promise<Connection> {
  const raw = await openConnection(url);
  raw.socket.setNoDelay(true);
  let before: Promise<unknown> = Promise.resolve();
  let isCut = false;
  void raw.closed.then(() => {
    isCut = true;
  });
  return {
    send(request) {
      raw.send(formatRequest(request, secretKey));
      // Answers come in the order of the requests.
      const answer = before.then(() => raw.answer());
      before = answer.catch(() => undefined);
      return answer.then(parseAnswer);
    },
    sendPart(request, share) {
      const bytes = Buffer.from(formatRequest(request, secretKey));
      raw.send(bytes.subarray(0, Math.floor(bytes.length * share)));
    },
    cut() {
      isCut = true;
      raw.socket.destroy();
    },
    get isCut() {
      return isCut;
    },
  };
}

export function formatRequest(request: HttpRequest, secretKey: string): string {
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    'Host: scenario',
    `Authorization: Bearer ${secretKey}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(body === '' ? [] : ['Content-Type: application/json']),
    ...Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export function parseAnswer({ status, headers, body }: RawAnswer): Answer {
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '');
  return { status, headers, body: isJson ? (JSON.parse(body) as unknown) : body };
}
