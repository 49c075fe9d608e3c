export type * from './gateway/gateway.ts';
export type * from './gateway/remote.ts';
export {
  LIVEMODE_WRONG,
  PAYMENT_DECLINED,
  PROVIDER_REFUSED,
  PROVIDER_UNAVAILABLE,
  SIGNATURE_EXPIRED,
  SIGNATURE_INVALID,
  WEBHOOK_MALFORMED,
} from './errors.ts';
