import type { ErrorCode } from '../../platform/errors.ts';

/** Why a file of histories is not read at all. */
export const COLUMNS_MISSING: ErrorCode = { code: 'columns_missing', kind: 'malformed' };
export const ORIGIN_INVALID: ErrorCode = { code: 'origin_invalid', kind: 'invalid' };

/** Why there is no figure. */
export const SPAN_INVALID: ErrorCode = { code: 'span_invalid', kind: 'invalid' };
export const BOOK_NOT_READY: ErrorCode = { code: 'book_not_ready', kind: 'unavailable' };
export const LIVE_FULL: ErrorCode = { code: 'live_full', kind: 'limited' };
export const ANNOTATION_UNKNOWN: ErrorCode = { code: 'annotation_unknown', kind: 'not_found' };
export const CUSTOMER_UNKNOWN: ErrorCode = { code: 'customer_unknown', kind: 'not_found' };
export const BOOK_MISSING: ErrorCode = { code: 'book_missing', kind: 'not_found' };
export const METRIC_UNKNOWN: ErrorCode = { code: 'metric_unknown', kind: 'not_found' };
export const DIMENSION_UNKNOWN: ErrorCode = { code: 'dimension_unknown', kind: 'invalid' };
export const ATTRIBUTES_INVALID: ErrorCode = { code: 'attributes_invalid', kind: 'invalid' };
export const ATTRIBUTE_TOO_VARIED: ErrorCode = { code: 'attribute_too_varied', kind: 'invalid' };
export const UNITS_MIXED: ErrorCode = { code: 'units_mixed', kind: 'invalid' };
export const COLUMN_UNKNOWN: ErrorCode = { code: 'column_unknown', kind: 'invalid' };

/** Why no link to a survey is made. */
export const USERS_UNKNOWN: ErrorCode = { code: 'user_unknown', kind: 'not_found' };

/** Why a book is not begun, or not found. */
export const BOOK_UNKNOWN: ErrorCode = { code: 'book_unknown', kind: 'not_found' };
export const BOOK_UNCHANGED: ErrorCode = { code: 'book_unchanged', kind: 'conflict' };
export const TIME_ZONE_INVALID: ErrorCode = { code: 'time_zone_invalid', kind: 'invalid' };
