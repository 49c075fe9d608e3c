import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, parseInstant } from './clock.ts';
import {
  addDays,
  addMonths,
  calendarMonthAt,
  DAY_MS,
  dayIn,
  dayStartIn,
  isDay,
  isTimeZone,
  monthIn,
  monthlyPeriodAt,
  periodDays,
  shiftDay,
  sameDayOfMonth,
  shiftMonth,
  spanStart,
} from './period.ts';

const at = (text: string): number => {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new RangeError(`not an instant: ${text}`);
  return parsed;
};

const instants = fc.integer({ min: at('1900-01-01T00:00:00Z'), max: at('2200-12-31T00:00:00Z') });

/** The starts of consecutive months counted from an anchor, as text. */
const starts = (anchor: string, count: number): string[] =>
  Array.from({ length: count }, (_, months) => formatInstant(addMonths(at(anchor), months)));

describe('months from an anchor', () => {
  test('an anchor on January 31 falls on the last day of short months and comes back', () => {
    expect(starts('2026-01-31T09:30:00Z', 5)).toEqual([
      '2026-01-31T09:30:00.000Z',
      '2026-02-28T09:30:00.000Z',
      '2026-03-31T09:30:00.000Z',
      '2026-04-30T09:30:00.000Z',
      '2026-05-31T09:30:00.000Z',
    ]);
  });

  test('February has 29 days in 2028 and in 2000, and 28 in 2100', () => {
    expect(starts('2028-01-31T00:00:00Z', 2)[1]).toBe('2028-02-29T00:00:00.000Z');
    expect(starts('2000-01-30T00:00:00Z', 2)[1]).toBe('2000-02-29T00:00:00.000Z');
    expect(starts('2100-01-31T00:00:00Z', 2)[1]).toBe('2100-02-28T00:00:00.000Z');
  });

  test('an anchor on February 29 is on the 29th of months that have one', () => {
    const anchor = '2028-02-29T23:59:59.999Z';
    expect(formatInstant(addMonths(at(anchor), 1))).toBe('2028-03-29T23:59:59.999Z');
    expect(formatInstant(addMonths(at(anchor), 12))).toBe('2029-02-28T23:59:59.999Z');
    expect(formatInstant(addMonths(at(anchor), 48))).toBe('2032-02-29T23:59:59.999Z');
  });

  test('months before the anchor count the same way', () => {
    expect(formatInstant(addMonths(at('2026-03-31T00:00:00Z'), -1))).toBe(
      '2026-02-28T00:00:00.000Z',
    );
  });

  test('the day and the time of day are those of the anchor, or the last day of the month', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -600, max: 600 }), (anchorMs, months) => {
        const anchor = Temporal.Instant.fromEpochMilliseconds(anchorMs).toZonedDateTimeISO('UTC');
        const moved = Temporal.Instant.fromEpochMilliseconds(
          addMonths(anchorMs, months),
        ).toZonedDateTimeISO('UTC');
        expect(moved.toPlainTime().equals(anchor.toPlainTime())).toBe(true);
        expect(moved.day).toBe(Math.min(anchor.day, moved.daysInMonth));
        const distance = (moved.year - anchor.year) * 12 + moved.month - anchor.month;
        expect(distance).toBe(months);
      }),
    );
  });
});

