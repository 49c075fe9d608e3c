import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addMoney,
  allocateMoney,
  currencyExponent,
  formatMoney,
  money,
  multiplyMoney,
  parseMoney,
} from './money.ts';

const currencies = fc.constantFrom('usd', 'eur', 'jpy', 'kwd', 'isk', 'bhd');
const amounts = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });

describe('currencies', () => {
  test.each([
    ['usd', 2],
    ['jpy', 0],
    ['kwd', 3],
    ['clp', 0],
    ['tnd', 3],
  ])('%s has %i decimals', (currency, exponent) => {
    expect(currencyExponent(currency)).toBe(exponent);
  });

  test('what is not three lower-case letters is no currency', () => {
    for (const text of ['', 'us', 'USD', 'usdt', 'u$d', ' usd']) {
      expect(() => money(1, text)).toThrow(/not a currency code/);
    }
  });
});

describe('amounts', () => {
  test('are whole and safe, or refused', () => {
    for (const amount of [0.5, Number.NaN, Infinity, 2 ** 53]) {
      expect(() => money(amount, 'usd')).toThrow(/not whole minor units/);
    }
  });

  test('of two currencies are never added', () => {
    expect(() => addMoney(money(1, 'usd'), money(1, 'eur'))).toThrow(/two currencies/);
    expect(addMoney(money(1900, 'usd'), money(-400, 'usd'))).toEqual(money(1500, 'usd'));
  });

  test('a sum beyond what a number counts exactly is refused', () => {
    const most = money(Number.MAX_SAFE_INTEGER, 'usd');
    expect(() => addMoney(most, money(1, 'usd'))).toThrow(/not whole minor units/);
  });
});

describe('text', () => {
  test.each([
    [18240, 'usd', '182.40'],
    [5, 'usd', '0.05'],
    [0, 'usd', '0.00'],
    [-5, 'usd', '-0.05'],
    [1900, 'jpy', '1900'],
    [-1, 'jpy', '-1'],
    [1234, 'kwd', '1.234'],
    [4, 'kwd', '0.004'],
  ])('%i of %s is %s', (amountMinor, currency, text) => {
    expect(formatMoney(money(amountMinor, currency))).toBe(text);
    expect(parseMoney(text, currency)).toEqual(money(amountMinor, currency));
  });

  test('every amount reads back as itself', () => {
    fc.assert(
      fc.property(amounts, currencies, (amountMinor, currency) => {
        const amount = money(amountMinor, currency);
        expect(parseMoney(formatMoney(amount), currency)).toEqual(amount);
      }),
    );
  });

  test('fewer decimals than the currency has are filled up', () => {
    expect(parseMoney('19', 'usd')).toEqual(money(1900, 'usd'));
    expect(parseMoney('19.5', 'usd')).toEqual(money(1950, 'usd'));
  });

  test('more decimals than the currency has, and what is no amount, are refused', () => {
    for (const text of ['19.001', '1e3', '', '.5', '5.', '+5', '1,000', '٣', ' 1', '--1']) {
      expect(parseMoney(text, 'usd')).toBeUndefined();
    }
    expect(parseMoney('19.5', 'jpy')).toBeUndefined();
    expect(parseMoney('90071992547409.92', 'usd')).toBeUndefined();
  });
});

describe('multiplication', () => {
  test('$19.00 a month for a year less 20 % is $182.40', () => {
    const fraction = { numerator: 12 * 8_000, denominator: 10_000 };
    expect(multiplyMoney(money(1900, 'usd'), fraction)).toEqual(money(18_240, 'usd'));
  });

  test.each([
    [1, 2, 0],
    [3, 2, 2],
    [5, 2, 2],
    [7, 2, 4],
    [-1, 2, 0],
    [-3, 2, -2],
    [-5, 2, -2],
    [2, 3, 1],
    [-2, 3, -1],
  ])('%i / %i rounds once, half to even, to %i', (amount, denominator, expected) => {
    const product = multiplyMoney(money(amount, 'usd'), { numerator: 1, denominator });
    expect(product.amountMinor).toBe(expected);
  });

  test('the result is never more than half a minor unit off the exact product', () => {
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (amountMinor, numerator, denominator) => {
          const product = multiplyMoney(money(amountMinor, 'usd'), { numerator, denominator });
          const exact = BigInt(amountMinor) * BigInt(numerator);
          const off = BigInt(product.amountMinor) * BigInt(denominator) - exact;
          expect((off < 0n ? -off : off) * 2n).toBeLessThanOrEqual(BigInt(denominator));
        },
      ),
    );
  });

  test('no fraction without a positive, whole denominator', () => {
    for (const denominator of [0, -1, 1.5]) {
      expect(() => multiplyMoney(money(1, 'usd'), { numerator: 1, denominator })).toThrow(
        /denominator/,
      );
    }
  });
});

describe('splits', () => {
  test('$1.00 in three is 34, 33, 33 cents', () => {
    const parts = allocateMoney(money(100, 'usd'), [1, 1, 1]);
    expect(parts.map((part) => part.amountMinor)).toEqual([34, 33, 33]);
  });

  test('what is left goes to the largest remainders', () => {
    const parts = allocateMoney(money(10, 'usd'), [1, 5, 1]);
    expect(parts.map((part) => part.amountMinor)).toEqual([2, 7, 1]);
  });

  const weightLists = fc
    .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 })
    .filter((weights) => weights.some((weight) => weight > 0));

  test('the parts sum to the whole, and none is a minor unit off its exact share', () => {
    fc.assert(
      fc.property(amounts, weightLists, currencies, (amountMinor, weights, currency) => {
        const parts = allocateMoney(money(amountMinor, currency), weights);
        expect(parts).toHaveLength(weights.length);
        expect(parts.reduce((sum, part) => sum + part.amountMinor, 0)).toBe(amountMinor);
        const total = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
        for (const [index, part] of parts.entries()) {
          const exact = BigInt(amountMinor) * BigInt(weights[index]!);
          const off = BigInt(part.amountMinor) * total - exact;
          expect(off < 0n ? -off : off).toBeLessThan(total);
        }
      }),
    );
  });

  test('a share without weight gets nothing, and a refund splits as its charge did', () => {
    fc.assert(
      fc.property(amounts, weightLists, (amountMinor, weights) => {
        const parts = allocateMoney(money(amountMinor, 'usd'), weights);
        const back = allocateMoney(money(-amountMinor, 'usd'), weights);
        for (const [index, part] of parts.entries()) {
          expect(part.amountMinor + back[index]!.amountMinor).toBe(0);
          if (weights[index] === 0) expect(part.amountMinor + 0).toBe(0);
        }
      }),
    );
  });

  test('weights are whole, not negative, and not all zero', () => {
    for (const weights of [[], [0, 0], [1, -1], [0.5, 0.5], [2, -1]]) {
      expect(() => allocateMoney(money(1, 'usd'), weights)).toThrow(/weights/);
    }
  });
});
