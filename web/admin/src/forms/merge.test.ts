import { expect, test } from 'vitest';
import { isSame, mergeChanges } from './merge.ts';

const base = {
  name: 'Pro',
  features: { minutes: { limit: '300' }, files: { limit: '15' }, api: false },
  prices: { usd: '19.00' },
};

test('what either has changed is kept, down to the last member', () => {
  const mine = { ...base, features: { ...base.features, minutes: { limit: '400' } } };
  const theirs = { ...base, name: 'Professional', prices: { usd: '19.00', eur: '18.00' } };
  expect(mergeChanges(base, mine, theirs)).toEqual({
    name: 'Professional',
    features: { minutes: { limit: '400' }, files: { limit: '15' }, api: false },
    prices: { usd: '19.00', eur: '18.00' },
  });
});

test('where both have changed the same, mine holds', () => {
  const mine = { ...base, name: 'Mine' };
  const theirs = { ...base, name: 'Theirs' };
  expect(mergeChanges(base, mine, theirs)).toEqual(mine);
});

test('what I took away stays away, and what they took away comes back only if I changed it', () => {
  const { prices: _, ...mine } = base;
  const renamed = { ...base, name: 'Theirs' };
  expect(mergeChanges<object>(base, mine, renamed)).toEqual({ ...mine, name: 'Theirs' });
  expect(mergeChanges<object>(base, renamed, mine)).toEqual({ ...mine, name: 'Theirs' });
});

test('the order of members is no difference, that of a list is one', () => {
  expect(isSame({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(isSame({ b: [1, 2] }, { b: [2, 1] })).toBe(false);
  expect(isSame({ a: undefined }, {})).toBe(true);
});
