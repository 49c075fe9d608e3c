import type { ErrorCode } from '../../platform/errors.ts';

export const PLAN_UNKNOWN: ErrorCode = { code: 'plan_unknown', kind: 'not_found' };
export const ACCOUNT_UNKNOWN: ErrorCode = { code: 'account_unknown', kind: 'not_found' };
/** At most one plan change is in force for an account. */
export const PLAN_CHANGE_IN_FORCE: ErrorCode = { code: 'plan_change_in_force', kind: 'conflict' };
export const OVERRIDE_NOT_IN_FORCE: ErrorCode = { code: 'override_not_in_force', kind: 'conflict' };
export const GRANT_NOT_IN_FORCE: ErrorCode = { code: 'grant_not_in_force', kind: 'conflict' };
export const EXPIRY_PASSED: ErrorCode = { code: 'expiry_passed', kind: 'invalid' };
export const REASON_MISSING: ErrorCode = { code: 'reason_missing', kind: 'invalid' };
export const AMOUNT_NOT_POSITIVE: ErrorCode = { code: 'amount_not_positive', kind: 'invalid' };
