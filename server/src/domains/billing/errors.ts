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

/** A price at Stripe under a name of ours says something else than ours. */
export const PRICE_CONFLICT: ErrorCode = { code: 'stripe_price_conflict', kind: 'conflict' };
/** The account has a live subscription, which is changed and not bought again. */
export const SUBSCRIPTION_LIVE: ErrorCode = { code: 'subscription_live', kind: 'conflict' };
/** What an account has bought first decides in which currency it buys from then on. */
export const CURRENCY_FIXED: ErrorCode = { code: 'currency_fixed', kind: 'conflict' };
/** Others keep asking for something else at the same moment. */
export const CHECKOUT_CONTENDED: ErrorCode = { code: 'checkout_contended', kind: 'conflict' };
export const CHECKOUT_UNKNOWN: ErrorCode = { code: 'checkout_unknown', kind: 'not_found' };
export const SUBSCRIPTION_MISSING: ErrorCode = { code: 'subscription_missing', kind: 'conflict' };
/** It is kept by a contract, and changed by staff. */
export const SUBSCRIPTION_BY_CONTRACT: ErrorCode = {
  code: 'subscription_by_contract',
  kind: 'conflict',
};
/** A change that waits for its payment, or a debt that has to be paid first. */
export const PAYMENT_OPEN: ErrorCode = { code: 'payment_open', kind: 'conflict' };
/** Less is to be had from the end of the period on: nothing is credited for what is left of it. */
export const DOWNGRADE_AT_PERIOD_END: ErrorCode = {
  code: 'downgrade_at_period_end',
  kind: 'invalid',
};
export const NOTHING_TO_CHANGE: ErrorCode = { code: 'nothing_to_change', kind: 'invalid' };
export const NOTHING_TO_RESUME: ErrorCode = { code: 'nothing_to_resume', kind: 'conflict' };
/** What staff do to a subscription whose plan is about to change, or that is about to end. */
export const CHANGE_SCHEDULED: ErrorCode = { code: 'change_scheduled', kind: 'conflict' };
export const DISCOUNT_IMPOSSIBLE: ErrorCode = { code: 'discount_impossible', kind: 'invalid' };
/** Of many users who are given an amount, one who pays in another currency. */
export const DISCOUNT_CURRENCY: ErrorCode = { code: 'discount_currency', kind: 'conflict' };
export const DISCOUNT_IN_FORCE: ErrorCode = { code: 'discount_in_force', kind: 'conflict' };
export const DISCOUNT_MISSING: ErrorCode = { code: 'discount_missing', kind: 'conflict' };
export const PAUSE_IN_FORCE: ErrorCode = { code: 'pause_in_force', kind: 'conflict' };
export const PAUSE_END_IMPOSSIBLE: ErrorCode = { code: 'pause_end_impossible', kind: 'invalid' };
export const NOT_PAUSED: ErrorCode = { code: 'not_paused', kind: 'conflict' };
export const NOT_TRIALING: ErrorCode = { code: 'not_trialing', kind: 'conflict' };
export const TRIAL_SHORTER: ErrorCode = { code: 'trial_shorter', kind: 'conflict' };
export const TRIAL_LONGER: ErrorCode = { code: 'trial_longer', kind: 'conflict' };
export const TRIAL_END_IMPOSSIBLE: ErrorCode = { code: 'trial_end_impossible', kind: 'invalid' };
export const INVOICE_UNKNOWN: ErrorCode = { code: 'invoice_unknown', kind: 'not_found' };
export const INVOICE_NOT_PAID: ErrorCode = { code: 'invoice_not_paid', kind: 'conflict' };
export const NOTHING_TO_REFUND: ErrorCode = { code: 'nothing_to_refund', kind: 'conflict' };
export const REFUND_TOO_LARGE: ErrorCode = { code: 'refund_too_large', kind: 'invalid' };
export const CUSTOMER_MISSING: ErrorCode = { code: 'customer_missing', kind: 'conflict' };
/** Something of the customer lives or is under way. */
export const CUSTOMER_IN_USE: ErrorCode = { code: 'customer_in_use', kind: 'conflict' };
export const CUSTOMER_LINKED: ErrorCode = { code: 'customer_linked', kind: 'conflict' };
export const CUSTOMER_NOT_LINKABLE: ErrorCode = {
  code: 'customer_not_linkable',
  kind: 'invalid',
};
/** Why a command of staff may find, when it is carried out, that it cannot be. */
export const ADJUSTMENT_REFUSALS: readonly ErrorCode[] = [
  CHANGE_SCHEDULED,
  DISCOUNT_IMPOSSIBLE,
  DISCOUNT_IN_FORCE,
  DISCOUNT_MISSING,
  PAUSE_IN_FORCE,
  NOT_PAUSED,
  NOT_TRIALING,
  PAYMENT_OPEN,
  TRIAL_LONGER,
  TRIAL_SHORTER,
];
export const PREVIEW_INVALID: ErrorCode = { code: 'preview_token_invalid', kind: 'invalid' };
export const PREVIEW_STALE: ErrorCode = { code: 'preview_stale', kind: 'conflict' };
export const OVERAGE_NOT_SOLD: ErrorCode = { code: 'overage_not_sold', kind: 'invalid' };
export const SEATS_NOT_SOLD: ErrorCode = { code: 'seats_not_sold', kind: 'invalid' };
/** A customer that was at Stripe before cannot become one of ours as it stands. */
export const CUSTOMER_NOT_IMPORTABLE: ErrorCode = {
  code: 'customer_not_importable',
  kind: 'conflict',
};
export const IMPORT_UNFINISHED: ErrorCode = { code: 'import_unfinished', kind: 'conflict' };
export const IMPORT_MISSING: ErrorCode = { code: 'import_missing', kind: 'not_found' };
export const PRICE_MAP_INVALID: ErrorCode = { code: 'price_map_invalid', kind: 'invalid' };

export const PLAN_UNKNOWN: ErrorCode = { code: 'plan_unknown', kind: 'not_found' };
export const MIGRATION_UNKNOWN: ErrorCode = { code: 'plan_migration_unknown', kind: 'not_found' };
/** Those who hold a version are moved by one migration at a time. */
export const MIGRATION_OPEN: ErrorCode = { code: 'plan_migration_open', kind: 'conflict' };
export const MIGRATION_DONE: ErrorCode = { code: 'plan_migration_done', kind: 'conflict' };
/** Subscribers are moved from a version that was published to the one on sale. */
export const MIGRATION_IMPOSSIBLE: ErrorCode = {
  code: 'plan_migration_impossible',
  kind: 'invalid',
};
