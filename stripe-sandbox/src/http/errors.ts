import type Stripe from 'stripe';

/** The `type` of an error in Stripe's answers. */
export type StripeErrorType =
  'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';

export interface StripeErrorDetails {
  readonly type: StripeErrorType;
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly param?: string;
  readonly charge?: string;
  readonly payment_intent?: Stripe.PaymentIntent;
  readonly setup_intent?: Stripe.SetupIntent;
  readonly payment_method?: Stripe.PaymentMethod;
}

/** What Stripe answers instead of an object: `{error: {type, code, message, param}}`. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: number;
  readonly details: StripeErrorDetails;
  /** The deed failed but stays done, as a declined payment leaves its charge behind. */
  readonly keepsChanges: boolean;

  constructor(status: number, details: StripeErrorDetails, keepsChanges = false) {
    super(details.message);
    this.status = status;
    this.details = details;
    this.keepsChanges = keepsChanges;
  }
}

/** A request that cannot be carried out: 400 with a code and the parameter that is at fault. */
export function invalid(
  message: string,
  { code, param }: { readonly code?: string; readonly param?: string } = {},
): StripeError {
  return new StripeError(400, {
    type: 'invalid_request_error',
    message,
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  });
}

/** `No such customer: 'cus_1'`: 404 where the path names it, 400 where a parameter does. */
export function missing(what: string, id: string, param = 'id'): StripeError {
  return new StripeError(param === 'id' ? 404 : 400, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param,
  });
}

export function unrecognized(method: string, path: string): StripeError {
  const message =
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can ` +
    'help at https://support.stripe.com/.';
  return new StripeError(404, invalid(message).details);
}
