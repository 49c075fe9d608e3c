// pure
import { AppError } from '../../../platform/errors.ts';
import { CURSOR_INVALID } from '../errors.ts';

/** Where the next page begins, for callers to hand back unread. */
export function writeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** What `writeCursor` was given; a cursor that was made by somebody else is refused. */
export function readCursor(
  cursor: string,
  kinds: readonly ('string' | 'number' | 'either')[],
): readonly (string | number)[] {
  const parts = parsed(cursor);
  if (!Array.isArray(parts) || parts.length !== kinds.length) throw invalid();
  return parts.map((part: unknown, index) => {
    if (typeof part === 'string' && kinds[index] !== 'number') return part;
    if (Number.isSafeInteger(part) && kinds[index] !== 'string') return part as number;
    throw invalid();
  });
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid();
  }
}

export function invalid(): AppError {
  return new AppError(CURSOR_INVALID, {
    message: 'The cursor is none that was given out for this list and order.',
    fields: [{ field: '/cursor', message: 'is not the next_cursor of an answer' }],
  });
}
