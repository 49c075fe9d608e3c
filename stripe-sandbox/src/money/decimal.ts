// pure
import type Stripe from 'stripe';
import { invalid } from '../http/errors.ts';

/** A decimal number, exactly: `units` divided by ten to the power of `decimals`. */
export interface Decimal {
  readonly units: bigint;
  readonly decimals: number;
}

/** Reads `-12.50`; what comes in was checked where it came in, so anything else is a fault. */
export function parseDecimal(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new TypeError(`${text} is not a decimal number`);
  const [, sign, whole, fraction = ''] = match;
  const units = BigInt(`${whole}${fraction}`);
  return { units: sign === '-' ? -units : units, decimals: fraction.length };
}

/** A decimal as Stripe writes it: without zeros that say nothing, so `12.50` is `12.5`. */
export function plainDecimal(text: string): string {
  const { units, decimals } = parseDecimal(text);
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The decimal as a whole number, or `null` where it has a fraction. */
export function wholeOf(text: string): number | null {
  const plain = plainDecimal(text);
  return plain.includes('.') ? null : Number(plain);
}

/** In the SDK a decimal is an object of its own; in an answer it is the text it is made from. */
export function onTheWire(text: string): Stripe.Decimal {
  return text as unknown as Stripe.Decimal;
}

export function tenToThe(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

/**
 * A quotient as a whole number, half away from zero: 5/2 is 3, and -5/2 is -3.
 *
 * @param denominator more than zero
 */
export function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const isNegative = numerator < 0n;
  const magnitude = isNegative ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return isNegative ? -rounded : rounded;
}

/**
 * A quotient rounded to a whole number of granules: of 10 in a currency of three decimals, of
 * which Stripe wants the last to be 0. 12344/1 with granules of 10 is 12340.
 */
export function roundedTo(granule: number, numerator: bigint, denominator: bigint): number {
  const size = BigInt(granule);
  return amountFrom(roundedQuotient(numerator, denominator * size) * size);
}

/** An amount as the number that it is answered with; one that no number holds is refused. */
export function amountFrom(amount: bigint): number {
  const number = Number(amount);
  if (Number.isSafeInteger(number)) return number;
  throw invalid('Amount must be no more than 9007199254740991.', { code: 'amount_too_large' });
}

/**
 * A decimal times a whole number, exactly, and rounded once: 0.005 × 301 is 1.505, so 2.
 *
 * @param granule what the result is a whole multiple of
 */
export function multiplyRounded(decimal: string, integer: number, granule = 1): number {
  const { units, decimals } = parseDecimal(decimal);
  return roundedTo(granule, units * BigInt(integer), tenToThe(decimals));
}
