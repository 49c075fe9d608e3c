import type { ErrorCode } from '../../platform/errors.ts';

/** Stripe cannot be reached, or asks for patience. */
export const PROVIDER_UNAVAILABLE: ErrorCode = {
  code: 'payment_provider_unavailable',
  kind: 'unavailable',
};
/** Stripe has said no; its own code and message come along. */
export const PROVIDER_REFUSED: ErrorCode = { code: 'payment_provider_refused', kind: 'conflict' };
export const PAYMENT_DECLINED: ErrorCode = { code: 'payment_declined', kind: 'conflict' };
export const SIGNATURE_INVALID: ErrorCode = {
  code: 'webhook_signature_invalid',
  kind: 'malformed',
};
export const SIGNATURE_EXPIRED: ErrorCode = {
  code: 'webhook_signature_expired',
  kind: 'malformed',
};
export const WEBHOOK_MALFORMED: ErrorCode = { code: 'webhook_malformed', kind: 'malformed' };
export const LIVEMODE_WRONG: ErrorCode = { code: 'webhook_livemode_wrong', kind: 'invalid' };
