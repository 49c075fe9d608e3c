import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fraction, type Fraction } from '@whisperforge/kernel/fraction';
import {
  displayAmount,
  nextAmountChangeMs,
  recurringAmount,
  type AmountProfile,
  type RecurringDiscount,
  type RecurringItem,
  type RecurringTerms,
} from './index.ts';

const AT_MS = Date.UTC(2026, 2, 10);

function item(said: Partial<RecurringItem> = {}): RecurringItem {
  return {
    priceId: 'price_pro',
    planId: 2,
    unitAmountDecimal: '1900',
    currency: 'usd',
    interval: 'month',
    intervalCount: 1,
    quantity: 1,
    isMetered: false,
    ...said,
  };
}

const base = { id: 'di_1', duration: 'forever', startMs: 0, endMs: null, priceIds: null } as const;

function percent(basisPoints: number, said: Partial<typeof base> = {}): RecurringDiscount {
  return { ...base, ...said, percentOffBasisPoints: basisPoints };
}

function amount(minor: number, currency = 'usd'): RecurringDiscount {
  return { ...base, amountOffMinor: minor, currency };
}

function terms(said: Partial<RecurringTerms> = {}): RecurringTerms {
  return { status: 'active', currency: 'usd', items: [item()], discounts: [], ...said };
}

const of = (said: Partial<RecurringTerms>, profile?: AmountProfile): Fraction =>
  recurringAmount(terms(said), { atMs: AT_MS, ...(profile && { profile }) });

describe('the recurring amount of a month', () => {
  test.each([
    ['a month at $19', item(), fraction(1900n)],
    ['a year at $182.40', item({ interval: 'year', unitAmountDecimal: '18240' }), fraction(1520n)],
    ['a year at $19', item({ interval: 'year' }), fraction(475n, 3n)],
    ['a quarter at $19', item({ intervalCount: 3 }), fraction(1900n, 3n)],
    ['a week at $19', item({ interval: 'week' }), fraction(24_700n, 3n)],
    ['a day at $19', item({ interval: 'day' }), fraction(173_375n, 3n)],
    ['two years at $19', item({ interval: 'year', intervalCount: 2 }), fraction(475n, 6n)],
    [
      'seven units at half a cent',
      item({ unitAmountDecimal: '0.5', quantity: 7 }),
      fraction(7n, 2n),
    ],
    ['no units', item({ quantity: 0 }), fraction(0n)],
    ['use', item({ isMetered: true }), fraction(0n)],
    ['what is free', item({ unitAmountDecimal: '0' }), fraction(0n)],
  ])('is exact for %s', (_, one, expected) => {
    expect(of({ items: [one] })).toEqual(expected);
  });

  test.each([
    ['active', 1900n],
    ['past_due', 1900n],
    ['trialing', 0n],
    ['incomplete', 0n],
    ['incomplete_expired', 0n],
    ['unpaid', 0n],
    ['paused', 0n],
    ['canceled', 0n],
    ['a status of next year', 0n],
  ])('of status %s is %i', (status, expected) => {
    expect(of({ status })).toEqual(fraction(expected));
  });

  test('takes discounts off one after the other, in their order', () => {
    const items = [
      item({ unitAmountDecimal: '4900' }),
      item({ priceId: 'price_seat', unitAmountDecimal: '950', quantity: 4 }),
    ];
    expect(of({ items, discounts: [percent(1000), amount(500)] })).toEqual(fraction(7330n));
    expect(of({ items, discounts: [amount(500), percent(1000)] })).toEqual(fraction(7380n));
  });

  test('never falls below nothing, whatever is taken off', () => {
    expect(of({ discounts: [amount(5000)] })).toEqual(fraction(0n));
    expect(of({ discounts: [percent(15_000)] })).toEqual(fraction(0n));
    expect(of({ discounts: [amount(5000), percent(1000), amount(1)] })).toEqual(fraction(0n));
    expect(of({ items: [], discounts: [amount(5000)] })).toEqual(fraction(0n));
  });

  test('shares an amount off among what it is for, so that a later discount finds its rest', () => {
    const items = [
      item({ priceId: 'a', unitAmountDecimal: '1000' }),
      item({ priceId: 'b', unitAmountDecimal: '3000' }),
    ];
    const later = { ...percent(5000), priceIds: ['b'] };
    expect(of({ items, discounts: [amount(500), later] })).toEqual(
      // 8.75 stays, and half of 26.25.
      fraction(4375n, 2n),
    );
  });

  test('takes an amount off each bill, so that a yearly one shares it by twelve', () => {
    const items = [item({ interval: 'year', unitAmountDecimal: '12000' }), item()];
    expect(of({ items, discounts: [amount(600)] })).toEqual(fraction(950n + 1300n));
  });

  test('is not lowered by an amount in another currency', () => {
    expect(of({ discounts: [amount(500, 'eur')] })).toEqual(fraction(1900n));
  });

  test.each([
    ['stripe', 'once', 1900n],
    ['stripe', 'repeating', 1900n],
    ['stripe', 'forever', 950n],
    ['chartmogul', 'once', 950n],
    ['chartmogul', 'repeating', 950n],
    ['chartmogul', 'forever', 950n],
    ['profitwell', 'once', 950n],
    ['profitwell', 'repeating', 950n],
    ['profitwell', 'forever', 950n],
  ] as const)('by %s with half off %s is %i', (profile, duration, expected) => {
    const discounts = [{ ...percent(5000), duration }];
    expect(of({ discounts }, profile)).toEqual(fraction(expected));
  });

  test('is lowered from the start of a discount until just before its end', () => {
    const discount = { ...percent(5000), startMs: AT_MS, endMs: AT_MS + 10 };
    const at = (atMs: number): bigint =>
      recurringAmount(terms({ discounts: [discount] }), { atMs }).numerator;
    expect([at(AT_MS - 1), at(AT_MS), at(AT_MS + 9), at(AT_MS + 10)]).toEqual([
      1900n,
      950n,
      950n,
      1900n,
    ]);
    const next = (afterMs: number): number | null =>
      nextAmountChangeMs({ discounts: [discount] }, { afterMs });
    expect([next(AT_MS - 1), next(AT_MS), next(AT_MS + 10)]).toEqual([AT_MS, AT_MS + 10, null]);
    const once = { ...discount, duration: 'once' } as const;
    expect(nextAmountChangeMs({ discounts: [once] }, { afterMs: 0 })).toBeNull();
  });

  test('is rounded for display once, half to even', () => {
    expect(displayAmount(fraction(1900n, 12n), 'usd')).toEqual({
      amountMinor: 158,
      currency: 'usd',
    });
    expect(displayAmount(fraction(5n, 2n), 'jpy').amountMinor).toBe(2);
    expect(displayAmount(fraction(7n, 2n), 'kwd').amountMinor).toBe(4);
  });

  test.each([
    ['a unit amount', { unitAmountDecimal: '19,00' }, 'not a unit amount: 19,00'],
    ['a quantity', { quantity: 1.5 }, 'a quantity is whole'],
    ['an interval', { intervalCount: 0 }, 'an interval is whole'],
  ])('is refused for what is not %s', (_, said, message) => {
    expect(() => of({ items: [item(said)] })).toThrow(message);
  });
});

