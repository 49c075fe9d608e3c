import type { ErrorCode } from '../../platform/errors.ts';

export const USER_UNKNOWN: ErrorCode = { code: 'user_unknown', kind: 'not_found' };
export const SIGNED_UP_IN_FUTURE: ErrorCode = { code: 'signed_up_in_future', kind: 'invalid' };
export const REDIRECT_NOT_ALLOWED: ErrorCode = { code: 'redirect_not_allowed', kind: 'invalid' };
/** What is to be changed is another by now than what was looked at. */
export const STALE_VERSION: ErrorCode = { code: 'stale_version', kind: 'conflict' };
