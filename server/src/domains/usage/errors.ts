import type { ErrorCode } from '../../platform/errors.ts';

export const USER_UNKNOWN: ErrorCode = { code: 'user_unknown', kind: 'not_found' };
export const EVENT_UNKNOWN: ErrorCode = { code: 'event_unknown', kind: 'not_found' };
export const FEATURE_UNKNOWN: ErrorCode = { code: 'feature_unknown', kind: 'not_found' };
export const FEATURE_NOT_COUNTED: ErrorCode = { code: 'feature_not_counted', kind: 'invalid' };
export const OCCURRED_AT_OUT_OF_RANGE: ErrorCode = {
  code: 'occurred_at_out_of_range',
  kind: 'invalid',
};
/** The same key was used before for another user, event, feature or amount. */
export const IDEMPOTENCY_KEY_REUSED: ErrorCode = {
  code: 'idempotency_key_reused',
  kind: 'invalid',
};
export const RESERVATION_UNKNOWN: ErrorCode = { code: 'reservation_unknown', kind: 'not_found' };
export const RESERVATION_RELEASED: ErrorCode = { code: 'reservation_released', kind: 'conflict' };
export const RESERVATION_COMMITTED: ErrorCode = { code: 'reservation_committed', kind: 'conflict' };
export const RESERVATION_EXPIRED: ErrorCode = { code: 'reservation_expired', kind: 'conflict' };
export const USAGE_CONTENDED: ErrorCode = { code: 'usage_contended', kind: 'unavailable' };
