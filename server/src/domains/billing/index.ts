export type * from './gateway/adjustments.ts';
export type * from './gateway/gateway.ts';
export type * from './gateway/remote.ts';
export {
  DISCOUNT_CURRENCY,
  PAYMENT_DECLINED,
  PROVIDER_REFUSED,
  PROVIDER_UNAVAILABLE,
  SIGNATURE_EXPIRED,
  SIGNATURE_INVALID,
  SUBSCRIPTION_BY_CONTRACT,
  SUBSCRIPTION_MISSING,
  WEBHOOK_MALFORMED,
} from './errors.ts';
export { INBOX_NEWS } from './inbox/store.ts';
export { createBilling, type Billing, type BillingOptions } from './billing.ts';
export type {
  Effect,
  ProjectedInvoice,
  ProjectedSubscription,
  Projection,
} from './projection/effect.ts';
export type { ProjectionFailure, Projector } from './projection/projector.ts';
export type { StoredInvoice } from './projection/store.ts';
export {
  createBillingMail,
  type BillingMail,
  type BillingMailOptions,
} from './mail/billing-mail.ts';
export { createMailbox } from './mail/mailbox/mailbox.ts';
export { readUnsentMails } from './mail/staff/store-backlog.ts';
export { renderMail } from './mail/render.ts';
export type { MailAmount, MailData, MailKind, NewMail } from './mail/mail-data.ts';
export { MAIL_REFUSED, MAIL_UNAVAILABLE, type Mailer, type OutgoingMail } from './mail/mailer.ts';
export { createPlanMoves } from './migrations/moving.ts';
export { loadCodeRevenue } from './invoices/store-revenue.ts';
export {
  givenDiscounts,
  loadFailedPayments,
  loadGivenDiscounts,
  loadPaidSince,
} from './invoices/store-figures.ts';
export { createOperations, type Operations, type OperationsOptions } from './operations.ts';
export { inboxStaffRoutes } from './inbox/staff/routes.ts';
export { EVENT_STATES, type EventState, type InspectedEvent } from './inbox/store-inspection.ts';
export { explained, type ReconcileReport } from './sweep/reconcile/reconcile.ts';
export type { ImportProgress, ImportReport } from './import/import.ts';
export { readUserSources, USUAL_SOURCE } from './import/user-source.ts';
export type { CataloguePush } from './catalogue/push.ts';
export type { PriceConflict, PriceToPush, PushDecision } from './catalogue/decide-push.ts';
export { findTrials } from './checkout/trials/store.ts';
export type { DiscountWish } from './staff-api/discounts/decide-coupon.ts';
export { createSelling, sellingEffects, type Selling, type SellingOptions } from './selling.ts';
