import type Stripe from 'stripe';
import { addressOf, addressSpec } from '../../customers/address.ts';
import { emptyable, hash, optional, text } from '../../http/params.ts';

export const shippingSpec = hash({
  address: addressSpec,
  carrier: optional(text()),
  name: text(),
  phone: emptyable(text(64)),
  tracking_number: optional(text()),
});

/** Where goods go, as intents and charges show it. */
export function shippingOf(
  said: ReturnType<typeof shippingSpec.read>,
): Required<Stripe.PaymentIntent.Shipping> {
  return {
    address: addressOf(said.address),
    carrier: said.carrier ?? null,
    name: said.name,
    phone: said.phone ?? null,
    tracking_number: said.tracking_number ?? null,
  };
}
