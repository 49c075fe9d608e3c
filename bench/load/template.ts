/**
 * Requests are bytes that are made once. What differs between them has a fixed width and is written
 * over in place: the number of the user, an idempotency key.
 */
export interface Template {
  readonly bytes: Buffer;
  /** Where the digits of the user's number stand, once for each event. */
  readonly userAt: readonly number[];
  /** Where the varying part of the idempotency key stands, once for each event. */
  readonly keyAt: readonly number[];
  /** What is left to be done when all of that is written. */
  readonly finish?: (bytes: Buffer) => void;
}

const USER_DIGITS = 6;
const USER_MARK = '#'.repeat(USER_DIGITS);
const KEY_DIGITS = 8;
const KEY_MARK = '~'.repeat(KEY_DIGITS);

/** The user as a request names them, with its number still to be written. */
export const SOME_USER = `user-${USER_MARK}`;

export function userName(index: number): string {
  return `user-${String(index).padStart(USER_DIGITS, '0')}`;
}

/** An idempotency key as long as a UUID, with its varying part still to be written. */
export function someKey(stream: string): string {
  return `${KEY_MARK}-4bcd-4ef0-8123-${stream}`;
}

export interface RequestParts {
  readonly path: string;
  readonly host: string;
  readonly secretKey: string;
  readonly body: unknown;
}

export function makeTemplate({ path, host, secretKey, body }: RequestParts): Template {
  const authorization = `Bearer ${secretKey}`;
  const headers = { host, authorization, 'content-type': 'application/json' };
  return requestOf({ path, headers, text: JSON.stringify(body) });
}

export interface RequestText {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export function requestOf({ path, headers, text }: RequestText): Template {
  const bytes = Buffer.from(
    [
      `POST ${path} HTTP/1.1`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${Buffer.byteLength(text)}`,
      '',
      text,
    ].join('\r\n'),
  );
  return { bytes, userAt: placesOf(bytes, USER_MARK), keyAt: placesOf(bytes, KEY_MARK) };
}

function placesOf(bytes: Buffer, mark: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) {
    places.push(at);
  }
  return places;
}

/** A connection's own bytes of it, since those of a request stay until its answer. */
export function copyOf(template: Template): Template {
  return { ...template, bytes: Buffer.from(template.bytes) };
}

const ZERO = 48;

export function writeUser(bytes: Buffer, at: number, index: number): void {
  let rest = index;
  for (let place = at + USER_DIGITS - 1; place >= at; place -= 1) {
    const next = Math.floor(rest / 10);
    bytes[place] = ZERO + rest - next * 10;
    rest = next;
  }
}

const HEX = Buffer.from('0123456789abcdef');

/** Distinct for distinct numbers below 2^32, and scattered as random keys are. */
export function writeKey(bytes: Buffer, at: number, number: number): void {
  let rest = scatter(number);
  for (let place = at; place < at + KEY_DIGITS; place += 1) {
    bytes[place] = HEX[rest & 15]!;
    rest >>>= 4;
  }
}

/** The finalizer of MurmurHash3, which maps the 32-bit numbers one to one. */
export function scatter(number: number): number {
  let mixed = number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
