import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { daysBetween, daySpans, shiftDay, shiftMonth } from '@whisperforge/kernel/period';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import { rateTable } from '../metrics/rates.ts';
import { earnedIn, weightsOf, type Moved } from './weights.ts';

const RANGE = { from: '2024-02-10', to: '2024-05-20' };
const rates = rateTable('usd', [
  { currency: 'eur', day: '2024-02-20', rate: '1.1' },
  { currency: 'eur', day: '2024-04-03', rate: '0.93' },
]);
const CURRENCIES = ['usd', 'eur', 'jpy'];

interface Booked {
  readonly day: string;
  readonly currency: string;
  readonly parts: bigint;
}

const bookings = fc.array(
  fc.record({
    day: fc.nat(130).map((days) => shiftDay('2024-01-20', days)),
    currency: fc.constantFrom(...CURRENCIES),
    parts: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  }),
  { maxLength: 20 },
);

/** What a day earns of what was booked up to it, of its month alone where that begins anew. */
function earnedOn(day: string, booked: readonly Booked[], isMonthly: boolean): Fraction {
  const month = `${day.slice(0, 7)}-01`;
  const days = BigInt(daysBetween(month, shiftMonth(month, 1)));
  const standing = booked.filter((each) => each.day <= day && (!isMonthly || each.day >= month));
  return standing.reduce((sum, { currency, parts }) => {
    const rate = rates.rateOn(currency, day)?.perMinorUnit ?? fraction(0n);
    const worth = multiplyFractions(fraction(parts, PARTS_A_MINOR_UNIT * days), rate);
    return addFractions(sum, worth);
  }, fraction(0n));
}

/** As Postgres adds them up. */
function movedIn(spans: readonly { from: string; to: string }[], booked: readonly Booked[]) {
  const weights = weightsOf(spans, { rates, currencies: CURRENCIES });
  const moved = booked.map(({ day, currency, parts }): Moved => {
    const part = spans.findLastIndex(({ from }) => from <= day);
    const weight = weights.list.find((each) => each.currency === currency && each.day === day);
    const scaled = BigInt((weight?.rate ?? '0').replace('.', '')) * parts;
    const sign = scaled < 0n ? '-' : '';
    const digits = String(scaled < 0n ? -scaled : scaled).padStart(25, '0');
    const worth = `${sign}${digits.slice(0, -24)}.${digits.slice(-24)}`;
    return { part, currency, parts, worth };
  });
  return { moved, weights };
}

test('what spans earn is what their days do, with and without what stood before a month', () => {
  const granularity = fc.constantFrom('day', 'week', 'month');
  fc.assert(
    fc.property(bookings, granularity, fc.boolean(), (drawn, by, isMonthly) => {
      const asked = daySpans(RANGE, by);
      const spans = isMonthly ? asked.flatMap((span) => daySpans(span, 'month')) : asked;
      // What began in an earlier month is not told of one that begins anew.
      const booked = drawn.filter(
        ({ day }) => day <= RANGE.to && (!isMonthly || day >= shiftMonth(RANGE.from, 0)),
      );
      const beginsAnew = (part: number) =>
        isMonthly && part > 0 && spans[part]!.from.endsWith('-01');
      const found = earnedIn(spans, { ...movedIn(spans, booked), beginsAnew });
      const wanted = spans.map((span) =>
        daySpans(span, 'day')
          .map(({ to }) => earnedOn(to, booked, isMonthly))
          .reduce(addFractions, fraction(0n)),
      );
      expect(found).toEqual(wanted);
    }),
  );
});

test('a dollar a month from 30 June on earns a thirtieth of it in June', () => {
  const june = { from: '2024-06-01', to: '2024-06-30' };
  const booked = [{ day: '2024-06-30', currency: 'usd', parts: 100n * PARTS_A_MINOR_UNIT }];
  expect(earnedIn([june], movedIn([june], booked))).toEqual([fraction(10n, 3n)]);
});
