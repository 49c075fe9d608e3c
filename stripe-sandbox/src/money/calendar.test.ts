import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addIntervals, civilOf, instantOf, periodAt, type Interval } from './calendar.ts';

const at = (text: string): number => Date.parse(text) / 1000;

const instant = fc.integer({ min: at('1970-01-01T00:00:00Z'), max: at('2399-12-31T23:59:59Z') });
const interval = fc.constantFrom<Interval>('day', 'week', 'month', 'year');

describe('addIntervals', () => {
  test('an anchor on the last day of January comes back where a month has its day', () => {
    const anchor = at('2025-01-31T10:20:30Z');
    const dates = [1, 2, 3, 12, 13].map((count) => addIntervals(anchor, 'month', count));
    expect(dates).toEqual(
      [
        '2025-02-28T10:20:30Z',
        '2025-03-31T10:20:30Z',
        '2025-04-30T10:20:30Z',
        '2026-01-31T10:20:30Z',
        '2026-02-28T10:20:30Z',
      ].map(at),
    );
  });

  test('an anchor on a leap day is on February 28 in other years', () => {
    const anchor = at('2024-02-29T00:00:00Z');
    expect(addIntervals(anchor, 'year', 1)).toBe(at('2025-02-28T00:00:00Z'));
    expect(addIntervals(anchor, 'year', 4)).toBe(at('2028-02-29T00:00:00Z'));
    expect(addIntervals(at('2023-12-31T00:00:00Z'), 'month', 2)).toBe(at('2024-02-29T00:00:00Z'));
  });

  test('days and weeks are of seconds', () => {
    expect(addIntervals(0, 'day', 3)).toBe(3 * 86_400);
    expect(addIntervals(0, 'week', 2)).toBe(14 * 86_400);
  });

  test('the day is the anchor’s or the last of its month, and the time of day is kept', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: -600, max: 600 }), (anchor, count) => {
        const [was, is] = [civilOf(anchor), civilOf(addIntervals(anchor, 'month', count))];
        expect(is.secondOfDay).toBe(was.secondOfDay);
        const isLastDay = civilOf(instantOf({ ...is, day: is.day + 1 })).day === 1;
        expect(is.day === was.day || (is.day < was.day && isLastDay)).toBe(true);
      }),
    );
  });
});

test('the parts of an instant are those that the platform has, and lead back to it', () => {
  fc.assert(
    fc.property(instant, (seconds) => {
      const civil = civilOf(seconds);
      const date = new Date(seconds * 1000);
      expect([civil.year, civil.month, civil.day]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
      ]);
      expect(instantOf(civil)).toBe(seconds);
    }),
  );
});

test('every instant is in one period of a cycle, which ends where the next begins', () => {
  const count = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(instant, interval, count, instant, (anchor, each, number, now) => {
      const cycle = { interval: each, count: number };
      const period = periodAt(anchor, cycle, now);
      expect(period.start).toBeLessThanOrEqual(now);
      expect(period.end).toBeGreaterThan(now);
      expect(periodAt(anchor, cycle, period.end).start).toBe(period.end);
    }),
  );
});
