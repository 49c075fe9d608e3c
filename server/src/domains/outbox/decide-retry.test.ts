import { expect, test } from 'vitest';
import { retryWaitMs } from './decide-retry.ts';

test('the wait doubles from a second up to an hour, and stays there', () => {
  expect([1, 2, 3, 4].map(retryWaitMs)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(retryWaitMs(12)).toBe(2_048_000);
  expect([13, 100, 100_000].map(retryWaitMs)).toEqual([3_600_000, 3_600_000, 3_600_000]);
});
