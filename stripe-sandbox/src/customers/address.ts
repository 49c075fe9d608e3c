import type Stripe from 'stripe';
import { emptyable, hash, text } from '../http/params.ts';

/** An address as requests give it: of customers, of holders of cards, and of where goods go. */
export const addressSpec = hash({
  city: emptyable(text()),
  country: emptyable(text()),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
});

export function addressOf(said: ReturnType<typeof addressSpec.read>): Stripe.Address {
  const { city = null, country = null, line1 = null, line2 = null } = said;
  const { postal_code = null, state = null } = said;
  return { city, country, line1, line2, postal_code, state };
}
