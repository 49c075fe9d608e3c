// pure
import { assert } from '@whisperforge/kernel/assert';
import { fraction, type Fraction } from '@whisperforge/kernel/fraction';
import { daysBetween, shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { RateTable } from './rates.ts';

/** What a minor unit of a currency is worth on a day, as a decimal. */
export interface ValuedDay {
  readonly currency: string;
  readonly day: string;
  readonly rate: string;
  /** Whether it is the rate of an earlier day. */
  readonly isCarried: boolean;
}

/** What parts are multiplied by, each at its day. */
export interface RatesOfDays {
  /** The currency that needs no rate. */
  readonly base: string;
  readonly list: readonly Pick<ValuedDay, 'currency' | 'day' | 'rate'>[];
}

/** The rates of each day of a range, for whoever adds up what moved on it. */
export interface ValuedDays extends RatesOfDays {
  readonly list: readonly ValuedDay[];
  /** Whether any day of a span has the rate of an earlier day, or none. */
  readonly isCarried: (currency: string, span: DaySpan) => boolean;
  readonly isMissing: (currency: string, span: DaySpan) => boolean;
}

interface Counted {
  readonly from: string;
  /** How many days were carried, or missing, up to each; one more than there are days. */
  readonly carried: readonly number[];
  readonly missing: readonly number[];
}

/** Of currencies, from the day on which each came first; before it there is nothing to value. */
export function valuedDays(
  table: RateTable,
  currencies: readonly { readonly currency: string; readonly since: string }[],
  { from, to }: DaySpan,
): ValuedDays {
  const list: ValuedDay[] = [];
  const counts = new Map<string, Counted>();
  for (const { currency, since } of currencies) {
    if (currency === table.base) continue;
    const first = since > from ? since : from;
    const [carried, missing] = [[0], [0]];
    for (let day = first; day <= to; day = shiftDay(day, 1)) {
      const rate = table.rateOn(currency, day);
      const isCarried = rate?.isCarried === true;
      if (rate !== null) {
        list.push({ currency, day, rate: rateDecimal(rate.perMinorUnit), isCarried });
      }
      carried.push(carried.at(-1)! + (isCarried ? 1 : 0));
      missing.push(missing.at(-1)! + (rate === null ? 1 : 0));
    }
    counts.set(currency, { from: first, carried, missing });
  }
  const isAny = (of: 'carried' | 'missing') => (currency: string, span: DaySpan) => {
    const counted = counts.get(currency);
    if (counted === undefined) return false;
    const sums = counted[of];
    const at = (day: string): number => {
      return sums[Math.min(Math.max(daysBetween(counted.from, day), 0), sums.length - 1)]!;
    };
    return at(shiftDay(span.to, 1)) > at(span.from);
  };
  return { base: table.base, list, isCarried: isAny('carried'), isMissing: isAny('missing') };
}

const DECIMALS = 24;
const SCALE = 10n ** BigInt(DECIMALS);

/** Rates are decimals, and minor units tens of each other; so this is exact. */
export function rateDecimal(rate: Fraction): string {
  return decimalOfScaled(scaledRate(rate));
}

/** A rate in the smallest steps that are kept. */
export function scaledRate({ numerator, denominator }: Fraction): bigint {
  const scaled = numerator * SCALE;
  assert(scaled % denominator === 0n, 'a rate has no more decimals than are kept');
  return scaled / denominator;
}

/** Rates, or sums of them, are not below nothing. */
export function decimalOfScaled(scaled: bigint): string {
  const digits = String(scaled).padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

export function fractionOfScaled(scaled: bigint): Fraction {
  return fraction(scaled, SCALE);
}
