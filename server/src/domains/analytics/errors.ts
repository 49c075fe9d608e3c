import type { ErrorCode } from '../../platform/errors.ts';

/** Why a file of histories is not read at all. */
export const COLUMNS_MISSING: ErrorCode = { code: 'columns_missing', kind: 'malformed' };
export const ORIGIN_INVALID: ErrorCode = { code: 'origin_invalid', kind: 'invalid' };
