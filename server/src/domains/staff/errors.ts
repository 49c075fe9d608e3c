import type { ErrorCode } from '../../platform/errors.ts';

export const CREDENTIALS_WRONG: ErrorCode = { code: 'credentials_wrong', kind: 'unauthenticated' };
export const CODE_WRONG: ErrorCode = { code: 'code_wrong', kind: 'unauthenticated' };
export const CODE_NOT_AWAITED: ErrorCode = { code: 'code_not_awaited', kind: 'unauthenticated' };
export const TOO_MANY_ATTEMPTS: ErrorCode = { code: 'too_many_attempts', kind: 'limited' };
export const TOO_BUSY: ErrorCode = { code: 'too_busy', kind: 'unavailable' };
export const PASSWORD_WEAK: ErrorCode = { code: 'password_weak', kind: 'invalid' };
export const PASSWORD_WRONG: ErrorCode = { code: 'password_wrong', kind: 'forbidden' };
export const LINK_OVER: ErrorCode = { code: 'link_over', kind: 'not_found' };
export const MEMBER_EXISTS: ErrorCode = { code: 'member_exists', kind: 'conflict' };
export const MEMBER_UNKNOWN: ErrorCode = { code: 'member_unknown', kind: 'not_found' };
export const MEMBER_INACTIVE: ErrorCode = { code: 'member_inactive', kind: 'conflict' };
export const LAST_OWNER: ErrorCode = { code: 'last_owner', kind: 'conflict' };
export const STALE_VERSION: ErrorCode = { code: 'stale_version', kind: 'conflict' };
export const ROLE_TOO_HIGH: ErrorCode = { code: 'role_too_high', kind: 'forbidden' };
export const SECOND_FACTOR_EXISTS: ErrorCode = { code: 'second_factor_exists', kind: 'conflict' };
export const SECOND_FACTOR_NOT_BEGUN: ErrorCode = {
  code: 'second_factor_not_begun',
  kind: 'conflict',
};
export const SESSION_UNKNOWN: ErrorCode = { code: 'session_unknown', kind: 'not_found' };
export const TOKEN_UNKNOWN: ErrorCode = { code: 'token_unknown', kind: 'not_found' };
export const INVITATION_UNKNOWN: ErrorCode = { code: 'invitation_unknown', kind: 'not_found' };
