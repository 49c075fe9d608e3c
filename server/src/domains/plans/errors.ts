import { AppError, type ErrorCode, type FieldError } from '../../platform/errors.ts';

/** What was asked for is not a possible catalogue; the faults name their places. */
export const CATALOG_INVALID: ErrorCode = { code: 'catalog_invalid', kind: 'invalid' };
/** What a feature counts cannot change under those who hold it. */
export const FEATURE_KIND_FIXED: ErrorCode = { code: 'feature_kind_fixed', kind: 'conflict' };
export const FEATURE_EXISTS: ErrorCode = { code: 'feature_exists', kind: 'conflict' };
export const FEATURE_UNKNOWN: ErrorCode = { code: 'feature_unknown', kind: 'not_found' };
export const PLAN_UNKNOWN: ErrorCode = { code: 'plan_unknown', kind: 'not_found' };
export const PACK_UNKNOWN: ErrorCode = { code: 'pack_unknown', kind: 'not_found' };
export const DRAFT_MISSING: ErrorCode = { code: 'draft_missing', kind: 'not_found' };
/** One plan on sale, and only one, is that of accounts that have bought none. */
export const DEFAULT_PLAN_REQUIRED: ErrorCode = {
  code: 'default_plan_required',
  kind: 'conflict',
};

export function refuseFaults(faults: readonly FieldError[]): void {
  if (faults.length === 0) return;
  const first = faults[0]!;
  const message = `The catalogue is refused: ${first.field || '/'} ${first.message}${
    faults.length > 1 ? `, and ${faults.length - 1} more` : ''
  }.`;
  throw new AppError(CATALOG_INVALID, { message, fields: faults });
}
