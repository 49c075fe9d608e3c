import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addFractions, fraction, multiplyFractions } from '@whisperforge/kernel/fraction';
import { daySpans, shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { MovementKind } from '../fold/fold.ts';
import { bridge, type DayMovement } from './bridge.ts';
import { bridgeOfSums, type SpanMovement } from './bridge-spans.ts';
import { rateTable, type RateTable } from './rates.ts';
import { rateDecimal, valuedDays } from './valued-days.ts';

const FIRST = '2024-01-20';
const RANGE = { from: '2024-02-10', to: '2024-05-20' };
const CURRENCIES = ['usd', 'eur', 'jpy'];
const KINDS: MovementKind[] = ['new', 'expansion', 'contraction', 'churn', 'transfer'];

const movements = fc.array(
  fc.record({
    day: fc.nat(120).map((days) => shiftDay(FIRST, days)),
    kind: fc.constantFrom(...KINDS),
    currency: fc.constantFrom(...CURRENCIES),
    parts: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    customers: fc.integer({ min: -2, max: 2 }),
  }),
  { maxLength: 30 },
);
const rates = fc.array(
  fc.record({
    currency: fc.constantFrom('eur', 'jpy'),
    day: fc.nat(120).map((days) => shiftDay(FIRST, days)),
    rate: fc.integer({ min: 1, max: 30_000 }).map((each) => (each / 10_000).toFixed(4)),
  }),
  { maxLength: 40 },
);

/** As Postgres adds them up. */
function summed(
  all: readonly DayMovement[],
  spans: readonly DaySpan[],
  table: RateTable,
): SpanMovement[] {
  const inside = all.filter(({ day }) => RANGE.from <= day && day <= RANGE.to);
  const spanOf = (day: string) => spans.findIndex(({ from, to }) => from <= day && day <= to);
  const groups = Map.groupBy(inside, ({ day, kind, currency }) =>
    [spanOf(day), kind, currency].join(' '),
  );
  return [...groups.values()].map((some) => {
    const { day, kind, currency } = some[0]!;
    const worth = some.reduce((sum, each) => {
      const rate = table.rateOn(currency, each.day)?.perMinorUnit ?? fraction(0n);
      return addFractions(sum, multiplyFractions(fraction(each.parts), rate));
    }, fraction(0n));
    const sign = worth.numerator < 0n ? '-' : '';
    const positive = { ...worth, numerator: sign === '' ? worth.numerator : -worth.numerator };
    return {
      span: spanOf(day),
      kind,
      currency,
      parts: some.reduce((sum, { parts }) => sum + parts, 0n),
      worth: `${sign}${rateDecimal(positive)}`,
      customers: some.reduce((sum, { customers }) => sum + customers, 0),
      since: some.map((each) => each.day).toSorted()[0]!,
    };
  });
}

test('bridges from sums of spans are those of a walk from day to day', () => {
  const granularity = fc.constantFrom('day', 'week', 'month');
  fc.assert(
    fc.property(movements, rates, granularity, (drawn, told, by) => {
      const spans = daySpans(RANGE, by);
      const all = drawn.toSorted((one, other) => (one.day < other.day ? -1 : 1));
      const before = all.filter(({ day }) => day < RANGE.from);
      const opening = before.map(({ currency, parts, customers }) => {
        return { currency, parts, customers };
      });
      const stands = CURRENCIES.map((currency) => {
        const own = opening.filter((each) => each.currency === currency);
        const parts = own.reduce((sum, each) => sum + each.parts, 0n);
        return { currency, parts, customers: own.reduce((sum, each) => sum + each.customers, 0) };
      });
      const table = rateTable('usd', told);
      const inside = all.filter(({ day }) => RANGE.from <= day && day <= RANGE.to);
      const walked = bridge({ opening: stands, movements: inside, rates: table }, spans);
      const since = CURRENCIES.map((currency) => ({ currency, since: FIRST }));
      const days = valuedDays(table, since, RANGE);
      const facts = { opening: stands, movements: summed(all, spans, table), rates: table, days };
      const made = bridgeOfSums(facts, spans);
      for (const [index, { carried, missing, ...span }] of walked.entries()) {
        const { carried: noted, missing: missed, ...figures } = made[index]!;
        expect(figures).toEqual(span);
        // Of a currency that was gone again, it may be said though its day came later.
        expect(noted).toEqual(expect.arrayContaining([...carried]));
        expect(missed).toEqual(expect.arrayContaining([...missing]));
      }
    }),
    { numRuns: Number(process.env.LEDGER_CASES ?? 120) },
  );
});

test('a currency that was there all the time is noted exactly where it was carried', () => {
  const table = rateTable('usd', [
    { currency: 'eur', day: '2024-02-09', rate: '1.1' },
    { currency: 'eur', day: '2024-02-10', rate: '1.2' },
    { currency: 'eur', day: '2024-02-11', rate: '1.3' },
  ]);
  const days = valuedDays(table, [{ currency: 'eur', since: FIRST }], RANGE);
  const spans = daySpans({ from: '2024-02-10', to: '2024-02-13' }, 'day');
  const opening = [{ currency: 'eur', parts: 1_200_000_000n, customers: 1 }];
  const made = bridgeOfSums({ opening, movements: [], rates: table, days }, spans);
  expect(made.map(({ carried }) => carried)).toEqual([[], [], ['eur'], ['eur']]);
  expect(made.map(({ missing }) => missing)).toEqual([[], [], [], []]);
});
