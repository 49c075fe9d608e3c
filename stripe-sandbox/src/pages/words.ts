import { exponentOf } from '../money/currency.ts';

/** An amount of minor units as customers read it: 1999 US cents is `$19.99`. */
export function moneyText(amount: number, currency: string): string {
  const exponent = exponentOf(currency);
  const format = new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const decimal = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  // A decimal text is formatted as it is; as a number it could lose its last digits.
  return format.format(`${amount < 0 ? '-' : ''}${decimal}` as `${number}`);
}

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** A day, such as `23 November 2026 (UTC)`. */
export function dayText(seconds: number): string {
  return `${dates.format(seconds * 1000)} (UTC)`;
}

/** `1 month` or `3 months`. */
export function countText(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

/** `past_due` as `past due`. */
export function plainText(word: string): string {
  return word.replaceAll('_', ' ');
}
