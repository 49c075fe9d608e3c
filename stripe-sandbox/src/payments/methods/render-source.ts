import type Stripe from 'stripe';
import { assertCard } from './card-facts.ts';
import type { PaymentMethodRow } from '../payment-methods.ts';

const BRANDS: Readonly<Record<string, string>> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'MasterCard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** A card as it was shown before there were payment methods. */
export function renderSource(method: PaymentMethodRow): Stripe.Card {
  const card = assertCard(method);
  const { address, name } = method.billingDetails;
  return {
    id: method.id,
    object: 'card',
    address_city: address?.city ?? null,
    address_country: address?.country ?? null,
    address_line1: address?.line1 ?? null,
    address_line1_check: null,
    address_line2: address?.line2 ?? null,
    address_state: address?.state ?? null,
    address_zip: address?.postal_code ?? null,
    address_zip_check: null,
    brand: BRANDS[card.brand] ?? 'Unknown',
    country: card.country,
    customer: method.customer,
    cvc_check: card.cvcCheck,
    dynamic_last4: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint,
    funding: card.funding,
    last4: card.last4,
    metadata: method.metadata,
    name,
    regulated_status: 'unregulated',
    tokenization_method: null,
  };
}
