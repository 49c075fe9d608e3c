import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addFractions, fraction } from '@whisperforge/kernel/fraction';
import { splitRevenue } from './split.ts';

test('each event has the same share, and features of an event share it evenly', () => {
  const uses = [
    { model: 'opus', features: ['text'], events: 2n },
    { model: 'whisper', features: ['minutes', 'tokens'], events: 1n },
  ];
  expect(splitRevenue(fraction(3_000n), uses)).toEqual([
    { model: 'opus', feature: 'text', amount: fraction(2_000n) },
    { model: 'whisper', feature: 'minutes', amount: fraction(500n) },
    { model: 'whisper', feature: 'tokens', amount: fraction(500n) },
  ]);
});

test('revenue without use belongs to no model', () => {
  const unused = [{ model: '', feature: '', amount: fraction(7n) }];
  expect(splitRevenue(fraction(7n), [])).toEqual(unused);
  const none = { model: 'opus', features: ['text'], events: 0n };
  expect(splitRevenue(fraction(7n), [none])).toEqual(unused);
});

test('shares sum to the revenue exactly, whatever it is shared among', () => {
  const use = fc.record({
    model: fc.constantFrom('opus', 'whisper', ''),
    features: fc.uniqueArray(fc.constantFrom('', 'text', 'minutes', 'tokens'), { minLength: 1 }),
    events: fc.bigInt({ min: 0n, max: 1_000n }),
  });
  const amount = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.bigInt(1n, 1_000_000n));
  fc.assert(
    fc.property(amount, fc.array(use, { maxLength: 6 }), ([numerator, denominator], uses) => {
      const revenue = fraction(numerator, denominator);
      const sum = splitRevenue(revenue, uses)
        .map((share) => share.amount)
        .reduce((all, part) => addFractions(all, part), fraction(0n));
      expect(sum).toEqual(revenue);
    }),
  );
});
