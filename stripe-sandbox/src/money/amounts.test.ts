import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { exponentOf, granuleOf, isCurrency, minimumCharge } from './currency.ts';
import { multiplyRounded, plainDecimal, wholeOf } from './decimal.ts';
import { amountOf, type Priced, type Pricing, type Tier } from './pricing.ts';
import { prorate } from './prorate.ts';

const DAY = 86_400;

describe('currencies', () => {
  test('have 0, 2 or 3 decimals, and three of them end in a 0', () => {
    expect(['jpy', 'krw', 'usd', 'kwd', 'tnd'].map(exponentOf)).toEqual([0, 0, 2, 3, 3]);
    expect(['jpy', 'usd', 'kwd', 'ugx'].map(granuleOf)).toEqual([1, 1, 10, 100]);
    expect(['usd', 'jpy', 'omr', 'xxx', 'USD', '__proto__'].map(isCurrency)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(minimumCharge('usd')).toBe(50);
  });
});

describe('decimals', () => {
  test('are multiplied exactly and rounded once, half away from zero', () => {
    expect(multiplyRounded('0.005', 301)).toBe(2);
    expect(multiplyRounded('0.5', 1)).toBe(1);
    expect(multiplyRounded('-0.5', 1)).toBe(-1);
    expect(multiplyRounded('0.000000000001', 499_999_999_999)).toBe(0);
    expect(multiplyRounded('1234.4', 10, 10)).toBe(12_340);
  });

  test('a product that no number holds is refused', () => {
    expect(() => multiplyRounded('999999999999', 1_000_000)).toThrow('Amount must be no more');
  });

  test('are written without zeros that say nothing', () => {
    expect(['12.50', '0.0', '-0.10', '7'].map(plainDecimal)).toEqual(['12.5', '0', '-0.1', '7']);
    expect(['12.00', '12.01'].map(wholeOf)).toEqual([12, null]);
  });
});

describe('prorate', () => {
  test('half of a period is half of the amount', () => {
    const april = { start: 0, end: 30 * DAY };
    expect(prorate(1000, { ...april, from: 15 * DAY })).toBe(500);
    expect(prorate(2000, { ...april, from: 15 * DAY })).toBe(1000);
    expect(prorate(-1000, { ...april, from: 15 * DAY })).toBe(-500);
    expect(prorate(1000, { ...april, from: -DAY })).toBe(1000);
    expect(prorate(1000, { ...april, from: 31 * DAY })).toBe(0);
    expect(prorate(1000, { start: 5, end: 5, from: 5 })).toBe(0);
  });

  test('is never more than the amount, has its sign, and falls as time goes on', () => {
    const second = fc.integer({ min: 0, max: 400 * DAY });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), second, second, (amount, a, b) => {
        const period = { start: 0, end: 400 * DAY };
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        const [more, less] = [early, late].map((from) => prorate(amount, { ...period, from }));
        expect(less).toBeGreaterThanOrEqual(0);
        expect(more).toBeGreaterThanOrEqual(less!);
        expect(more).toBeLessThanOrEqual(amount);
        // Of nothing there is nothing, and no negative of it.
        const credit = prorate(0 - amount, { ...period, from: early });
        expect(credit).toBe(0 - more!);
      }),
    );
  });
});

test('parts add up to what is shared out, and none is further than one from its share', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), weights, (total, sizes) => {
      const sum = sizes.reduce((known, each) => known + each, 0n);
      fc.pre(sum > 0n);
      const parts = allocate(total, sizes);
      expect(parts.reduce((known, each) => known + each, 0n)).toBe(total);
      for (const [index, part] of parts.entries()) {
        const floor = (total * sizes[index]!) / sum;
        expect(part === floor || part === floor + 1n).toBe(true);
      }
    }),
  );
  expect(allocate(100n, [1n, 1n, 1n])).toEqual([33n, 33n, 34n]);
});

function priced(pricing: Pricing, currency = 'usd'): Priced {
  return { currency, pricing, transformQuantity: null, currencyOptions: {} };
}

function tier(
  upTo: number | null,
  unitAmount: string | null,
  flatAmount: string | null = null,
): Tier {
  return { upTo, unitAmount, flatAmount };
}

/** Of Stripe's guide, docs.stripe.com/products-prices/pricing-models#tiered-pricing. */
const fonts = [tier(5, '700'), tier(10, '650'), tier(null, '600')];

describe('amountOf', () => {
  test('tiers by volume bill every unit at the rate of the last', () => {
    const price = priced({ scheme: 'tiered', mode: 'volume', tiers: fonts });
    const amounts = [1, 5, 6, 20, 25].map((quantity) => amountOf(price, quantity));
    expect(amounts).toEqual([700, 3500, 3900, 12_000, 15_000]);
  });

  test('graduated tiers bill each unit at its own rate', () => {
    const price = priced({ scheme: 'tiered', mode: 'graduated', tiers: fonts });
    const amounts = [1, 5, 6, 20, 25].map((quantity) => amountOf(price, quantity));
    expect(amounts).toEqual([700, 3500, 4150, 12_750, 15_750]);
  });

  test('a flat amount is due once its tier is entered, and the first always is', () => {
    const tiers = [tier(5, null, '1000'), tier(null, '0.5', '200')];
    const price = priced({ scheme: 'tiered', mode: 'graduated', tiers });
    expect([0, 5, 6, 8].map((quantity) => amountOf(price, quantity))).toEqual([
      1000, 1000, 1201, 1202,
    ]);
  });

  test('packages are begun or filled', () => {
    const price = priced({ scheme: 'per_unit', unitAmount: '500' });
    const up = { ...price, transformQuantity: { divideBy: 10, round: 'up' } as const };
    const down = { ...price, transformQuantity: { divideBy: 10, round: 'down' } as const };
    expect([0, 1, 10, 11].map((quantity) => amountOf(up, quantity))).toEqual([0, 500, 500, 1000]);
    expect([0, 9, 10, 11].map((quantity) => amountOf(down, quantity))).toEqual([0, 0, 500, 500]);
  });

  test('a price in several currencies costs what it says in each', () => {
    const euros = { pricing: { scheme: 'per_unit', unitAmount: '900' } as const };
    const price = {
      ...priced({ scheme: 'per_unit', unitAmount: '1000' }),
      currencyOptions: { eur: euros },
    };
    expect(amountOf(price, 2, 'eur')).toBe(1800);
    expect(() => amountOf(price, 2, 'toString')).toThrow('toString');
  });

  test('three decimals end in a 0', () => {
    const price = priced({ scheme: 'per_unit', unitAmount: '1234.5' }, 'kwd');
    expect(amountOf(price, 1)).toBe(1230);
  });

  test('more units never cost less, where tiers are graduated', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 }).map((thousandths) => {
      return `${Math.trunc(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')}`;
    });
    const quantity = fc.integer({ min: 0, max: 10_000 });
    const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), amount, amount), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(sizes, amount, quantity, quantity, (steps, last, a, b) => {
        let upTo = 0;
        const tiers = steps.map(([size, unit, flat]) => tier((upTo += size), unit, flat));
        const price = priced({
          scheme: 'tiered',
          mode: 'graduated',
          tiers: [...tiers, tier(null, last)],
        });
        const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
        expect(amountOf(price, more)).toBeGreaterThanOrEqual(amountOf(price, fewer));
        expect(amountOf(price, fewer)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
