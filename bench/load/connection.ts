import { connect, type Socket } from 'node:net';

/** What came back: the bytes are valid only during the call. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

export interface ConnectionEvents {
  onAnswer(answer: Answer): void;
  onFault(fault: Error): void;
}

const READ_BYTES = 64 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = Buffer.from('content-length: ');
const STATUS_AT = 'HTTP/1.1 '.length;
const ZERO = 48;
const CARRIAGE_RETURN = 13;

interface Head {
  readonly status: number;
  readonly bodyAt: number;
  readonly totalBytes: number;
}

/**
 * One keep-alive connection with one request under way. It knows of HTTP only what the answers of
 * the server under test use, since the machine's cores are shared with that server.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  /** An answer that came in several pieces. */
  #gathered = Buffer.allocUnsafe(READ_BYTES);
  #gatheredBytes = 0;
  #head: Head | undefined;
  #isClosed = false;

  constructor(at: { host: string; port: number }, events: ConnectionEvents) {
    this.#events = events;
    this.#socket = connect({
      ...at,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (bytes, buffer) => {
          this.#receive((buffer as Buffer).subarray(0, bytes));
          return !this.#isClosed;
        },
      },
    });
    this.#socket.on('error', (fault) => this.#fail(fault));
    this.#socket.on('close', () => this.#fail(new Error('The server closed a connection.')));
  }

  opened(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.once('connect', resolve);
    this.#socket.once('error', reject);
    return promise;
  }

  /** The bytes must stay as they are until the answer comes. */
  send(request: Buffer): void {
    this.#socket.write(request);
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #fail(fault: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.onFault(fault);
  }

  #receive(chunk: Buffer): void {
    if (this.#gatheredBytes > 0) return this.#gather(chunk);
    const head = readHead(chunk);
    if (head === undefined || chunk.length < head.totalBytes) return this.#gather(chunk);
    this.#answer(head, chunk);
  }

  #gather(chunk: Buffer): void {
    const needed = this.#gatheredBytes + chunk.length;
    if (needed > this.#gathered.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#gathered.length * 2));
      this.#gathered.copy(larger, 0, 0, this.#gatheredBytes);
      this.#gathered = larger;
    }
    chunk.copy(this.#gathered, this.#gatheredBytes);
    this.#gatheredBytes = needed;
    const bytes = this.#gathered.subarray(0, needed);
    this.#head ??= readHead(bytes);
    if (this.#head !== undefined && needed >= this.#head.totalBytes)
      this.#answer(this.#head, bytes);
  }

  #answer(head: Head, bytes: Buffer): void {
    this.#head = undefined;
    this.#gatheredBytes = 0;
    if (bytes.length > head.totalBytes) {
      this.#fail(new Error('The server sent something else than one answer to one request.'));
      return;
    }
    const body = bytes.subarray(head.bodyAt, head.totalBytes);
    this.#events.onAnswer({ status: head.status, body });
  }
}

/** An answer that does not say how long it is: nothing that the server under test sends. */
const LENGTHLESS: Head = { status: 0, bodyAt: 0, totalBytes: 0 };

/** `undefined` until all of the head is there. */
function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const lengthAt = bytes.indexOf(CONTENT_LENGTH);
  if (lengthAt < 0 || lengthAt > end) return LENGTHLESS;
  const bodyAt = end + HEAD_END.length;
  let length = 0;
  for (let at = lengthAt + CONTENT_LENGTH.length; bytes[at] !== CARRIAGE_RETURN; at += 1) {
    length = length * 10 + bytes[at]! - ZERO;
  }
  const status =
    (bytes[STATUS_AT]! - ZERO) * 100 +
    (bytes[STATUS_AT + 1]! - ZERO) * 10 +
    (bytes[STATUS_AT + 2]! - ZERO);
  return { status, bodyAt, totalBytes: bodyAt + length };
}
