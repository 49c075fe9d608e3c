import { StripeError } from './errors.ts';
import type { ApiResponse } from './messages.ts';

/** Ways in which the API fails when it was asked to, so that its callers can be tried. */
export const failureKinds = [
  'rate_limit',
  'key_in_use',
  'server_error',
  'timeout_after_commit',
  'reset_before_commit',
  'reset_after_commit',
] as const;

export interface Failure {
  readonly kind: (typeof failureKinds)[number];
  readonly retryAfterSeconds: number;
}

/** What comes instead of doing anything; nothing is kept under the request's key. */
export function refusedOnRequest({ kind, retryAfterSeconds }: Failure): ApiResponse | undefined {
  if (kind === 'reset_before_commit') return { status: 500, body: '', breaks: 'reset' };
  if (kind === 'key_in_use') return keyInUse();
  if (kind !== 'rate_limit') return undefined;
  const error = {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message: 'Request rate limit exceeded. The sandbox was asked to answer so.',
    doc_url: 'https://docs.stripe.com/error-codes/rate-limit',
  };
  return {
    status: 429,
    body: JSON.stringify({ error }, null, 2),
    headers: {
      'retry-after': String(retryAfterSeconds),
      'stripe-rate-limited-reason': 'global-rate',
    },
  };
}

/** What one of two that come at once under one key is answered; here none comes within another. */
function keyInUse(): ApiResponse {
  const error = {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message:
      'There is currently another in-progress request using this Idempotent Key. Please try ' +
      'again later.',
    doc_url: 'https://docs.stripe.com/error-codes/idempotency-key-in-use',
  };
  return { status: 409, body: JSON.stringify({ error }, null, 2) };
}

/** A request that had begun: its error is kept under its key, as Stripe keeps a 500. */
export function failedOnRequest(): StripeError {
  return new StripeError(500, {
    type: 'api_error',
    message: 'An unknown error occurred. The sandbox was asked to answer so.',
  });
}

/** An answer to what was done that does not arrive. */
export function brokenOff(answer: ApiResponse, failure: Failure | undefined): ApiResponse {
  if (failure?.kind === 'timeout_after_commit') return { ...answer, breaks: 'silence' };
  if (failure?.kind === 'reset_after_commit') return { ...answer, breaks: 'reset' };
  return answer;
}
