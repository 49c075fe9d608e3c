import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, StripeError } from '../../http/errors.ts';
import {
  emptyable,
  hash,
  ignored,
  integer,
  metadata,
  mergeMetadata,
  oneOf,
  optional,
  text,
} from '../../http/params.ts';
import { addressOf, addressSpec } from '../../customers/address.ts';
import { cardOf, type CardFacts } from './card-facts.ts';
import { hasValidCheckDigit, testCardNamed, testCardWith, type TestCard } from './cards.ts';
import { isExpired, nextYear } from './expiry.ts';
import { addPaymentMethod, noBillingDetails, type PaymentMethodRow } from '../payment-methods.ts';
import { sepaOf } from './sepa.ts';
import { noSuchToken } from './sources.ts';

export const billingDetailsSpec = hash({
  address: emptyable(addressSpec),
  email: emptyable(text(512)),
  name: emptyable(text()),
  phone: emptyable(text(64)),
  tax_id: emptyable(text()),
});

export const allowRedisplaySpec = oneOf('always', 'limited', 'unspecified');

export const cardSpec = hash({
  cvc: optional(text(10)),
  exp_month: optional(integer()),
  exp_year: optional(integer()),
  networks: ignored,
  number: optional(text(40)),
  token: optional(text(100)),
});

/** What `payment_method_data` of intents and the creation of payment methods have in common. */
export const methodSpecs = {
  allow_redisplay: optional(allowRedisplaySpec),
  billing_details: optional(billingDetailsSpec),
  card: optional(cardSpec),
  metadata,
  radar_options: ignored,
  sepa_debit: optional(hash({ iban: text(50) })),
  type: oneOf('card', 'sepa_debit'),
} as const;

export const methodDataSpec = hash(methodSpecs);

export type MethodSaid = ReturnType<typeof methodDataSpec.read>;
export type BillingDetailsSaid = ReturnType<typeof billingDetailsSpec.read>;
type CardSaid = ReturnType<typeof cardSpec.read>;

export function createMethod(tx: Tx, said: MethodSaid): PaymentMethodRow {
  const { card, sepa_debit: sepa, type } = said;
  const shared = {
    billingDetails: billingDetailsOf(noBillingDetails, said.billing_details),
    metadata: mergeMetadata({}, said.metadata),
    allowRedisplay: said.allow_redisplay ?? 'unspecified',
  };
  if (type === 'sepa_debit') {
    if (sepa === undefined) throw lacking('sepa_debit');
    return addPaymentMethod(tx, { ...shared, sepa: sepaOf(sepa.iban) });
  }
  if (card === undefined) throw lacking('card');
  return addPaymentMethod(tx, { ...shared, card: readCard(tx, card) });
}

function lacking(param: string): Error {
  return invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

export function billingDetailsOf(
  known: Stripe.PaymentMethod.BillingDetails,
  said: BillingDetailsSaid | undefined,
): Stripe.PaymentMethod.BillingDetails {
  if (said === undefined) return known;
  return {
    address: addressAfter(known.address, said.address),
    email: said.email === undefined ? known.email : said.email,
    name: said.name === undefined ? known.name : said.name,
    phone: said.phone === undefined ? known.phone : said.phone,
    tax_id: said.tax_id === undefined ? known.tax_id : said.tax_id,
  };
}

function addressAfter(
  known: Stripe.Address | null,
  said: ReturnType<typeof addressSpec.read> | null | undefined,
): Stripe.Address | null {
  if (said === undefined) return known;
  return said === null ? noBillingDetails.address : addressOf(said);
}

function readCard(tx: Tx, said: CardSaid): CardFacts {
  if (said.token === undefined) return numberedCard(tx, said);
  const card = said.token.startsWith('tok_') ? testCardNamed(said.token) : undefined;
  if (card === undefined) throw noSuchToken(said.token, 'card[token]');
  return cardOf(card, nextYear(tx.sandboxNow), { cvcCheck: null });
}

/** A card as it is typed in; its number is looked at before the rest, as Stripe does. */
function numberedCard(tx: Tx, said: CardSaid): CardFacts {
  if (said.number === undefined) throw lacking('card[number]');
  const card = testCardOf(said.number.replaceAll(/[ -]/g, ''));
  const expiry = requireExpiry(tx, said);
  const { cvc } = said;
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc)) {
    throw cardError('invalid_cvc', "Your card's security code is invalid.", 'cvc');
  }
  return cardOf(card, expiry, { cvcCheck: cvc === undefined ? null : 'unchecked' });
}

function testCardOf(number: string): TestCard {
  if (!/^\d{12,19}$/.test(number)) {
    const message = 'The card number is not a valid credit card number.';
    throw cardError('invalid_number', message, 'number');
  }
  if (!hasValidCheckDigit(number)) {
    throw cardError('incorrect_number', 'Your card number is incorrect.', 'number');
  }
  const card = testCardWith(number);
  if (card !== undefined) return card;
  throw new StripeError(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'test_mode_live_card',
    message:
      'Your card was declined. Your request was in test mode, but used a non test (live) card. ' +
      'For a list of valid test cards, visit: https://stripe.com/docs/testing.',
    param: 'number',
  });
}

function requireExpiry(tx: Tx, said: CardSaid): { readonly month: number; readonly year: number } {
  const { exp_month: month, exp_year: given } = said;
  if (month === undefined) throw lacking('card[exp_month]');
  if (given === undefined) throw lacking('card[exp_year]');
  return checkedExpiry(tx, { month, year: given < 100 && given >= 0 ? 2_000 + given : given });
}

const FARTHEST_YEARS = 50;

export function checkedExpiry<E extends { readonly month: number; readonly year: number }>(
  tx: Tx,
  expiry: E,
): E {
  if (expiry.month < 1 || expiry.month > 12) {
    throw cardError(
      'invalid_expiry_month',
      "Your card's expiration month is invalid.",
      'exp_month',
    );
  }
  const isFar = expiry.year > nextYear(tx.sandboxNow).year + FARTHEST_YEARS;
  if (isFar || expiry.year < 1970 || isExpired({ ...expiry, month: 12 }, tx.sandboxNow)) {
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  if (isExpired(expiry, tx.sandboxNow)) {
    throw cardError(
      'invalid_expiry_month',
      "Your card's expiration month is invalid.",
      'exp_month',
    );
  }
  return expiry;
}

function cardError(code: string, message: string, param: string): StripeError {
  return new StripeError(402, { type: 'card_error', code, message, param });
}
