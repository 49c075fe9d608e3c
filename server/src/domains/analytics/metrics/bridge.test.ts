import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addFractions, fraction, multiplyFractions } from '@whisperforge/kernel/fraction';
import { shiftDay } from '@whisperforge/kernel/period';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import { bridge, type BridgeFacts, type DayMovement } from './bridge.ts';
import { rateTable, type DayRate } from './rates.ts';

const FIRST = '2025-01-01';
const minor = (amount: number): bigint => BigInt(amount) * PARTS_A_MINOR_UNIT;
const none = { new: 0, reactivation: 0, expansion: 0, contraction: 0, churn: 0, transfer: 0 };

function movement(day: string, amount: number, said: Partial<DayMovement> = {}): DayMovement {
  return { day, kind: 'new', currency: 'usd', parts: minor(amount), customers: 1, ...said };
}

describe('a bridge', () => {
  test('leads from the start of each span to its end, where the next one starts', () => {
    const facts: BridgeFacts = {
      opening: [{ currency: 'usd', parts: minor(1_000), customers: 1 }],
      movements: [
        movement('2025-01-10', 500),
        movement('2025-02-03', -1_000, { kind: 'churn', customers: -1 }),
      ],
      rates: rateTable('usd', []),
    };
    const spans = [
      { from: '2025-01-01', to: '2025-01-31' },
      { from: '2025-02-01', to: '2025-02-28' },
    ];
    expect(
      bridge(facts, spans).map(({ start, end, customers }) => ({ start, end, customers })),
    ).toEqual([
      {
        start: fraction(1_000n),
        end: fraction(1_500n),
        customers: { start: 1, new: 1, reactivated: 0, churned: 0, transferred: 0, end: 2 },
      },
      {
        start: fraction(1_500n),
        end: fraction(500n),
        customers: { start: 2, new: 0, reactivated: 0, churned: 1, transferred: 0, end: 1 },
      },
    ]);
  });

  test('keeps what another rate makes of MRR apart from what customers did', () => {
    const rates = rateTable('usd', [
      { currency: 'eur', day: '2024-12-31', rate: '1.10' },
      { currency: 'eur', day: '2025-01-02', rate: '1.20' },
    ]);
    const facts: BridgeFacts = {
      opening: [{ currency: 'eur', parts: minor(1_000), customers: 1 }],
      movements: [
        movement('2025-01-02', 100, { kind: 'expansion', currency: 'eur', customers: 0 }),
      ],
      rates,
    };
    const [span] = bridge(facts, [{ from: FIRST, to: '2025-01-03' }]);
    expect(span).toMatchObject({
      start: fraction(1_100n),
      end: fraction(1_320n),
      carried: ['eur'],
      missing: [],
    });
    expect(span!.movements).toMatchObject({ currency: fraction(100n), expansion: fraction(120n) });
  });

  test('values currencies with other minor units, and names those that have no rate', () => {
    const rates = rateTable('usd', [{ currency: 'jpy', day: FIRST, rate: '0.0067' }]);
    const facts: BridgeFacts = {
      opening: [],
      movements: [
        movement('2025-01-01', 3_000, { currency: 'jpy' }),
        movement('2025-01-01', 1_000, { currency: 'kwd' }),
      ],
      rates,
    };
    const [span] = bridge(facts, [{ from: FIRST, to: FIRST }]);
    // 3000 yen at 0.0067 dollars are $20.10.
    expect(span).toMatchObject({ end: fraction(2_010n), missing: ['kwd'] });
  });
});

const day = fc.integer({ min: 0, max: 90 }).map((days) => shiftDay(FIRST, days));
const currency = fc.constantFrom('usd', 'eur', 'jpy');
const rate: fc.Arbitrary<DayRate> = fc.record({
  currency: fc.constantFrom('eur', 'jpy'),
  day,
  rate: fc.integer({ min: 1, max: 2_000_000 }).map((millionths) => (millionths / 1e6).toFixed(6)),
});
const drawn = fc.record({
  day,
  kind: fc.constantFrom(...(Object.keys(none) as (keyof typeof none)[])),
  currency,
  parts: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  customers: fc.integer({ min: -2, max: 2 }),
});

test('start and movements are the end, for every history, rate and way to cut the time', () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 90 }), { maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(drawn, { maxLength: 20 }),
      fc.uniqueArray(rate, { selector: (each) => `${each.currency} ${each.day}`, maxLength: 20 }),
      cuts,
      (movements, rates, at) => {
        const table = rateTable('usd', rates);
        const bounds = [0, ...at.toSorted((first, second) => first - second), 91];
        const spans = bounds.slice(0, -1).map((from, index) => ({
          from: shiftDay(FIRST, from),
          to: shiftDay(FIRST, bounds[index + 1]! - 1),
        }));
        const facts = { opening: [], movements, rates: table };
        const told = bridge(facts, spans);
        let end = fraction(0n);
        for (const span of told) {
          expect(span.start).toEqual(end);
          end = Object.values(span.movements).reduce(addFractions, span.start);
          expect(span.end).toEqual(end);
        }
        const whole = bridge(facts, [{ from: FIRST, to: shiftDay(FIRST, 90) }])[0]!;
        expect(whole.end).toEqual(end);
        expect(whole.end).toEqual(valuedAtTheEnd(movements, table));
      },
    ),
    { numRuns: Number(process.env.BRIDGE_CASES ?? 300) },
  );
});

/** What there is in each currency at the end, at the rates of the end. */
function valuedAtTheEnd(movements: readonly DayMovement[], table: BridgeFacts['rates']) {
  return movements.reduce((sum, { currency: of, parts }) => {
    const found = table.rateOn(of, shiftDay(FIRST, 90));
    if (found === null) return sum;
    const amount = fraction(parts, PARTS_A_MINOR_UNIT);
    return addFractions(sum, multiplyFractions(amount, found.perMinorUnit));
  }, fraction(0n));
}
