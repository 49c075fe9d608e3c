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
import type { SettledPrice } from './settled/settled-price.ts';

/** What events of one model and day took that did not say what they cost. */
export interface Unstated {
  readonly tokensIn: Fraction;
  readonly tokensOut: Fraction;
  readonly amount: Fraction;
}

export interface UsedModel {
  readonly model: string;
  readonly provider: string;
  readonly day: string;
}

/** Finds what a model cost on a day. */
export interface PriceList {
  /** What the use of that day was settled by; `null` where there was no price. */
  priceOn(of: UsedModel): SettledBy | null;
}

export interface SettledBy extends Price {
  /** Whether the price has been corrected since. */
  readonly isOutdated: boolean;
}

export interface Price {
  readonly currency: string;
  /** In minor units of the currency. */
  costOf(taken: Unstated): Fraction;
}

const MILLION = fraction(1n, 1_000_000n);

export function priceList(settled: readonly SettledPrice[], told: readonly PriceLine[]): PriceList {
  const known = new Map<string, SettledBy | null>();
  const inForce = pricesInForce(told);
  for (const { price, ...used } of settled) {
    const present = inForce(used);
    const isOutdated = present === undefined || termsOf(present) !== (price && termsOf(price));
    known.set(keyOf(used), price && { ...priceOf(price), isOutdated });
  }
  return { priceOn: (used) => known.get(keyOf(used)) ?? null };
}

function keyOf({ model, provider, day }: UsedModel): string {
  return JSON.stringify([day, provider, model]);
}

function termsOf(terms: PriceTerms): string {
  const { currency, perMillionTokensIn, perMillionTokensOut, perUnit } = terms;
  return [currency, perMillionTokensIn, perMillionTokensOut, perUnit].join(' ');
}

/** The latest price of a model by a day; one of its provider before one of any. */
function pricesInForce(told: readonly PriceLine[]): (used: UsedModel) => PriceLine | undefined {
  const byModel = Map.groupBy(told, ({ provider, model }) => JSON.stringify([provider, model]));
  const lastOf = (provider: string, { model, day }: UsedModel): PriceLine | undefined =>
    (byModel.get(JSON.stringify([provider, model])) ?? [])
      .filter(({ startsOn }) => startsOn <= day)
      .reduce<PriceLine | undefined>(
        (last, line) => (last === undefined || last.startsOn < line.startsOn ? line : last),
        undefined,
      );
  return (used) => lastOf(used.provider, used) ?? lastOf('', used);
}

type PriceTerms = Omit<PriceLine, 'provider' | 'model' | 'startsOn'>;

/**
 * 2,000 tokens in at $3.00 a million and 500 out at $15.00 cost 0.6 + 0.75 = 1.35 cents; two
 * minutes at $0.006 cost 1.2 cents more.
 */
function priceOf(line: PriceTerms): Price {
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
