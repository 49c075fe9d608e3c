import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ceilShare,
  clampQuantity,
  divideHalfEven,
  formatQuantity,
  maxQuantity,
  minQuantity,
  multiplyQuantity,
  parseInputQuantity,
  parseQuantity,
  quantityFromDatabase,
  quantityToNumber,
  units,
} from './quantity.ts';

const stored = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
const requested = fc.bigInt({ min: 0n, max: 10n ** 15n - 1n });

describe('text', () => {
  test.each([
    ['60', 60_000_000n],
    ['12.5', 12_500_000n],
    ['0.000001', 1n],
    ['-0.000001', -1n],
    ['007', 7_000_000n],
    ['1.5000000000', 1_500_000n],
    ['999999999999.999999', 999_999_999_999_999_999n],
  ])('%s is read exactly', (text, quantity) => {
    expect(parseQuantity(text)).toBe(quantity);
  });

  test('what is no decimal, is too fine or too long is refused', () => {
    const refused = [
      '',
      ' 1',
      '1 ',
      '+1',
      '.5',
      '5.',
      '1e3',
      '0x10',
      '1,5',
      '--1',
      'NaN',
      'Infinity',
      '١',
    ];
    for (const text of [...refused, '1.0000001', '1000000000000', '1\n']) {
      expect(parseQuantity(text)).toBeUndefined();
    }
  });

  test('every quantity reads back as itself', () => {
    fc.assert(
      fc.property(stored, (quantity) => {
        expect(parseQuantity(formatQuantity(quantity))).toBe(quantity);
      }),
    );
  });

  test('trailing zeros are not written', () => {
    expect(formatQuantity(12_500_000n)).toBe('12.5');
    expect(formatQuantity(units(60))).toBe('60');
    expect(formatQuantity(-1n)).toBe('-0.000001');
    expect(formatQuantity(0n)).toBe('0');
  });

  test('what a numeric(20, 6) column prints is read exactly', () => {
    fc.assert(
      fc.property(stored, (quantity) => {
        const sign = quantity < 0n ? '-' : '';
        const digits = String(quantity < 0n ? -quantity : quantity).padStart(7, '0');
        const printed = `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`;
        expect(quantityFromDatabase(printed)).toBe(quantity);
      }),
    );
    expect(quantityFromDatabase('5')).toBe(units(5));
    expect(() => quantityFromDatabase('NaN')).toThrow(/not a quantity/);
    expect(() => quantityFromDatabase('')).toThrow(/not a quantity/);
  });
});

describe('what callers send', () => {
  test('a number and its decimal text mean the same', () => {
    fc.assert(
      fc.property(requested, (quantity) => {
        const text = formatQuantity(quantity);
        expect(parseInputQuantity(text)).toBe(quantity);
        // 10^15 - 1 millionths is below 2^53, so that the number is this decimal and no other.
        expect(parseInputQuantity(Number(text))).toBe(quantity);
        expect(quantityToNumber(quantity)).toBe(Number(text));
      }),
    );
  });

  test('0 is the least, and 10^9 is too much', () => {
    expect(parseInputQuantity(0)).toBe(0n);
    expect(parseInputQuantity(-0)).toBe(0n);
    expect(parseInputQuantity(999_999_999.999999)).toBe(999_999_999_999_999n);
    for (const input of [1e9, '1000000000', -1, '-1', -0.5, 2 ** 53 + 2, 1e300, Infinity, NaN]) {
      expect(parseInputQuantity(input)).toBeUndefined();
    }
  });

  test('more than six decimals are refused, never rounded', () => {
    for (const input of [0.1 + 0.2, 1e-7, 0.0000015, '0.0000001', 1 / 3]) {
      expect(parseInputQuantity(input)).toBeUndefined();
    }
  });
});

describe('arithmetic', () => {
  test('a product is rounded once, half to even', () => {
    expect(multiplyQuantity(units(3), 1_500_000n)).toBe(4_500_000n);
    expect(multiplyQuantity(1n, 500_000n)).toBe(0n);
    expect(multiplyQuantity(3n, 500_000n)).toBe(2n);
    expect(multiplyQuantity(-3n, 500_000n)).toBe(-2n);
  });

  test('a factor of one changes nothing', () => {
    fc.assert(
      fc.property(stored, (quantity) => {
        expect(multiplyQuantity(quantity, units(1))).toBe(quantity);
      }),
    );
  });

  test('a division is at most half a divisor off, ties go to even, and signs mirror', () => {
    fc.assert(
      fc.property(stored, fc.bigInt({ min: 1n, max: 10n ** 9n }), (dividend, divisor) => {
        const result = divideHalfEven(dividend, divisor);
        const rest = dividend - result * divisor;
        const twice = (rest < 0n ? -rest : rest) * 2n;
        expect(twice).toBeLessThanOrEqual(divisor);
        if (twice === divisor) expect(result % 2n).toBe(0n);
        expect(divideHalfEven(-dividend, divisor)).toBe(-result);
      }),
    );
  });

  test('a share is the smallest whole unit that is not below the exact share', () => {
    expect(ceilShare(units(300), { numerator: 7, denominator: 31 })).toBe(units(68));
    expect(ceilShare(units(31), { numerator: 7, denominator: 31 })).toBe(units(7));
    expect(ceilShare(0n, { numerator: 7, denominator: 31 })).toBe(0n);
    const lengths = fc.integer({ min: 28, max: 31 });
    fc.assert(
      fc.property(requested, fc.integer({ min: 0, max: 31 }), lengths, (quantity, days, of) => {
        const share = ceilShare(quantity, { numerator: days, denominator: of });
        const exact = quantity * BigInt(days);
        expect(share % units(1)).toBe(0n);
        expect(share * BigInt(of)).toBeGreaterThanOrEqual(exact);
        expect((share - units(1)) * BigInt(of)).toBeLessThan(exact);
      }),
    );
  });

  test('a clamped quantity lies between nothing and the most', () => {
    fc.assert(
      fc.property(stored, requested, (quantity, most) => {
        const clamped = clampQuantity(quantity, most);
        expect(minQuantity(0n, clamped)).toBe(0n);
        expect(maxQuantity(most, clamped)).toBe(most);
        if (quantity >= 0n && quantity <= most) expect(clamped).toBe(quantity);
      }),
    );
  });
});
