import type { ErrorCode } from '../../platform/errors.ts';

/** An amount is agreed for a billing cycle; for another one it has to be said anew. */
export const CONTRACT_PRICE_MISSING: ErrorCode = {
  code: 'contract_price_missing',
  kind: 'invalid',
};
export const CONTRACT_PRICE_INVALID: ErrorCode = {
  code: 'contract_price_invalid',
  kind: 'invalid',
};
