import type { ErrorCode } from '../../platform/errors.ts';

/** Not JSON at all, so that no place in it can be named. */
export const CATALOG_UNREADABLE: ErrorCode = { code: 'catalog_unreadable', kind: 'malformed' };
