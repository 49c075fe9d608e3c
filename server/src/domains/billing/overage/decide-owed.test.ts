import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxQuantity, units } from '@whisperforge/kernel/quantity';
import { decideOwed, stillOwed, type Owed, type Stretch } from './decide-owed.ts';

const PRICES = ['0', '0.3', '2.5', '40'] as const;
const RUNS = { numRuns: 2_000 };

/** How a period went on: under which terms, how much was used, and of which limit. */
const stretchDraw = fc.record({
  price: fc.option(
    fc.record({
      unitPriceMinor: fc.constantFrom(...PRICES),
      currency: fc.constantFrom('usd', 'usd', 'eur'),
    }),
    { nil: null },
  ),
  spendingCapMinor: fc.integer({ min: 0, max: 2_000 }),
  usedMillionths: fc.bigInt({ min: 0n, max: 300_000_000n }),
  limit: fc.integer({ min: 0, max: 400 }),
});
const lifeDraw = fc.array(stretchDraw, { minLength: 1, maxLength: 6 });
type StretchDraw = typeof stretchDraw extends fc.Arbitrary<infer D> ? D : never;

function stretchesOf(life: readonly StretchDraw[]): Stretch[] {
  let used = 0n;
  return life.map(({ price, spendingCapMinor, usedMillionths, limit }) => {
    used += usedMillionths;
    return { price, spendingCapMinor, used, over: maxQuantity(0n, used - units(limit)) };
  });
}

function amountIn(owed: readonly Owed[], currency: string): number {
  return owed.find((each) => each.currency === currency)?.amountMinor ?? 0;
}

const CURRENCIES = ['usd', 'eur'];

/** One stretch of overage: so much used of a limit of 0, and beyond it. */
function stretch(used: bigint, unitPriceMinor = '0.3', spendingCapMinor = 1_000): Stretch {
  return { price: { unitPriceMinor, currency: 'usd' }, spendingCapMinor, used, over: used };
}

const dearest = (price: Stretch['price']): number => Number(price?.unitPriceMinor ?? 0);

describe('what is owed for a period', () => {
  test('is rounded once, over all that was used, and never beyond the cap', () => {
    const amountOf = (stretches: readonly Stretch[]): number =>
      amountIn(decideOwed(stretches), 'usd');
    expect(amountOf([stretch(10_000_000n)])).toBe(3);
    expect(amountOf([stretch(11_000_000n)])).toBe(3);
    expect(amountOf([stretch(12_000_000n)])).toBe(4);
    expect(amountOf([stretch(9_000_000_000n)])).toBe(1_000);
    // Of 0.9 and 0.9 is owed 1.8, which is 2, as of 6 at once.
    expect(amountOf([stretch(3_000_000n), stretch(6_000_000n, '0.3', 900)])).toBe(2);
    // 80 minutes at 2.5 cents under a cap of 100, then 20 under one of 120.
    expect(amountOf([stretch(units(80), '2.5', 100), stretch(units(100), '2.5', 120)])).toBe(120);
  });

  test('is charged once, however often it is closed and whatever is told later', () => {
    fc.assert(
      fc.property(lifeDraw, fc.bigInt({ min: 0n, max: 100_000_000n }), (life, late) => {
        const closed = stretchesOf(life);
        const last = closed.at(-1)!;
        const later = { ...last, used: last.used + late, over: last.over + late };
        const charged = new Map<string, number>();
        const rounds = [closed, closed, [...closed.slice(0, -1), later], closed];
        for (const stretches of rounds) {
          for (const { currency, amountMinor } of stillOwed(decideOwed(stretches), charged)) {
            charged.set(currency, (charged.get(currency) ?? 0) + amountMinor);
          }
        }
        const most = decideOwed(rounds[2]!);
        for (const currency of CURRENCIES) {
          expect(charged.get(currency) ?? 0).toBe(
            Math.max(amountIn(decideOwed(closed), currency), amountIn(most, currency)),
          );
        }
      }),
      RUNS,
    );
  });

  test('stays within the highest of the caps under which it was used', () => {
    fc.assert(
      fc.property(lifeDraw, (life) => {
        for (const { currency, amountMinor } of decideOwed(stretchesOf(life))) {
          const caps = life.map((each) =>
            each.price?.currency === currency ? each.spendingCapMinor : 0,
          );
          expect(amountMinor).toBeLessThanOrEqual(Math.max(...caps));
        }
      }),
      RUNS,
    );
  });

  test('is for no more than is over in the end, at no more than the dearest price', () => {
    fc.assert(
      fc.property(lifeDraw, (life) => {
        const stretches = stretchesOf(life);
        const owed = decideOwed(stretches);
        const { over } = stretches.at(-1)!;
        expect(owed.reduce((sum, each) => sum + each.over, 0n)).toBeLessThanOrEqual(over);
        const price = Math.max(...stretches.map((each) => dearest(each.price)));
        for (const each of owed) {
          const most = (Number(each.over) / 1_000_000) * price;
          expect(each.amountMinor).toBeLessThanOrEqual(Math.round(most + 0.5));
        }
      }),
      RUNS,
    );
  });

  test('grows in a stretch by no more than was used in it, and not beyond its cap', () => {
    fc.assert(
      fc.property(lifeDraw, stretchDraw, (life, next) => {
        // Another limit may uncover what was used earlier.
        const all = [...life, next].map((each) => ({ ...each, limit: next.limit }));
        const earlier = decideOwed(stretchesOf(all.slice(0, -1)));
        const later = decideOwed(stretchesOf(all));
        for (const currency of CURRENCIES) {
          const [was, is] = [amountIn(earlier, currency), amountIn(later, currency)];
          const isPriced = next.price?.currency === currency;
          expect(is).toBeLessThanOrEqual(Math.max(was, isPriced ? next.spendingCapMinor : 0));
          const most = (Number(next.usedMillionths) / 1_000_000) * dearest(next.price);
          expect(is - was).toBeLessThanOrEqual(isPriced ? Math.round(most + 1) : 0);
        }
      }),
      RUNS,
    );
  });

  test('is never lowered by withdrawing, nor by other terms, while the limit is not raised', () => {
    fc.assert(
      fc.property(lifeDraw, stretchDraw, fc.boolean(), (life, next, isWithdrawn) => {
        const limit = Math.min(next.limit, life.at(-1)!.limit);
        const terms = isWithdrawn ? { ...next, price: null, spendingCapMinor: 0 } : next;
        const earlier = decideOwed(stretchesOf(life));
        const later = decideOwed(stretchesOf([...life, { ...terms, limit }]));
        for (const currency of CURRENCIES) {
          expect(amountIn(later, currency)).toBeGreaterThanOrEqual(amountIn(earlier, currency));
        }
      }),
      RUNS,
    );
  });

  test('is at least what was noted, as far as it is beyond the limit in the end', () => {
    fc.assert(
      fc.property(stretchDraw, stretchDraw, (first, next) => {
        const [noted, last] = stretchesOf([first, { ...next, price: null }]);
        const least = noted!.over < last!.over ? noted!.over : last!.over;
        const price = first.price === null ? [] : [{ ...noted!, used: least, over: least }];
        expect(decideOwed([noted!, last!])).toEqual(decideOwed(price));
      }),
      RUNS,
    );
  });
});
