// pure
import {
  addFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { daysBetween, daySpans, shiftMonth, type DaySpan } from '@whisperforge/kernel/period';
import { minorUnitsOfWorth } from '../metrics/bridge-spans.ts';
import type { RateTable } from '../metrics/rates.ts';
import { decimalOfScaled, fractionOfScaled, scaledRate } from '../metrics/valued-days.ts';
import type { RatesOfDays } from '../metrics/valued-days.ts';

/** As many shares are a month of MRR; each of its 28 to 31 days is a whole number of them. */
const SHARES_A_MONTH = 377_580n;
const SHARES = fraction(SHARES_A_MONTH);

/**
 * What a unit of MRR earns that is there from a day on, until the part ends in which the day is, in
 * shares: a dollar from 30 June on, of a part that ends with June, earns a thirtieth of a month's.
 */
export interface Weights extends RatesOfDays {
  /** Nothing where the currency has no rate. */
  readonly from: (currency: string, day: string) => Fraction;
}

/** The weights of all days of parts that follow one another. */
export function weightsOf(
  parts: readonly DaySpan[],
  { rates, currencies }: { readonly rates: RateTable; readonly currencies: readonly string[] },
): Weights {
  const sharesOf = sharesOfDays();
  const scaled = new Map<string, bigint>();
  for (const part of parts) {
    const days = daySpans(part, 'day').toReversed();
    for (const currency of currencies) {
      let sum = 0n;
      for (const { to: day } of days) {
        const rate = rates.rateOn(currency, day);
        if (rate !== null) sum += scaledRate(rate.perMinorUnit) * sharesOf(day);
        scaled.set(`${currency} ${day}`, sum);
      }
    }
  }
  return {
    // The reporting currency is weighted like all others.
    base: '',
    list: [...scaled].map(([key, sum]) => {
      const [currency, day] = key.split(' ') as [string, string];
      return { currency, day, rate: decimalOfScaled(sum) };
    }),
    from: (currency, day) => fractionOfScaled(scaled.get(`${currency} ${day}`) ?? 0n),
  };
}

/** Days of one month are alike. */
function sharesOfDays(): (day: string) => bigint {
  const known = new Map<string, bigint>();
  return (day) => {
    const month = `${day.slice(0, 7)}-01`;
    const shares =
      known.get(month) ?? SHARES_A_MONTH / BigInt(daysBetween(month, shiftMonth(month, 1)));
    known.set(month, shares);
    return shares;
  };
}

/** MRR that came or went in a part, of one currency. */
export interface Moved {
  /** Its place among the parts; before the first of them, -1. */
  readonly part: number;
  readonly currency: string;
  readonly parts: bigint;
  /** Each at the weight of its day: a decimal. */
  readonly worth: string;
}

/**
 * What is earned in each part, in minor units: what stands when it begins is there all of it, and
 * what moves in it from its day on. Where a part begins anew, nothing stands.
 */
export function earnedIn(
  parts: readonly DaySpan[],
  {
    moved,
    weights,
    beginsAnew = () => false,
  }: {
    readonly moved: readonly Moved[];
    readonly weights: Weights;
    readonly beginsAnew?: (part: number) => boolean;
  },
): Fraction[] {
  const byPart = Map.groupBy(moved, ({ part }) => part);
  const standing = new Map<string, bigint>();
  const stand = (part: number): void => {
    for (const each of byPart.get(part) ?? []) {
      standing.set(each.currency, (standing.get(each.currency) ?? 0n) + each.parts);
    }
  };
  stand(-1);
  return parts.map(({ from }, part) => {
    if (beginsAnew(part)) standing.clear();
    const stands = [...standing].map(([currency, sum]) =>
      multiplyFractions(earning(String(sum)), weights.from(currency, from)),
    );
    const comes = (byPart.get(part) ?? []).map(({ worth }) => earning(worth));
    stand(part);
    return [...stands, ...comes].reduce(addFractions, fraction(0n));
  });
}

/** What parts come to that are weighted in shares. */
export function earning(worth: string): Fraction {
  return divideFractions(minorUnitsOfWorth(worth), SHARES);
}