describe('the monthly period that contains an instant', () => {
  test('is half-open: its end belongs to the next', () => {
    const anchorMs = at('2026-01-31T09:30:00Z');
    const endMs = at('2026-02-28T09:30:00Z');
    expect(monthlyPeriodAt(anchorMs, endMs - 1)).toEqual({ startMs: anchorMs, endMs });
    expect(monthlyPeriodAt(anchorMs, endMs)).toEqual({
      startMs: endMs,
      endMs: at('2026-03-31T09:30:00Z'),
    });
  });

  test('also lies before the anchor', () => {
    const anchorMs = at('2026-03-31T00:00:00Z');
    expect(monthlyPeriodAt(anchorMs, anchorMs - 1)).toEqual({
      startMs: at('2026-02-28T00:00:00Z'),
      endMs: anchorMs,
    });
  });

  test('contains the instant, has 28 to 31 days and meets its neighbours without gap', () => {
    fc.assert(
      fc.property(instants, instants, (anchorMs, atMs) => {
        const period = monthlyPeriodAt(anchorMs, atMs);
        expect(period.startMs).toBeLessThanOrEqual(atMs);
        expect(atMs).toBeLessThan(period.endMs);
        expect(period.endMs - period.startMs).toBe(periodDays(period) * DAY_MS);
        expect(periodDays(period)).toBeGreaterThanOrEqual(28);
        expect(periodDays(period)).toBeLessThanOrEqual(31);
        expect(monthlyPeriodAt(anchorMs, period.startMs)).toEqual(period);
        expect(monthlyPeriodAt(anchorMs, period.endMs).startMs).toBe(period.endMs);
        expect(monthlyPeriodAt(anchorMs, period.startMs - 1).endMs).toBe(period.startMs);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the calendar month that contains an instant', () => {
  test('starts on the first at midnight in UTC, also across the turn of a year', () => {
    expect(calendarMonthAt(at('2026-12-31T23:59:59.999Z'))).toEqual({
      startMs: at('2026-12-01T00:00:00Z'),
      endMs: at('2027-01-01T00:00:00Z'),
    });
  });

  test('is the monthly period from any first of a month', () => {
    const anchorMs = at('2000-01-01T00:00:00Z');
    fc.assert(
      fc.property(instants, (atMs) => {
        expect(calendarMonthAt(atMs)).toEqual(monthlyPeriodAt(anchorMs, atMs));
      }),
    );
  });
});

describe('calendar days', () => {
  const lateMs = at('2026-01-31T23:30:00Z');

  test('and months are those of a time zone', () => {
    expect(dayIn('UTC', lateMs)).toBe('2026-01-31');
    expect(dayIn('Europe/Berlin', lateMs)).toBe('2026-02-01');
    expect(monthIn('Europe/Berlin', lateMs)).toBe('2026-02');
  });

  test('begin where the zone has it, on the days of clock changes too', () => {
    expect(dayStartIn('Europe/Berlin', '2026-03-29')).toBe(at('2026-03-28T23:00:00Z'));
    expect(dayStartIn('Europe/Berlin', '2026-03-30')).toBe(at('2026-03-29T22:00:00Z'));
  });

  test('follow one another through leap years', () => {
    expect(shiftDay('2028-02-28', 1)).toBe('2028-02-29');
    expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
    expect(shiftMonth('2026-03-31', -13)).toBe('2025-02-01');
    expect(sameDayOfMonth('2026-03-31', -13)).toBe('2025-02-28');
    expect(sameDayOfMonth('2026-03-15', 12)).toBe('2027-03-15');
    expect(addDays(lateMs, 1) - lateMs).toBe(DAY_MS);
  });

  test('are in the span that begins on the day, its Monday or the first of its month', () => {
    expect(spanStart('2026-03-01', 'day')).toBe('2026-03-01');
    expect(spanStart('2026-03-01', 'week')).toBe('2026-02-23');
    expect(spanStart('2026-03-02', 'week')).toBe('2026-03-02');
    expect(spanStart('2026-03-31', 'month')).toBe('2026-03-01');
  });

  test('and zones that there are not are told apart', () => {
    expect(['2026-02-28', '2026-02-29', '2026-2-1', ''].map(isDay)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const unwritten = ['0000-01-01', '+010000-01-01', '-000001-01-01', '20260228'];
    expect(unwritten.filter(isDay)).toEqual([]);
    expect(['Europe/Berlin', 'Europe/Atlantis', ''].map(isTimeZone)).toEqual([true, false, false]);
  });
});
