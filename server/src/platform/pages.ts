// pure
import { isDay } from '@whisperforge/kernel/period';
import { AppError, type ErrorCode } from './errors.ts';
import { isText } from './input-checks.ts';

/** Some of a list, and where the next of it begins. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  /** `null` where there is nothing after it. */
  readonly nextCursor: string | null;
}

/** A page of at most so many; one more than that was looked for, which tells whether it goes on. */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): ListPage<T> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const goesOn = found.length > limit && last !== undefined;
  return { rows, nextCursor: goesOn ? cursorOf(last) : null };
}

/** A page of a list that is ordered by id: so many after one, or all of it. */
export interface IdPage {
  readonly afterId?: number | undefined;
  readonly limit?: number;
}

const CURSOR_INVALID: ErrorCode = { code: 'cursor_invalid', kind: 'malformed' };

/** The id after which a page begins; `undefined` for the first one. */
export function readIdCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^[1-9][0-9]{0,14}$/.test(cursor)) throw invalidCursor();
  return Number(cursor);
}

/** What the last row of a page is ordered by, for callers to hand back unread. */
export function writeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** What parts of a cursor may be; Postgres reads each day and each instant (in milliseconds). */
interface PartTypes {
  readonly string: string;
  readonly day: string;
  readonly number: number;
  readonly instant: number;
  readonly either: string | number;
}
type PartsOf<K extends readonly (keyof PartTypes)[]> = { [I in keyof K]: PartTypes[K[I]] };

/** What `writeCursor` was given; a cursor that was made by somebody else is refused. */
export function readCursor<const K extends readonly (keyof PartTypes)[]>(
  cursor: string,
  kinds: K,
): PartsOf<K> {
  const parts = parsed(cursor);
  if (!isOf(parts, kinds)) throw invalidCursor();
  return parts;
}

function isOf<const K extends readonly (keyof PartTypes)[]>(
  parts: unknown,
  kinds: K,
): parts is PartsOf<K> {
  if (!Array.isArray(parts) || parts.length !== kinds.length) return false;
  return parts.every((part: unknown, index) => {
    const kind = kinds[index];
    switch (kind) {
      case 'string':
        return typeof part === 'string' && isText(part);
      case 'day':
        return typeof part === 'string' && isDay(part);
      case 'instant':
        return typeof part === 'number' && isInstant(part);
      default:
        return typeof part === 'string'
          ? kind === 'either' && isText(part)
          : Number.isSafeInteger(part);
    }
  });
}

/** From the year 1 to the year 9999: Postgres reads no other instants as they are written. */
const FIRST_INSTANT_MS = -62_135_596_800_000;
const LAST_INSTANT_MS = 253_402_300_799_999;

/** Whether a list may go on after a row of that instant. */
export function isInstant(ms: number): boolean {
  return Number.isSafeInteger(ms) && FIRST_INSTANT_MS <= ms && ms <= LAST_INSTANT_MS;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
}

export function invalidCursor(): AppError {
  return new AppError(CURSOR_INVALID, {
    message: 'The cursor is none that was given out for this list and order.',
    fields: [{ field: '/cursor', message: 'is not the next_cursor of an answer' }],
  });
}
