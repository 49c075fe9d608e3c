import { describe, expect, test } from 'vitest';
import { earlierRange, rangeOf, spanOf } from './ranges.ts';

describe('days that are compared', () => {
  const before = (from: string, to: string, granularity: 'day' | 'month' = 'month') =>
    earlierRange({ from, to }, { comparison: 'previous', granularity });
  const yearBefore = (from: string, to: string) =>
    earlierRange({ from, to }, { comparison: 'year', granularity: 'day' });

  test('are whole months before whole months, whatever their lengths', () => {
    expect(before('2026-03-01', '2026-03-31')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(before('2026-01-01', '2026-03-31')).toEqual({ from: '2025-10-01', to: '2025-12-31' });
  });

  test('are as many days of a month that is not over', () => {
    expect(before('2026-03-01', '2026-03-10')).toEqual({ from: '2026-02-01', to: '2026-02-10' });
    expect(before('2026-03-05', '2026-03-10', 'day')).toEqual({
      from: '2026-02-27',
      to: '2026-03-04',
    });
  });

  test('of a year before end where their month ended', () => {
    expect(yearBefore('2025-02-01', '2025-02-28')).toEqual({
      from: '2024-02-01',
      to: '2024-02-29',
    });
    expect(yearBefore('2025-03-10', '2025-04-20')).toEqual({
      from: '2024-03-10',
      to: '2024-04-20',
    });
  });
});

test('where nothing is said, it is the last twelve months; what is no range is none', () => {
  const said = { from: undefined, to: undefined };
  expect(rangeOf(said, '2026-03-10')).toEqual({ from: '2025-04-01', to: '2026-03-10' });
  expect(rangeOf({ from: '2026-03-11', to: '2026-03-10' }, '2026-03-10')).toBe(null);
  expect(rangeOf({ from: '1900-01-01', to: '2026-03-10' }, '2026-03-10')).toBe(null);
  expect(rangeOf({ from: '1899-12-31', to: '1900-01-10' }, '2026-03-10')).toBe(null);
  expect(rangeOf({ from: '9999-12-31', to: '9999-12-31' }, '2026-03-10')).toBe(null);
});

test('a day is in the span that a series shows it in', () => {
  const range = { from: '2026-01-10', to: '2026-03-05' };
  const span = (day: string) => spanOf(range, { granularity: 'month', day });
  expect(span('2026-01-31')).toEqual({ from: '2026-01-10', to: '2026-01-31' });
  expect(span('2026-03-01')).toEqual({ from: '2026-03-01', to: '2026-03-05' });
  expect(span('2026-01-09')).toBe(undefined);
});
