/** Why a card's bank, or Stripe, says no; Stripe's `decline_code`. */
export type DeclineName =
  | 'authentication_required'
  | 'card_velocity_exceeded'
  | 'expired_card'
  | 'fraudulent'
  | 'generic_decline'
  | 'incorrect_cvc'
  | 'insufficient_funds'
  | 'lost_card'
  | 'processing_error'
  | 'stolen_card';

export interface Decline {
  readonly code: 'authentication_required' | DeclineCode;
  readonly declineCode: DeclineName;
  readonly message: string;
}

type DeclineCode = 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error';

const USUAL = 'Your card was declined.';

const MESSAGES: Readonly<Record<DeclineName, string>> = {
  authentication_required: 'Your card was declined. This transaction requires authentication.',
  card_velocity_exceeded:
    'Your card was declined for making repeated attempts too frequently or exceeding its amount ' +
    'limit.',
  expired_card: 'Your card has expired.',
  fraudulent: USUAL,
  generic_decline: USUAL,
  incorrect_cvc: "Your card's security code is incorrect.",
  insufficient_funds: 'Your card has insufficient funds.',
  lost_card: USUAL,
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
  stolen_card: USUAL,
};

/** What Stripe says of a decline: https://docs.stripe.com/declines/codes. */
export function declineOf(name: DeclineName): Decline {
  return { code: codeOf(name), declineCode: name, message: MESSAGES[name] };
}

function codeOf(name: DeclineName): Decline['code'] {
  switch (name) {
    case 'authentication_required':
    case 'expired_card':
    case 'incorrect_cvc':
    case 'processing_error':
      return name;
    default:
      return 'card_declined';
  }
}
