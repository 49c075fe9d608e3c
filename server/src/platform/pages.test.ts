import { expect, test } from 'vitest';
import { pageOf } from './pages.ts';

test('a page goes on from its last row where one more was found, and only then', () => {
  expect(pageOf([1, 2, 3], 2, String)).toEqual({ rows: [1, 2], nextCursor: '2' });
  expect(pageOf([1, 2], 2, String)).toEqual({ rows: [1, 2], nextCursor: null });
  expect(pageOf([], 2, String)).toEqual({ rows: [], nextCursor: null });
});
