import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addFractions, fraction, roundFraction } from '@whisperforge/kernel/fraction';
import { BRIDGE, BRIDGE_IDENTITY } from '../revenue/columns.ts';
import { decimalOf, roundedPoint, shared, shownNumber, stepsOf } from './rounded.ts';

const amount = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.constantFrom(1n, 2n, 3n, 7n, 12n))
  .map(([numerator, denominator]) => fraction(numerator, denominator));

test('start and movements are shown to add up to the end, each within a step of what it is', () => {
  const { parts } = BRIDGE_IDENTITY;
  fc.assert(
    fc.property(amount, fc.tuple(...parts.map(() => amount)), (start, amounts) => {
      const end = amounts.reduce(addFractions, start);
      const moved = Object.fromEntries(parts.map((name, index) => [name, amounts[index]!]));
      const values = { mrr_start: start, ...moved, mrr_end: end, value: fraction(0n) };
      const shown = roundedPoint(values, {
        columns: Object.values(BRIDGE),
        identity: { ...BRIDGE_IDENTITY, difference: 'value' },
      });
      const sum = parts.reduce((total, name) => total + shown[name]!, shown.mrr_start!);
      expect(sum).toBe(shown.mrr_end);
      expect(shown.value).toBe(shown.mrr_end! - shown.mrr_start!);
      expect(shown.mrr_start).toBe(roundFraction(start));
      expect(shown.mrr_end).toBe(roundFraction(end));
      for (const [index, name] of parts.entries()) {
        const { numerator, denominator } = amounts[index]!;
        const off = 2n * (shown[name]! * denominator - numerator);
        expect(off <= 3n * denominator && off >= -3n * denominator).toBe(true);
      }
    }),
  );
});

test('parts of any number add up to their whole as it is shown', () => {
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 40 }), (parts) => {
      const whole = roundFraction(parts.reduce(addFractions));
      const shares = shared(parts, { whole, unit: 'money' });
      expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(whole);
    }),
  );
});

test('figures are shown with the decimals of their unit, below 0 too', () => {
  expect(decimalOf(stepsOf(fraction(-4n, 23n), 'share'), 'share')).toBe('-0.173913');
  expect(shownNumber(stepsOf(fraction(-4n, 23n), 'share'), 'share')).toBe(-0.173913);
  expect(shownNumber(stepsOf(fraction(5n, 2n), 'money'), 'money')).toBe(2);
  expect(shownNumber(null, 'ratio')).toBe(null);
});
