import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  roundFraction,
  subtractFractions,
} from './fraction.ts';

const whole = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const nonZero = whole.filter((value) => value !== 0n);
const fractions = fc.tuple(whole, nonZero).map(([top, bottom]) => fraction(top, bottom));

describe('fractions', () => {
  test('are in lowest terms, and their denominators are positive', () => {
    expect(fraction(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
    expect(fraction(0n, -7n)).toEqual({ numerator: 0n, denominator: 1n });
    expect(() => fraction(1n, 0n)).toThrow(/other than 0/);
  });

  test('what is added can be taken away, and what is multiplied divided', () => {
    fc.assert(
      fc.property(fractions, fractions, (first, second) => {
        expect(subtractFractions(addFractions(first, second), second)).toEqual(first);
        fc.pre(second.numerator !== 0n);
        expect(divideFractions(multiplyFractions(first, second), second)).toEqual(first);
      }),
    );
  });

  test('are compared as their difference is', () => {
    fc.assert(
      fc.property(fractions, fractions, (first, second) => {
        const { numerator } = subtractFractions(first, second);
        const sign = numerator < 0n ? -1 : numerator > 0n ? 1 : 0;
        expect(compareFractions(first, second)).toBe(sign);
      }),
    );
  });

  test.each([
    ['19', 19n, 1n],
    ['0.5', 1n, 2n],
    ['-0.25', -1n, 4n],
    ['1900.125', 15_201n, 8n],
    ['0.000000000001', 1n, 1_000_000_000_000n],
  ])('read %s exactly', (decimal, numerator, denominator) => {
    expect(parseFraction(decimal)).toEqual({ numerator, denominator });
  });

  test('do not read what is no plain decimal', () => {
    for (const text of ['', '.5', '5.', '1e3', '+1', ' 1', '1,5', 'NaN', '0x10']) {
      expect(parseFraction(text)).toBeUndefined();
    }
  });

  test.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [2n, 3n, 1n],
    [1n, 3n, 0n],
  ])('%i/%i is rounded to %i, half to even', (numerator, denominator, rounded) => {
    expect(roundFraction(fraction(numerator, denominator))).toBe(rounded);
  });
});
