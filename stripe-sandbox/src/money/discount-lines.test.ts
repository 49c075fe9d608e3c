import fc from 'fast-check';
import { expect, test } from 'vitest';
import { granuleOf } from './currency.ts';
import { discountLines, type DiscountableLine, type Reduction } from './discount-lines.ts';

const usual = { currency: null, currencyOptions: {}, products: null };

function percent(percentOff: string, products: readonly string[] | null = null): Reduction {
  return { id: `di_${percentOff}`, terms: { ...usual, percentOff, amountOff: null, products } };
}

function amount(amountOff: number, products: readonly string[] | null = null): Reduction {
  const terms = { ...usual, percentOff: null, amountOff, currency: 'usd', products };
  return { id: `di_a${amountOff}`, terms };
}

function line(size: number, productId: string | null = null): DiscountableLine {
  return { amount: size, productId, isDiscountable: true };
}

function amountsOf(lines: readonly DiscountableLine[], discounts: readonly Reduction[]) {
  return discountLines(lines, discounts, 'usd').map((each) => each.map((one) => one.amount));
}

test('discounts come one after the other, each from what is left', () => {
  expect(amountsOf([line(1000)], [percent('20'), amount(300)])).toEqual([[200, 300]]);
  expect(amountsOf([line(1000)], [amount(300), percent('20')])).toEqual([[300, 140]]);
});

test('an amount is shared out by size, and no line goes below zero', () => {
  expect(amountsOf([line(100), line(300)], [amount(100)])).toEqual([[25], [75]]);
  expect(amountsOf([line(100), line(300)], [amount(1000)])).toEqual([[100], [300]]);
  expect(amountsOf([line(100), line(100), line(100)], [amount(100)])).toEqual([[33], [33], [34]]);
  expect(amountsOf([line(1000), line(2000)], [amount(500)])).toEqual([[166], [334]]);
});

test('a percentage is rounded once, over all lines that it is for', () => {
  expect(amountsOf([line(5), line(5)], [percent('10')])).toEqual([[0], [1]]);
  expect(amountsOf([line(999)], [percent('33.33')])).toEqual([[333]]);
});

test('a coupon for products reduces their lines only, and credits stay as they are', () => {
  const lines = [line(100, 'prod_a'), line(100, 'prod_b'), line(-50, 'prod_a')];
  expect(amountsOf(lines, [percent('50', ['prod_a'])])).toEqual([[50], [], [0]]);
  const fixed = { ...line(100), isDiscountable: false };
  expect(amountsOf([fixed, line(100)], [amount(150)])).toEqual([[], [100]]);
});

test('an amount off is what the coupon says in the currency, if it says anything', () => {
  const coupon = amount(500);
  const both = { ...coupon, terms: { ...coupon.terms, currencyOptions: { eur: 450 } } };
  expect(discountLines([line(1000)], [both], 'eur')[0]![0]!.amount).toBe(450);
  expect(discountLines([line(1000)], [both], 'gbp')[0]![0]!.amount).toBe(0);
});

const currency = fc.constantFrom('jpy', 'usd', 'kwd');
const products = fc.constantFrom('prod_a', 'prod_b', 'prod_c');

const reduction: fc.Arbitrary<Reduction> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 10_000 }), fc.option(fc.array(products)))
    .map(([hundredths, only]) => {
      const whole = Math.trunc(hundredths / 100);
      return percent(`${whole}.${String(hundredths % 100).padStart(2, '0')}`, only);
    }),
  fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.option(fc.array(products)))
    .map(([off, only]) => amount(off, only)),
);

test('what is taken off a line is never negative nor more than it, and made of granules', () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1e9 }), products, fc.boolean()), {
    maxLength: 12,
  });
  const reductions = fc.array(reduction, { maxLength: 5 });
  fc.assert(
    fc.property(sizes, reductions, currency, (shapes, discounts, code) => {
      const granule = granuleOf(code);
      const lines = shapes.map(([size, productId, isDiscountable]) => {
        return { amount: size * granule, productId, isDiscountable };
      });
      const taken = discountLines(lines, discounts, code);
      for (const [index, each] of taken.entries()) {
        const sum = each.reduce((known, one) => known + one.amount, 0);
        expect(sum).toBeLessThanOrEqual(Math.max(0, lines[index]!.amount));
        for (const one of each) {
          expect(one.amount).toBeGreaterThanOrEqual(0);
          expect(one.amount % granule).toBe(0);
        }
      }
    }),
  );
});

test('over all lines, one discount takes what it would take from their sum', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sizes, reduction, (amounts, discount) => {
      const forAll = { ...discount, terms: { ...discount.terms, products: null } };
      const sum = amounts.reduce((known, each) => known + each, 0);
      const apart = discountLines(
        amounts.map((each) => line(each)),
        [forAll],
        'usd',
      );
      const together = discountLines([line(sum)], [forAll], 'usd');
      const taken = apart.flat().reduce((known, each) => known + each.amount, 0);
      expect(taken).toBe(together[0]![0]!.amount);
    }),
  );
});
