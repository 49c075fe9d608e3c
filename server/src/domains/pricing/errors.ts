import type { ErrorCode } from '../../platform/errors.ts';

/** Not JSON at all, so that no place in it can be named. */
export const CATALOG_UNREADABLE: ErrorCode = { code: 'catalog_unreadable', kind: 'malformed' };
export const RULE_UNKNOWN: ErrorCode = { code: 'pricing_rule_unknown', kind: 'not_found' };

/** Why there is no price for what was asked. */
export const PLAN_UNKNOWN: ErrorCode = { code: 'plan_unknown', kind: 'not_found' };
/** Nothing has to be bought of a plan that costs nothing. */
export const PLAN_COSTS_NOTHING: ErrorCode = { code: 'plan_costs_nothing', kind: 'invalid' };
export const PRICE_BY_AGREEMENT: ErrorCode = { code: 'price_by_agreement', kind: 'invalid' };
export const CYCLE_NOT_SOLD: ErrorCode = { code: 'billing_cycle_not_sold', kind: 'invalid' };
export const CURRENCY_NOT_SOLD: ErrorCode = { code: 'currency_not_sold', kind: 'invalid' };
export const SEATS_NOT_SOLD: ErrorCode = { code: 'seats_not_sold', kind: 'invalid' };
export const QUOTE_TOO_LARGE: ErrorCode = { code: 'quote_too_large', kind: 'invalid' };
export const QUOTE_REQUEST_INVALID: ErrorCode = { code: 'quote_request_invalid', kind: 'invalid' };

/** Why a promotion code does not apply. */
export const CODE_UNKNOWN: ErrorCode = { code: 'promotion_code_unknown', kind: 'not_found' };
export const CODE_ENDED: ErrorCode = { code: 'promotion_code_ended', kind: 'invalid' };
export const CODE_NOT_STARTED: ErrorCode = { code: 'promotion_code_not_started', kind: 'invalid' };
export const CODE_EXPIRED: ErrorCode = { code: 'promotion_code_expired', kind: 'invalid' };
export const CODE_USED_UP: ErrorCode = { code: 'promotion_code_used_up', kind: 'invalid' };
export const CODE_ALREADY_USED: ErrorCode = {
  code: 'promotion_code_already_used',
  kind: 'invalid',
};
export const CODE_NOT_FOR_PLAN: ErrorCode = {
  code: 'promotion_code_not_for_plan',
  kind: 'invalid',
};
export const CODE_NOT_FOR_CYCLE: ErrorCode = {
  code: 'promotion_code_not_for_cycle',
  kind: 'invalid',
};
export const CODE_NOT_FOR_CURRENCY: ErrorCode = {
  code: 'promotion_code_not_for_currency',
  kind: 'invalid',
};
export const CODE_NOT_FOR_COUNTRY: ErrorCode = {
  code: 'promotion_code_not_for_country',
  kind: 'invalid',
};
export const CODE_FIRST_PURCHASE_ONLY: ErrorCode = {
  code: 'promotion_code_first_purchase_only',
  kind: 'invalid',
};
/** It takes nothing off, or would leave too little to be charged. */
export const CODE_WITHOUT_EFFECT: ErrorCode = {
  code: 'promotion_code_without_effect',
  kind: 'invalid',
};

/** Why a promotion code cannot be made. */
export const CODE_INVALID: ErrorCode = { code: 'promotion_code_invalid', kind: 'invalid' };
/** One of the same name is in force. */
export const CODE_TAKEN: ErrorCode = { code: 'promotion_code_taken', kind: 'conflict' };
/** A checkout holds or has used another code, or one of another account. */
export const REDEMPTION_OF_ANOTHER: ErrorCode = {
  code: 'promotion_redemption_of_another',
  kind: 'conflict',
};

/** A draft of a plan that there is not, or not any more. */
export const DRAFT_UNKNOWN: ErrorCode = { code: 'plan_draft_unknown', kind: 'not_found' };
/** A plan has one draft at a time. */
export const DRAFT_EXISTS: ErrorCode = { code: 'plan_draft_exists', kind: 'conflict' };
/** Another version went on sale since the draft was begun, which publishing would take back. */
export const DRAFT_OUTDATED: ErrorCode = { code: 'plan_draft_outdated', kind: 'conflict' };
export const DRAFT_WITHOUT_CHANGE: ErrorCode = {
  code: 'plan_draft_without_change',
  kind: 'conflict',
};
export const PACK_EXISTS: ErrorCode = { code: 'pack_exists', kind: 'conflict' };
export const EVENT_TYPE_EXISTS: ErrorCode = { code: 'event_type_exists', kind: 'conflict' };
export const EVENT_TYPE_UNKNOWN: ErrorCode = { code: 'event_type_unknown', kind: 'not_found' };
export const RULE_EXISTS: ErrorCode = { code: 'pricing_rule_exists', kind: 'conflict' };
/** As the gate says it, of what depends on what is asked. */
export const CODES_PERMISSION_MISSING: ErrorCode = {
  code: 'permission_missing',
  kind: 'forbidden',
};
