import type { ErrorCode } from '../../platform/errors.ts';

export const KEY_NOT_FOUND: ErrorCode = { code: 'key_not_found', kind: 'not_found' };
export const KEY_INVALID: ErrorCode = { code: 'key_invalid', kind: 'invalid' };
