import type { InputKind } from '../kind.ts';
import type { RateLine } from './rate-line.ts';
import { findTold, putRates } from './store.ts';

type RateField = 'day' | 'currency' | 'base' | 'rate';

const RATE_DECIMALS = 12;

export const exchangeRates: InputKind<RateLine, RateField> = {
  name: 'exchange-rates',
  title: 'Exchange rates',
  description:
    'What one unit of a currency is worth in the reporting currency on a day. A day without a ' +
    'rate takes the last earlier one.',
  fields: [
    { name: 'day', isNeeded: true, description: 'Such as `2026-03-31`.' },
    { name: 'currency', isNeeded: true, description: 'Three letters.' },
    { name: 'rate', isNeeded: true, description: 'Units of the base for one of the currency.' },
    { name: 'base', isNeeded: false, description: 'The reporting currency if not given.' },
  ],
  read(reader, defaults) {
    const base = reader.currency('base', defaults.currency);
    const currency = reader.currency('currency', '');
    if (currency === base) reader.refuse('currency', 'is the base itself');
    const rate = reader.decimal('rate', RATE_DECIMALS);
    if (rate === '0' || reader.said('rate') === '') reader.refuse('rate', 'is not above 0');
    return { base, currency, day: reader.day('day', 'needed'), rate: rate ?? '0' };
  },
  keyOf: ({ base, currency, day }) => `${base} ${currency} ${day}`,
  find: findTold,
  put: putRates,
};
