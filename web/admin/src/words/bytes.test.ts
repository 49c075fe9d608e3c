import { expect, test } from 'vitest';
import { showBytes, showSpan } from './bytes.ts';

test('sizes and spans are told in the largest unit that they fill', () => {
  expect([0, 1_023, 1_024, 1_536_000, 5 * 1_024 ** 4].map(showBytes)).toEqual([
    '0 bytes',
    '1,023 bytes',
    '1 KB',
    '1.5 MB',
    '5 TB',
  ]);
  expect([0, 1, 59, 60, 7_300, 172_800].map(showSpan)).toEqual([
    '0 seconds',
    '1 second',
    '59 seconds',
    '1 minute',
    '2 hours',
    '2 days',
  ]);
});
