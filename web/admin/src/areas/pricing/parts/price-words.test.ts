import fc from 'fast-check';
import { expect, test } from 'vitest';
import { basisPointsOf, percentOf, saidOfConditions, saidOfEffect } from './price-words.ts';

test('what is taken off is said with its duration', () => {
  const percent = { percent_off_basis_points: 2_050, duration: 'repeating', duration_in_months: 3 };
  expect(saidOfEffect(percent)).toBe('20.5 % off for 3 months');
  const amounts = { amounts_off: { usd: '5.00', jpy: '500' }, duration: 'once' };
  expect(saidOfEffect(amounts)).toBe('$5.00 or ¥500 off once');
  expect(saidOfEffect({ percent_off_basis_points: 2_000 })).toBe('20 % off');
});

test('a price that was agreed upon is said with its cycle', () => {
  const effect = { amount: '12000.00', extra_seat_amount: '90.00' };
  const conditions = { currency: 'usd', billing_cycle: 'yearly', plan: 'enterprise', user: 'ben' };
  expect(saidOfEffect(effect, conditions)).toBe('$12,000.00 a year, $90.00 a further seat');
  expect(saidOfConditions(conditions)).toEqual(['user ben', 'Enterprise', 'yearly', 'USD']);
});

test('conditions that are not stated are not told', () => {
  expect(saidOfConditions({})).toEqual([]);
  const conditions = { plans: ['pro', 'business'], countries: ['DE'], first_purchase_only: true };
  expect(saidOfConditions(conditions)).toEqual(['Pro or Business', 'DE', 'first purchase']);
});

test('every percent with two decimals is written and read back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (basisPoints) => {
      expect(basisPointsOf(percentOf(basisPoints))).toBe(basisPoints);
    }),
  );
  expect(basisPointsOf('12.345')).toBe(1_234.5);
  expect(['', 'many', '-1', '1e3'].map(basisPointsOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
