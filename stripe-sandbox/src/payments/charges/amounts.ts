import { invalid } from '../../http/errors.ts';
import { exponentOf, minimumCharge } from '../../money/currency.ts';
import { requireGranule } from '../../money/parameters.ts';

const SIGNS: Readonly<Record<string, string>> = { eur: '€', gbp: '£', jpy: '¥', usd: '$' };

/** An amount as Stripe's messages show it, such as `$0.50` or `5.000 kwd`. */
export function shownAmount(amount: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = String(amount).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const shown = exponent === 0 ? whole : `${whole}.${digits.slice(-exponent)}`;
  const sign = SIGNS[currency];
  return sign === undefined ? `${shown} ${currency}` : `${sign}${shown}`;
}

const MOST = 99_999_999;

/** Throws where nothing like it can be charged. */
export function requireChargeable(amount: number, currency: string): void {
  requireGranule(amount, currency, 'amount');
  const least = minimumCharge(currency);
  if (amount < least) {
    throw invalid(`Amount must be at least ${shownAmount(least, currency)} ${currency}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > MOST) {
    throw invalid(`Amount must be no more than ${shownAmount(MOST, currency)}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
}
