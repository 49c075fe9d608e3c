import type { ErrorCode } from '../../platform/errors.ts';

/** The faults that the edge itself tells callers about; the others belong to their domains. */
export const INVALID_REQUEST: ErrorCode = { code: 'invalid_request', kind: 'malformed' };
export const MALFORMED_JSON: ErrorCode = { code: 'malformed_json', kind: 'malformed' };
export const KEY_MISSING: ErrorCode = { code: 'secret_key_missing', kind: 'unauthenticated' };
export const KEY_UNKNOWN: ErrorCode = { code: 'secret_key_unknown', kind: 'unauthenticated' };
export const SCOPE_MISSING: ErrorCode = { code: 'scope_missing', kind: 'forbidden' };
export const SESSION_MISSING: ErrorCode = { code: 'session_missing', kind: 'unauthenticated' };
export const ORIGIN_FOREIGN: ErrorCode = { code: 'origin_foreign', kind: 'forbidden' };
export const STAFF_SESSION_MISSING: ErrorCode = {
  code: 'staff_session_missing',
  kind: 'unauthenticated',
};
export const PERMISSION_MISSING: ErrorCode = { code: 'permission_missing', kind: 'forbidden' };
export const CSRF_TOKEN_MISSING: ErrorCode = { code: 'csrf_token_missing', kind: 'forbidden' };
export const SIGN_IN_AGAIN: ErrorCode = { code: 'sign_in_again', kind: 'forbidden' };
export const KEY_IN_FLIGHT: ErrorCode = { code: 'idempotency_key_in_flight', kind: 'conflict' };
export const KEY_REUSED: ErrorCode = { code: 'idempotency_key_reused', kind: 'invalid' };
export const RATE_LIMITED: ErrorCode = { code: 'rate_limited', kind: 'limited' };
export const ROUTE_UNKNOWN: ErrorCode = { code: 'route_unknown', kind: 'not_found' };
export const NOT_READY: ErrorCode = { code: 'not_ready', kind: 'unavailable' };

/** Asked of a path that answers other methods, which the header `Allow` names. */
export class MethodNotAllowed extends Error {
  override readonly name = 'MethodNotAllowed';
  readonly headers: Readonly<Record<string, string>>;

  constructor(method: string, allowed: readonly string[]) {
    super(`This path answers ${allowed.join(', ')}, and not ${method}.`);
    this.headers = { Allow: allowed.join(', ') };
  }
}
