import { invalid } from '../http/errors.ts';
import { decimal, integer, optional, type Spec } from '../http/params.ts';
import { granuleOf, isCurrency } from './currency.ts';
import { parseDecimal, plainDecimal } from './decimal.ts';

/** What one amount can be: twelve digits, so that sums of a hundred thousand of them stay exact. */
export const LARGEST_AMOUNT = 999_999_999_999;

/** A currency that Stripe knows, in whatever case; kept in lowercase. */
export const currencyCode: Spec<string> = {
  read(value, name) {
    const code = typeof value === 'string' ? value.toLowerCase() : '';
    if (isCurrency(code)) return code;
    const shown = code.slice(0, 20);
    throw invalid(
      `Invalid currency: ${shown}. It is none of the currencies that Stripe supports.`,
      {
        param: name,
      },
    );
  },
};

/** Minor units, not below zero. */
export const amountSpec: Spec<number> = integer({ least: 0, most: LARGEST_AMOUNT });

/** Minor units, above zero. */
export const positiveAmountSpec: Spec<number> = integer({ least: 1, most: LARGEST_AMOUNT });

/** A decimal of minor units, not below zero; without zeros that say nothing. */
export const decimalAmountSpec: Spec<string> = {
  read(value, name) {
    const text = plainDecimal(decimal().read(value, name));
    if (parseDecimal(text).units >= 0n) return text;
    throw invalid('This value must be greater than or equal to 0.', { param: name });
  },
};

/** Values by currency, such as `currency_options[eur][unit_amount]`. */
export function byCurrency<T>(spec: Spec<T>): Spec<Readonly<Record<string, T>> | undefined> {
  return optional({
    read(value, name) {
      if (typeof value === 'string') throw invalid('Invalid object', { param: name });
      const entries = Object.entries(value).map(([key, entry]): [string, T] => {
        const param = `${name}[${key}]`;
        return [currencyCode.read(key, param), spec.read(entry, param)];
      });
      return Object.fromEntries(entries);
    },
  });
}

/** Refuses what a currency has no coin for, such as 5.125 dinars. */
export function requireGranule(amount: number, currency: string, param: string): void {
  const granule = granuleOf(currency);
  if (amount % granule === 0) return;
  const message =
    `Invalid amount: amounts in ${currency} must be divisible by ${granule}, ` +
    'because its last digits cannot be charged.';
  throw invalid(message, { code: 'invalid_charge_amount', param });
}
