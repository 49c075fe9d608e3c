import type { InputKind } from '../kind.ts';
import type { PriceLine } from './price-line.ts';
import { findPrices, putPrices } from './store.ts';

type PriceField =
  | 'provider'
  | 'model'
  | 'starts_on'
  | 'currency'
  | 'per_million_tokens_in'
  | 'per_million_tokens_out'
  | 'per_unit';

const PRICE_DECIMALS = 6;
const PRICES = ['per_million_tokens_in', 'per_million_tokens_out', 'per_unit'] as const;

export const aiPrices: InputKind<PriceLine, PriceField> = {
  name: 'ai-prices',
  title: 'AI prices',
  description:
    'What each model costs from a day on until its next price. They value events that do not say ' +
    'what they cost.',
  fields: [
    { name: 'model', isNeeded: true, description: 'As events name it.' },
    {
      name: 'provider',
      isNeeded: false,
      description: 'As events name it; without one, the price is of the model wherever it runs.',
    },
    { name: 'starts_on', isNeeded: true, description: 'The first day on which it costs that.' },
    { name: 'currency', isNeeded: false, description: 'Three letters.' },
    { name: 'per_million_tokens_in', isNeeded: false, description: 'Such as `3.00`.' },
    { name: 'per_million_tokens_out', isNeeded: false, description: 'Such as `15.00`.' },
    { name: 'per_unit', isNeeded: false, description: 'For one of the amount, such as a minute.' },
  ],
  read(reader, defaults) {
    const [tokensIn, tokensOut, unit] = PRICES.map((field) =>
      reader.decimal(field, PRICE_DECIMALS),
    );
    if (PRICES.every((field) => reader.said(field) === '')) {
      reader.refuse('per_unit', 'is empty, and so are the prices of tokens');
    }
    return {
      provider: reader.text('provider'),
      model: reader.text('model', 'needed'),
      startsOn: reader.day('starts_on', 'needed'),
      currency: reader.currency('currency', defaults.currency),
      perMillionTokensIn: tokensIn ?? '0',
      perMillionTokensOut: tokensOut ?? '0',
      perUnit: unit ?? '0',
    };
  },
  keyOf: ({ provider, model, startsOn }) => JSON.stringify([provider, model, startsOn]),
  find: findPrices,
  put: putPrices,
};
