import { StripeError } from './errors.ts';
import type { ApiResponse } from './messages.ts';

/** Ways in which the API fails when it was asked to, so that its callers can be tried. */
export const failureKinds = [
  'rate_limit',
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
