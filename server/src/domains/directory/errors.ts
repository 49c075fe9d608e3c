import type { ErrorCode } from '../../platform/errors.ts';

export const CURSOR_INVALID: ErrorCode = { code: 'cursor_invalid', kind: 'malformed' };
export const FILTER_INVALID: ErrorCode = { code: 'filter_invalid', kind: 'malformed' };
export const NOTE_UNKNOWN: ErrorCode = { code: 'note_unknown', kind: 'not_found' };
export const VIEW_UNKNOWN: ErrorCode = { code: 'view_unknown', kind: 'not_found' };
export const VIEW_NAME_TAKEN: ErrorCode = { code: 'view_name_taken', kind: 'conflict' };
/** A shared view is changed by who made it. */
export const VIEW_OF_ANOTHER: ErrorCode = { code: 'view_of_another', kind: 'forbidden' };
