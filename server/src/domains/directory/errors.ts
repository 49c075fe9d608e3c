import type { ErrorCode } from '../../platform/errors.ts';

export const FILTER_INVALID: ErrorCode = { code: 'filter_invalid', kind: 'malformed' };
export const NOTE_UNKNOWN: ErrorCode = { code: 'note_unknown', kind: 'not_found' };
export const VIEW_UNKNOWN: ErrorCode = { code: 'view_unknown', kind: 'not_found' };
export const VIEW_NAME_TAKEN: ErrorCode = { code: 'view_name_taken', kind: 'conflict' };
/** A shared view is changed by who made it. */
export const VIEW_OF_ANOTHER: ErrorCode = { code: 'view_of_another', kind: 'forbidden' };
/** What is to be done to many users lacks something, or says what does not belong to it. */
export const BULK_DEED_INCOMPLETE: ErrorCode = { code: 'bulk_deed_incomplete', kind: 'invalid' };
export const BULK_USERS_MISSING: ErrorCode = { code: 'bulk_users_missing', kind: 'invalid' };
export const BULK_USERS_TOO_MANY: ErrorCode = { code: 'bulk_users_too_many', kind: 'invalid' };
export const BULK_USERS_UNKNOWN: ErrorCode = { code: 'bulk_users_unknown', kind: 'invalid' };
/** The list holds others by now than were looked at. */
export const BULK_USERS_CHANGED: ErrorCode = { code: 'bulk_users_changed', kind: 'conflict' };
export const BULK_DEED_UNKNOWN: ErrorCode = { code: 'bulk_deed_unknown', kind: 'not_found' };
export const BULK_DEED_DONE: ErrorCode = { code: 'bulk_deed_done', kind: 'conflict' };
/** An undo is of what was done, is done or stopped, and was undone by nobody. */
export const BULK_DEED_RUNNING: ErrorCode = { code: 'bulk_deed_running', kind: 'conflict' };
export const BULK_DEED_NO_UNDO: ErrorCode = { code: 'bulk_deed_no_undo', kind: 'conflict' };
export const BULK_DEED_UNDONE: ErrorCode = { code: 'bulk_deed_undone', kind: 'conflict' };
/** What a bulk deed has left with a user is not as it has left it. */
export const BULK_UNDO_LATE: ErrorCode = { code: 'bulk_undo_late', kind: 'conflict' };
export const BULK_PERMISSION_MISSING: ErrorCode = { code: 'permission_missing', kind: 'forbidden' };