/**
 * A reference that knows no fractions: everything in 10^-40 of a minor unit, each step cut off. It
 * differs from the exact amount by less than 10^-20 where amounts are as small as these.
 */
const SCALE = 10n ** 40n;
const MONTHS = { day: [365n, 12n], week: [52n, 12n], month: [1n, 1n], year: [1n, 12n] } as const;

function naive({ status, currency, items, discounts }: RecurringTerms): bigint {
  if (status !== 'active' && status !== 'past_due') return 0n;
  let total = 0n;
  const cycles = new Set(items.map((one) => `${one.interval}${one.intervalCount}`));
  for (const cycle of cycles) {
    const bill = items
      .filter((one) => `${one.interval}${one.intervalCount}` === cycle && !one.isMetered)
      .map((one) => {
        const [whole = '', decimals = ''] = one.unitAmountDecimal.split('.');
        const micros = BigInt(whole) * 1_000_000n + BigInt(decimals.padEnd(6, '0'));
        return { one, left: (micros * BigInt(one.quantity) * SCALE) / 1_000_000n };
      });
    for (const discount of discounts) {
      const chosen = bill.filter(({ one }) => discount.priceIds?.includes(one.priceId) ?? true);
      const sum = chosen.reduce((all, { left }) => all + left, 0n);
      for (const line of chosen) {
        if ('percentOffBasisPoints' in discount) {
          line.left -= (line.left * BigInt(discount.percentOffBasisPoints)) / 10_000n;
        } else if (discount.currency === currency && sum > 0n) {
          const off = BigInt(discount.amountOffMinor) * SCALE;
          line.left -= off >= sum ? line.left : (line.left * off) / sum;
        }
      }
    }
    for (const { one, left } of bill) {
      const [times, by] = MONTHS[one.interval];
      total += (left * times) / (by * BigInt(one.intervalCount));
    }
  }
  return total;
}

const anyItem: fc.Arbitrary<RecurringItem> = fc
  .record({
    priceId: fc.constantFrom('a', 'b', 'c', 'd'),
    whole: fc.nat(100_000),
    decimals: fc.constantFrom('', '.5', '.333333', '.000001'),
    interval: fc.constantFrom('day' as const, 'week', 'month', 'year'),
    intervalCount: fc.integer({ min: 1, max: 12 }),
    quantity: fc.nat(50),
    isMetered: fc.boolean(),
  })
  .map(({ whole, decimals, ...rest }) => item({ ...rest, unitAmountDecimal: whole + decimals }));

const anyDiscount: fc.Arbitrary<RecurringDiscount> = fc
  .record({
    basisPoints: fc.integer({ min: 1, max: 10_000 }),
    minor: fc.nat(200_000),
    isPercent: fc.boolean(),
    currency: fc.constantFrom('usd', 'usd', 'eur'),
    priceIds: fc.option(fc.subarray(['a', 'b', 'c', 'd'])),
  })
  .map(({ basisPoints, minor, isPercent, currency, priceIds }) => ({
    ...(isPercent ? percent(basisPoints) : amount(minor, currency)),
    priceIds,
  }));

const anyTerms = fc
  .record({
    status: fc.constantFrom('active', 'past_due', 'active', 'trialing'),
    items: fc.array(anyItem, { maxLength: 5 }),
    discounts: fc.array(anyDiscount, { maxLength: 4 }),
  })
  .map(terms);

describe('of any subscription', () => {
  test('the amount is what a reference without fractions says', () => {
    fc.assert(
      fc.property(anyTerms, (any) => {
        const { numerator, denominator } = recurringAmount(any, { atMs: AT_MS });
        const difference = (numerator * SCALE) / denominator - naive(any);
        expect(difference < 10n ** 20n && difference > -(10n ** 20n)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the amount is never below 0, and no discount raises it', () => {
    fc.assert(
      fc.property(anyTerms, (any) => {
        const lowered = recurringAmount(any, { atMs: AT_MS });
        const full = recurringAmount({ ...any, discounts: [] }, { atMs: AT_MS });
        expect(lowered.numerator >= 0n).toBe(true);
        expect(lowered.numerator * full.denominator <= full.numerator * lowered.denominator).toBe(
          true,
        );
      }),
    );
  });
});
