import { AppError, type ErrorCode } from '../../../platform/errors.ts';
import type { ListedInvoice } from './invoice.ts';
import type { InvoicePosition } from './store.ts';

export const CURSOR_INVALID: ErrorCode = { code: 'cursor_invalid', kind: 'malformed' };

/** Where the next page begins, for callers to hand back unread. */
export function cursorAfter({ createdMs, id }: ListedInvoice): string {
  return Buffer.from(`${createdMs} ${id}`).toString('base64url');
}

export function readCursor(cursor: string): InvoicePosition {
  const match = /^(\d{1,15}) (\w{1,255})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  );
  const [createdMs, id] = [match?.[1], match?.[2]];
  if (createdMs === undefined || id === undefined) {
    throw new AppError(CURSOR_INVALID, {
      message: 'The cursor is none that was given out.',
      fields: [{ field: '/cursor', message: 'is not the next_cursor of an answer' }],
    });
  }
  return { createdMs: Number(createdMs), id };
}
