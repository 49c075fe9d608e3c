import { assert } from './assert.ts';
import { divideHalfEven } from './quantity.ts';

/** An amount in minor units (cents) of a currency; an integer, never a float. */
export interface Money {
  readonly amountMinor: number;
  /** ISO 4217 in lower case, as Stripe writes it. */
  readonly currency: string;
}

/** Currencies without minor units, and those with three decimals (ISO 4217); others have two. */
const WITHOUT_MINOR_UNITS = new Set(
  'bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf'.split(' '),
);
const WITH_THREE_DECIMALS = new Set('bhd iqd jod kwd lyd omr tnd'.split(' '));

/** How many decimals the currency's major unit has: 2 for USD, 0 for JPY, 3 for KWD. */
export function currencyExponent(currency: string): number {
  assert(/^[a-z]{3}$/.test(currency), `not a currency code: ${currency}`);
  if (WITHOUT_MINOR_UNITS.has(currency)) return 0;
  return WITH_THREE_DECIMALS.has(currency) ? 3 : 2;
}

export function money(amountMinor: number, currency: string): Money {
  assert(Number.isSafeInteger(amountMinor), `not whole minor units: ${amountMinor}`);
  currencyExponent(currency);
  return { amountMinor, currency };
}

export function addMoney(first: Money, second: Money): Money {
  assert(first.currency === second.currency, 'amounts of two currencies cannot be added');
  return money(first.amountMinor + second.amountMinor, first.currency);
}

/**
 * An amount times an exact fraction, rounded once, half to even.
 * $19.00 a month for a year less 20 %: 1900 * (12 * 8000) / 10000 = 18240, that is $182.40.
 */
export function multiplyMoney(
  amount: Money,
  fraction: { numerator: number; denominator: number },
): Money {
  assert(Number.isSafeInteger(fraction.numerator), 'a fraction has a whole numerator');
  assert(
    Number.isSafeInteger(fraction.denominator) && fraction.denominator > 0,
    'a fraction has a whole, positive denominator',
  );
  const product = BigInt(amount.amountMinor) * BigInt(fraction.numerator);
  return money(Number(divideHalfEven(product, BigInt(fraction.denominator))), amount.currency);
}

/**
 * Splits an amount by weights so that the parts sum to it exactly: whole shares first, then one
 * minor unit each to the largest remainders, earlier parts first where they tie.
 * $1.00 by 1:1:1 gives 34, 33, 33 cents.
 */
export function allocateMoney(amount: Money, weights: readonly number[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const whole = weights.every((weight) => Number.isSafeInteger(weight) && weight >= 0);
  assert(whole && total > 0, 'weights are whole numbers, not negative and not all zero');
  assert(Number.isSafeInteger(total), 'weights have a safe sum');
  const sign = amount.amountMinor < 0 ? -1n : 1n;
  const magnitude = BigInt(amount.amountMinor) * sign;
  const shares = weights.map((weight, index) => {
    const product = magnitude * BigInt(weight);
    return { index, whole: product / BigInt(total), rest: product % BigInt(total) };
  });
  let left = magnitude - shares.reduce((sum, share) => sum + share.whole, 0n);
  const byRest = shares.toSorted((a, b) =>
    a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1,
  );
  for (const share of byRest) {
    if (left === 0n) break;
    share.whole += 1n;
    left -= 1n;
  }
  return shares.map((share) => money(Number(share.whole * sign), amount.currency));
}

/** The major units as a decimal string, for people and logs: `182.40`. */
export function formatMoney(amount: Money): string {
  const exponent = currencyExponent(amount.currency);
  const sign = amount.amountMinor < 0 ? '-' : '';
  const digits = String(Math.abs(amount.amountMinor)).padStart(exponent + 1, '0');
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

const MAJOR_UNITS = /^(-?)(\d{1,15})(?:\.(\d{1,3}))?$/;

/**
 * Reads major units as people write them, `182.4` or `182.40` for 18240 cents. Answers `undefined`
 * for anything else, and for more decimals than the currency has.
 */
export function parseMoney(text: string, currency: string): Money | undefined {
  const exponent = currencyExponent(currency);
  const match = MAJOR_UNITS.exec(text);
  const decimals = match?.[3] ?? '';
  if (match === null || decimals.length > exponent) return undefined;
  const magnitude = Number(match[2]! + decimals.padEnd(exponent, '0'));
  if (!Number.isSafeInteger(magnitude)) return undefined;
  return money(match[1] === '-' && magnitude > 0 ? -magnitude : magnitude, currency);
}
