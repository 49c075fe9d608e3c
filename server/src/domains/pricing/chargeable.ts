// pure
import { assert } from '@whisperforge/kernel/assert';
import { currencyExponent } from '@whisperforge/kernel/money';

/**
 * Which amounts Stripe charges at all (https://docs.stripe.com/currencies, "Minor units" and
 * "Minimum and maximum charge amounts").
 */

/** Stripe counts them in other minor units than ISO 4217, or does not know them. */
const COUNTED_OTHERWISE = new Set('isk ugx mga iqd lyd uyi'.split(' '));

export function isSellable(currency: string): boolean {
  return !COUNTED_OTHERWISE.has(currency);
}

/** What every amount is a multiple of: the third decimal of a dinar cannot be charged. */
export function smallestStep(currency: string): number {
  return currencyExponent(currency) === 3 ? 10 : 1;
}

/** In minor units; what Stripe's table does not name is converted there at a rate of the day. */
const LEAST_CHARGES: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1_500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1_000,
};

export function leastCharge(currency: string): number {
  return LEAST_CHARGES[currency] ?? smallestStep(currency);
}

/** Nothing is due, or so much that it can be charged. Less would be put on the next invoice. */
export function isChargeable(amountMinor: number, currency: string): boolean {
  assert(amountMinor >= 0, 'an amount due is not negative');
  return amountMinor === 0 || amountMinor >= leastCharge(currency);
}
