import { parseInstant } from '@whisperforge/kernel/clock';
import { parseInputQuantity } from '@whisperforge/kernel/quantity';

/** Where in a value something was refused, as the rest of a JSON pointer, and why. */
export interface Refusal {
  readonly pointer: string;
  readonly message: string;
}

/** What JSON Schema cannot say about an input. */
export interface InputCheck {
  /** Runs on every request; `explain` only on what it refused. */
  test(value: unknown): boolean;
  explain(value: unknown): Refusal;
}

/** The checks by the name that a schema gives under the keyword `x-check`. */
export const inputChecks: Readonly<Record<string, InputCheck>> = {
  'amount': says(
    isAmount,
    'must be a number or a decimal string from 0 to below 1000000000 with at most 6 decimals',
  ),
  'user-id': says(
    (value) => typeof value === 'string' && isUserId(value),
    'must be 1 to 255 letters, digits or any of . _ : @ | - and neither "." nor ".."',
  ),
  'text': says(
    (value) => typeof value === 'string' && isText(value),
    'must be well-formed text without NUL characters',
  ),
  'instant': says(
    (value) => typeof value === 'string' && parseInstant(value) !== undefined,
    'must be an instant as RFC 3339 writes it, such as 2026-03-01T09:30:00Z',
  ),
  'idempotency-key': says(
    (value) => typeof value === 'string' && isIdempotencyKey(value),
    'must be 1 to 255 printable ASCII characters and neither start nor end with a space',
  ),
  'metadata': {
    test: (value) => refuseMetadata(value) === undefined,
    explain: (value) => refuseMetadata(value) ?? { pointer: '', message: 'is not metadata' },
  },
};

function says(test: (value: unknown) => boolean, message: string): InputCheck {
  return { test, explain: () => ({ pointer: '', message }) };
}

function isAmount(value: unknown): boolean {
  return (
    (typeof value === 'number' || typeof value === 'string') &&
    parseInputQuantity(value) !== undefined
  );
}

const USER_ID = /^[A-Za-z0-9._:@|-]{1,255}$/;

export function isUserId(text: string): boolean {
  // Clients and proxies remove `.` and `..` from paths, so no route could name such a user.
  return USER_ID.test(text) && text !== '.' && text !== '..';
}

const IDEMPOTENCY_KEY = /^[!-~](?:[ -~]{0,253}[!-~])?$/;

export function isIdempotencyKey(text: string): boolean {
  return IDEMPOTENCY_KEY.test(text);
}

/** Postgres stores neither NUL nor half of a surrogate pair. */
export function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

const METADATA_KEYS = 50;
const METADATA_DEPTH = 5;
const METADATA_BYTES = 16_384;

function refuseMetadata(value: unknown): Refusal | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { pointer: '', message: 'must be an object' };
  }
  const refusal = refuseObject(value, '', METADATA_DEPTH);
  if (refusal !== undefined) return refusal;
  if (new TextEncoder().encode(JSON.stringify(value)).length > METADATA_BYTES) {
    return { pointer: '', message: `must be at most ${METADATA_BYTES} bytes of JSON` };
  }
  return undefined;
}

function refuseObject(value: object, pointer: string, depthLeft: number): Refusal | undefined {
  if (depthLeft === 0) {
    return { pointer, message: `must be nested at most ${METADATA_DEPTH} levels deep` };
  }
  const isList = Array.isArray(value);
  let keys = 0;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    keys += 1;
    if (keys > METADATA_KEYS && !isList) {
      return { pointer, message: `must have at most ${METADATA_KEYS} keys` };
    }
    const at = `${pointer}/${pointerToken(key)}`;
    if (!isText(key) || key === '__proto__') return { pointer: at, message: 'is no usable key' };
    const refusal = refuseMember((value as Record<string, unknown>)[key], at, depthLeft);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseMember(value: unknown, pointer: string, depthLeft: number): Refusal | undefined {
  if (typeof value === 'string') {
    return isText(value)
      ? undefined
      : { pointer, message: 'must be well-formed text without NUL characters' };
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return { pointer, message: 'must be a finite number' };
    // Beyond 2^53 the number that arrived may not be the number that was written.
    return Number.isInteger(value) && !Number.isSafeInteger(value)
      ? { pointer, message: 'must be an integer within 2^53, or a string' }
      : undefined;
  }
  if (typeof value === 'object' && value !== null) {
    return refuseObject(value, pointer, depthLeft - 1);
  }
  return undefined;
}

const LONGEST_TOKEN = 100;

/** A name as one step of a JSON pointer, cut where it is absurdly long. */
export function pointerToken(name: string): string {
  const short = name.length > LONGEST_TOKEN ? `${name.slice(0, LONGEST_TOKEN)}...` : name;
  return short.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
}
