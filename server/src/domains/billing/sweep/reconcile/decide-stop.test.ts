import { expect, test } from 'vitest';
import { isSuspicious, mostDisappearing } from './decide-stop.ts';

test('how many may disappear: one percent, ten at most, one at least, and never all', () => {
  const limits = [1, 99, 100, 250, 1_000, 50_000].map(mostDisappearing);
  expect(limits).toEqual([1, 1, 1, 2, 10, 10]);
  expect(isSuspicious(0, 0)).toBe(false);
  expect(isSuspicious(1, 1)).toBe(true);
  expect(isSuspicious(1, 2)).toBe(false);
  expect(isSuspicious(2, 2)).toBe(true);
  expect(isSuspicious(2, 199)).toBe(true);
  expect(isSuspicious(2, 200)).toBe(false);
  expect(isSuspicious(10, 5_000)).toBe(false);
  expect(isSuspicious(11, 5_000)).toBe(true);
});
