import { expect, test } from 'vitest';
import { pageOf, readCursor, readIdCursor, writeCursor } from './pages.ts';

test('a page goes on from its last row where one more was found, and only then', () => {
  expect(pageOf([1, 2, 3], 2, String)).toEqual({ rows: [1, 2], nextCursor: '2' });
  expect(pageOf([1, 2], 2, String)).toEqual({ rows: [1, 2], nextCursor: null });
  expect(pageOf([], 2, String)).toEqual({ rows: [], nextCursor: null });
});

test('a cursor is read as it was written, and one of another list or hand is refused', () => {
  const cursor = writeCursor(['Überblick', 7]);
  expect(readCursor(cursor, ['string', 'number'])).toEqual(['Überblick', 7]);
  const foreign = [writeCursor([7, 'x']), writeCursor(['x']), writeCursor(['a\0', 1]), '~', 'x'];
  for (const each of foreign) {
    expect(() => readCursor(each, ['string', 'number'])).toThrow(/none that was given out/);
  }
  // Postgres reads no instant of the year 10000, so that it would fail by such a cursor.
  for (const instant of [253_402_300_800_000, -62_135_596_800_001, 0.5]) {
    expect(() => readCursor(writeCursor([instant]), ['instant'])).toThrow(/none that was given/);
  }
  expect(readCursor(writeCursor([1_767_225_600_000]), ['instant'])).toEqual([1_767_225_600_000]);
  expect(readIdCursor('12')).toBe(12);
  expect(readIdCursor(undefined)).toBeUndefined();
  for (const each of ['', '0', '-1', '1.5', 'x', '9'.repeat(16)]) {
    expect(() => readIdCursor(each)).toThrow(/none that was given out/);
  }
});
