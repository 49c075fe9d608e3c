import type { ErrorCode } from '../../platform/errors.ts';

export const PLAN_UNKNOWN: ErrorCode = { code: 'plan_unknown', kind: 'not_found' };
export const ACCOUNT_UNKNOWN: ErrorCode = { code: 'account_unknown', kind: 'not_found' };
/** At most one plan change is in force for an account. */
export const PLAN_CHANGE_IN_FORCE: ErrorCode = { code: 'plan_change_in_force', kind: 'conflict' };
export const OVERRIDE_NOT_IN_FORCE: ErrorCode = { code: 'override_not_in_force', kind: 'conflict' };
export const GRANT_NOT_IN_FORCE: ErrorCode = { code: 'grant_not_in_force', kind: 'conflict' };
/** An account has one live subscription at a time; the other must end before. */
export const SUBSCRIPTION_LIVE: ErrorCode = { code: 'subscription_live', kind: 'conflict' };
/** What has ended at Stripe never lives again. */
export const SUBSCRIPTION_ENDED: ErrorCode = { code: 'subscription_ended', kind: 'conflict' };
export const SUBSCRIPTION_OF_ANOTHER_ACCOUNT: ErrorCode = {
  code: 'subscription_of_another_account',
  kind: 'conflict',
};
export const EXPIRY_PASSED: ErrorCode = { code: 'expiry_passed', kind: 'invalid' };
export const REASON_MISSING: ErrorCode = { code: 'reason_missing', kind: 'invalid' };
export const AMOUNT_TOO_LARGE: ErrorCode = { code: 'amount_too_large', kind: 'invalid' };
export const SPENDING_CAP_INVALID: ErrorCode = { code: 'spending_cap_invalid', kind: 'invalid' };
export const AMOUNT_NOT_POSITIVE: ErrorCode = { code: 'amount_not_positive', kind: 'invalid' };
export const NOT_RESTRICTED: ErrorCode = { code: 'not_restricted', kind: 'conflict' };
