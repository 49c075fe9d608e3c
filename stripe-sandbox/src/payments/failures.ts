import type Stripe from 'stripe';
import { StripeError, type StripeErrorDetails } from '../http/errors.ts';
import { declineOf, type DeclineName } from './methods/declines.ts';

/** Why a payment or a set-up failed, as an intent shows it until the next attempt. */
export interface Failure {
  readonly type: 'card_error' | 'invalid_request_error';
  readonly code: Stripe.PaymentIntent.LastPaymentError.Code;
  readonly declineCode: string | null;
  readonly message: string;
  readonly charge: string | null;
  /** As it was when it failed. */
  readonly paymentMethod: Stripe.PaymentMethod;
}

export function failureOf(
  name: DeclineName,
  of: Pick<Failure, 'charge' | 'paymentMethod'>,
): Failure {
  return { type: 'card_error', ...declineOf(name), ...of };
}

const NOT_AUTHENTICATED =
  'We are unable to authenticate your payment method. Please choose a different payment method ' +
  'and try again.';

/** The holder did not prove to be the holder. */
export function notAuthenticated(
  intent: 'payment_intent' | 'setup_intent',
  paymentMethod: Stripe.PaymentMethod,
): Failure {
  return {
    type: 'invalid_request_error',
    code: `${intent}_authentication_failure`,
    declineCode: null,
    message: NOT_AUTHENTICATED,
    charge: null,
    paymentMethod,
  };
}

/** A failure as an intent shows it. */
export interface ShownFailure extends Pick<Failure, 'type' | 'code' | 'message'> {
  readonly charge?: string;
  readonly decline_code?: string;
  readonly doc_url: string;
  readonly payment_method: Stripe.PaymentMethod;
  readonly payment_method_type?: Stripe.PaymentMethod['type'];
}

/** Both intents show failures alike. */
export function renderFailure(failure: Failure): ShownFailure {
  const { type, code, declineCode, message, charge, paymentMethod } = failure;
  return {
    ...(charge === null ? {} : { charge }),
    code,
    ...(declineCode === null ? {} : { decline_code: declineCode }),
    doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`,
    message,
    payment_method: paymentMethod,
    ...(paymentMethod.type === 'card' ? {} : { payment_method_type: paymentMethod.type }),
    type,
  };
}

/**
 * What is answered for a failure: 402, and the failed attempt stays. `of` is the intent as it is
 * now.
 */
export function failedAnswer(
  failure: Failure,
  of: Pick<StripeErrorDetails, 'payment_intent' | 'setup_intent'>,
): StripeError {
  const { type, code, declineCode, message, charge, paymentMethod } = failure;
  const details: StripeErrorDetails = {
    type,
    code,
    message,
    ...(declineCode === null ? {} : { decline_code: declineCode }),
    ...(charge === null ? {} : { charge }),
    payment_method: paymentMethod,
    ...of,
  };
  return new StripeError(type === 'card_error' ? 402 : 400, details, true);
}

/** A card error that leaves nothing behind. */
export function declinedAnswer(name: DeclineName): StripeError {
  const { code, declineCode, message } = declineOf(name);
  return new StripeError(402, { type: 'card_error', code, decline_code: declineCode, message });
}
