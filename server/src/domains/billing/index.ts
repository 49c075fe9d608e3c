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
export { createBilling, type Billing, type BillingOptions } from './billing.ts';
export type {
  Effect,
  ProjectedInvoice,
  ProjectedSubscription,
  Projection,
} from './projection/effect.ts';
export type { ProjectionFailure, Projector } from './projection/projector.ts';
export type { StoredInvoice } from './projection/store.ts';
