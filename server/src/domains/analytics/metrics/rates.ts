// pure
import {
  fraction,
  multiplyFractions,
  parseFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { assert } from '@whisperforge/kernel/assert';
import { currencyExponent } from '@whisperforge/kernel/money';

/** What one unit of a currency was worth in the reporting currency on a day. */
export interface DayRate {
  readonly currency: string;
  readonly day: string;
  /** A decimal string. */
  readonly rate: string;
}

export interface FoundRate {
  /** Minor units of the reporting currency for one minor unit. */
  readonly perMinorUnit: Fraction;
  /** Whether it is the rate of an earlier day, because there is none of this one. */
  readonly isCarried: boolean;
}

/** Rates by currency and day. */
export interface RateTable {
  /** The currency that figures are reported in. */
  readonly base: string;
  /** The rate of a day, or the last one before it; `null` where there is none yet. */
  rateOn(currency: string, day: string): FoundRate | null;
}

const ONE: FoundRate = { perMinorUnit: fraction(1n), isCarried: false };

export function rateTable(base: string, rates: readonly DayRate[]): RateTable {
  const byCurrency = new Map(
    [...Map.groupBy(rates, ({ currency }) => currency)].map(([currency, all]) => [
      currency,
      all
        .toSorted((first, second) => (first.day < second.day ? -1 : 1))
        .map(({ day, rate }) => ({ day, perMinorUnit: minorRate(rate, { base, currency }) })),
    ]),
  );
  return {
    base,
    rateOn(currency, day) {
      if (currency === base) return ONE;
      const found = lastUpTo(byCurrency.get(currency) ?? [], day);
      return found && { perMinorUnit: found.perMinorUnit, isCarried: found.day !== day };
    },
  };
}

/** By halving, since figures of years ask for thousands of days. */
function lastUpTo<T extends { readonly day: string }>(rates: readonly T[], day: string): T | null {
  let [from, to] = [0, rates.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (rates[middle]!.day <= day) from = middle + 1;
    else to = middle;
  }
  return rates[from - 1] ?? null;
}

/** 0.0067 dollars a yen are 0.67 cents a yen, which has no smaller unit. */
function minorRate(
  rate: string,
  of: { readonly base: string; readonly currency: string },
): Fraction {
  const perUnit = parseFraction(rate);
  assert(perUnit !== undefined, `not a rate: ${rate}`);
  const scale = fraction(
    10n ** BigInt(currencyExponent(of.base)),
    10n ** BigInt(currencyExponent(of.currency)),
  );
  return multiplyFractions(perUnit, scale);
}
