import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A connection that sends bytes as they are, for what no client library would send. */
export interface RawConnection {
  readonly socket: Socket;
  send(bytes: string | Buffer): void;
  /** The next whole answer on this connection. */
  answer(): Promise<RawAnswer>;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
}

export async function openConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const received: { bytes: Buffer; ended: boolean } = { bytes: Buffer.alloc(0), ended: false };
  let wake = Promise.withResolvers<void>();
  const stir = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  socket.on('data', (bytes: Buffer) => {
    received.bytes = Buffer.concat([received.bytes, bytes]);
    stir();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      received.ended = true;
      stir();
      resolve();
    });
  });
  // A reset by the other side is seen as the close that follows it.
  socket.on('error', () => undefined);
  return {
    socket,
    closed,
    send: (bytes) => void socket.write(bytes),
    async answer() {
      for (;;) {
        const found = takeAnswer(received.bytes);
        if (found !== undefined) {
          received.bytes = found.rest;
          return found.answer;
        }
        if (received.ended) throw new Error('closed before a whole answer came');
        await wake.promise;
      }
    },
  };
}

function takeAnswer(bytes: Buffer): { answer: RawAnswer; rest: Buffer } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const length = Number(headers.get('content-length') ?? 0);
  const bodyStart = headEnd + 4;
  if (bytes.length < bodyStart + length) return undefined;
  const body = bytes.subarray(bodyStart, bodyStart + length).toString('utf8');
  const answer = { status: Number(statusLine.split(' ')[1]), headers, body };
  return { answer, rest: bytes.subarray(bodyStart + length) };
}
