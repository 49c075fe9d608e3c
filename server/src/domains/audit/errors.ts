import type { ErrorCode } from '../../platform/errors.ts';

export const ENTRY_UNKNOWN: ErrorCode = { code: 'audit_entry_unknown', kind: 'not_found' };
export const FILTER_UNCLEAR: ErrorCode = { code: 'audit_filter_unclear', kind: 'invalid' };
/** The chain is not what signed checkpoints say. */
export const CHAIN_CONTRADICTED: ErrorCode = { code: 'audit_chain_contradicted', kind: 'conflict' };
export const NOTHING_TO_RESTORE: ErrorCode = { code: 'audit_nothing_to_restore', kind: 'conflict' };
