import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMoney, money, parseMoney } from '@whisperforge/kernel/money';
import type { PricingRule } from './rule.ts';
import { pricesOf, yearlyPrice, yearlyRuleAt } from './yearly.ts';

const annual: PricingRule & { readonly ruleType: 'discount' } = {
  id: 1,
  key: 'annual',
  name: 'A year at once',
  ruleType: 'discount',
  billingCycle: 'yearly',
  percentOffBasisPoints: 2_000,
  priority: 0,
  startsMs: null,
  validFromMs: 0,
  validUntilMs: null,
};

const yearly = (text: string, currency: string, percentOffBasisPoints: number): string => {
  const monthly = parseMoney(text, currency);
  if (monthly === undefined) throw new RangeError(`not a price: ${text}`);
  return formatMoney(yearlyPrice(monthly, { percentOffBasisPoints }));
};

describe('the price of a year', () => {
  test.each([
    ['19.00', 'usd', 2_000, '182.40'],
    ['49.00', 'usd', 2_000, '470.40'],
    ['2900', 'jpy', 2_000, '27840'],
    ['5.750', 'kwd', 2_000, '55.200'],
    ['0.00', 'usd', 2_000, '0.00'],
    ['19.00', 'usd', 0, '228.00'],
    ['19.00', 'usd', 9_999, '0.02'],
    // 1 * 12 * 0.875 = 10.5 cents and 3 * 12 * 0.875 = 31.5: halves go to the even neighbour.
    ['0.01', 'usd', 1_250, '0.10'],
    ['0.03', 'usd', 1_250, '0.32'],
    ['1', 'jpy', 1_667, '10'],
    // 10 * 12 * 0.6667 = 80.004 fils; the last one of an amount cannot be charged.
    ['0.010', 'kwd', 3_333, '0.080'],
    ['5.010', 'kwd', 2_000, '48.100'],
  ])('of %s %s a month at %i basis points off is %s', (monthly, currency, off, expected) => {
    expect(yearly(monthly, currency, off)).toBe(expected);
  });

  const amounts = fc.integer({ min: 0, max: 10 ** 12 });
  const discounts = fc.integer({ min: 0, max: 9_999 });
  const currencies = fc.constantFrom('usd', 'jpy', 'kwd');

  test('is the nearest that can be charged to the exact one, in every currency', () => {
    fc.assert(
      fc.property(amounts, discounts, currencies, (amountMinor, off, currency) => {
        const price = yearlyPrice(money(amountMinor, currency), { percentOffBasisPoints: off });
        expect(price.currency).toBe(currency);
        const exact = BigInt(amountMinor) * 12n * BigInt(10_000 - off);
        const error = BigInt(price.amountMinor) * 10_000n - exact;
        const step = currency === 'kwd' ? 10n : 1n;
        expect(error < 0n ? -error : error).toBeLessThanOrEqual(5_000n * step);
        expect(BigInt(price.amountMinor) % step).toBe(0n);
      }),
    );
  });

  test('never falls when the month gets dearer, and never rises with the discount', () => {
    fc.assert(
      fc.property(amounts, amounts, discounts, discounts, (a, b, offA, offB) => {
        const price = (amountMinor: number, percentOffBasisPoints: number): number =>
          yearlyPrice(money(amountMinor, 'usd'), { percentOffBasisPoints }).amountMinor;
        expect(price(Math.max(a, b), offA)).toBeGreaterThanOrEqual(price(Math.min(a, b), offA));
        expect(price(a, Math.max(offA, offB))).toBeLessThanOrEqual(price(a, Math.min(offA, offB)));
        expect(price(a, offA)).toBeLessThanOrEqual(a * 12);
      }),
    );
  });

  test('needs a discount that is a part of the price', () => {
    for (const percentOffBasisPoints of [-1, 10_000, 0.5, Number.NaN]) {
      expect(() => yearlyPrice(money(1, 'usd'), { percentOffBasisPoints })).toThrow(/discount/);
    }
  });
});

describe('the rule in force', () => {
  test('is half-open in time: at its end it no longer applies', () => {
    const rule = { ...annual, validFromMs: 100, validUntilMs: 200 };
    const at = (ms: number) => yearlyRuleAt([rule], ms)?.key;
    expect([at(99), at(100), at(199), at(200)]).toEqual([undefined, 'annual', 'annual', undefined]);
  });

  test('of several is the one with the highest priority, and of equals the first by key', () => {
    const rules = [
      { ...annual, key: 'c', priority: 1 },
      { ...annual, key: 'b', priority: 5 },
      { ...annual, key: 'a', priority: 5 },
    ];
    expect(yearlyRuleAt(rules, 1)?.key).toBe('a');
    expect(yearlyRuleAt(rules.toReversed(), 1)?.key).toBe('a');
  });
});

describe('what a version is sold for', () => {
  test('is each monthly price, and a year of those that cost something', () => {
    expect(pricesOf([money(1900, 'usd'), money(2900, 'jpy')], annual)).toEqual([
      { billingCycle: 'monthly', currency: 'usd', amountMinor: 1_900 },
      { billingCycle: 'monthly', currency: 'jpy', amountMinor: 2_900 },
      { billingCycle: 'yearly', currency: 'usd', amountMinor: 18_240 },
      { billingCycle: 'yearly', currency: 'jpy', amountMinor: 27_840 },
    ]);
    expect(pricesOf([money(0, 'usd')], annual)).toHaveLength(1);
    expect(pricesOf([], annual)).toEqual([]);
  });

  test('is nothing yearly while no rule says how', () => {
    expect(pricesOf([money(1900, 'usd')], undefined)).toHaveLength(1);
  });
});
