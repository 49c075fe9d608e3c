// pure
import {
  addFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { currencyExponent } from '@whisperforge/kernel/money';
import type { PriceLine } from '../inputs/prices/price-line.ts';

/** What events of one model and day took that did not say what they cost. */
export interface Unstated {
  readonly tokensIn: Fraction;
  readonly tokensOut: Fraction;
  readonly amount: Fraction;
}

/** Finds what a model cost on a day. */
export interface PriceList {
  /** The latest price of the model by that day; one of its provider before one of any. */
  priceOn(of: { model: string; provider: string; day: string }): Price | null;
}

export interface Price {
  readonly currency: string;
  /** In minor units of the currency. */
  costOf(taken: Unstated): Fraction;
}

const MILLION = fraction(1n, 1_000_000n);

export function priceList(lines: readonly PriceLine[]): PriceList {
  const byModel = Map.groupBy(lines, ({ provider, model }) => JSON.stringify([provider, model]));
  const lastOf = (provider: string, model: string, day: string): PriceLine | undefined =>
    (byModel.get(JSON.stringify([provider, model])) ?? [])
      .filter(({ startsOn }) => startsOn <= day)
      .toSorted((a, b) => (a.startsOn < b.startsOn ? -1 : 1))
      .at(-1);
  const known = new Map<string, Price | null>();
  return {
    priceOn({ model, provider, day }) {
      const key = `${day} ${provider} ${model}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const line = lastOf(provider, model, day) ?? lastOf('', model, day);
      const price = line === undefined ? null : priceOf(line);
      known.set(key, price);
      return price;
    },
  };
}

/**
 * 2,000 tokens in at $3.00 a million and 500 out at $15.00 cost 0.6 + 0.75 = 1.35 cents; two
 * minutes at $0.006 cost 1.2 cents more.
 */
function priceOf(line: PriceLine): Price {
  const scale = fraction(10n ** BigInt(currencyExponent(line.currency)));
  const minor = (decimal: string): Fraction =>
    multiplyFractions(parseFraction(decimal) ?? fraction(0n), scale);
  const perTokenIn = multiplyFractions(minor(line.perMillionTokensIn), MILLION);
  const perTokenOut = multiplyFractions(minor(line.perMillionTokensOut), MILLION);
  const perUnit = minor(line.perUnit);
  return {
    currency: line.currency,
    costOf: ({ tokensIn, tokensOut, amount }) =>
      [
        multiplyFractions(tokensIn, perTokenIn),
        multiplyFractions(tokensOut, perTokenOut),
        multiplyFractions(amount, perUnit),
      ].reduce((all, part) => addFractions(all, part)),
  };
}
