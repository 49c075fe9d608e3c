import { StripeError } from '../../../http/errors.ts';
import type { PaymentMethodRow } from '../../../payments/payment-methods.ts';

/** What the holder of a card has answered their bank: nothing yet, or that it is them, or not. */
export type Answer = 'none' | 'proved' | 'refused';

/** How a session is paid for. */
export interface Means {
  readonly method: PaymentMethodRow | null;
  readonly answer: Answer;
}

/**
 * The bank wants to see the card's holder. Whatever had been begun is undone, and is begun again
 * with the holder's answer, so that nothing half-made is left behind by who walks away.
 */
export class NeedsAuthentication extends StripeError {
  constructor() {
    super(402, {
      type: 'card_error',
      code: 'authentication_required',
      decline_code: 'authentication_required',
      message: 'This card wants its holder to be authenticated: complete the session on its page.',
    });
  }
}
