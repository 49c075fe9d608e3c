import { assert } from './assert.ts';

/** A half-open span of time, `[startMs, endMs)`, in epoch milliseconds. */
export interface Period {
  readonly startMs: number;
  readonly endMs: number;
}

/** The time zone whose days are the same everywhere. */
export const UTC = 'UTC';

const utc = (ms: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(UTC);

/**
 * The instant `months` calendar months after `anchorMs` in UTC, on the anchor's day and time of
 * day, or on the month's last day where it is shorter. Always counted from the anchor itself, so
 * that an anchor on January 31 gives February 28 and then March 31, not March 28.
 */
export function addMonths(anchorMs: number, months: number): number {
  return utc(anchorMs).add({ months }, { overflow: 'constrain' }).epochMilliseconds;
}

/** The monthly period counted from `anchorMs` that contains `atMs`, which may lie before it. */
export function monthlyPeriodAt(anchorMs: number, atMs: number): Period {
  const anchor = utc(anchorMs);
  const at = utc(atMs);
  let index = (at.year - anchor.year) * 12 + at.month - anchor.month;
  if (addMonths(anchorMs, index) > atMs) index -= 1;
  const period = { startMs: addMonths(anchorMs, index), endMs: addMonths(anchorMs, index + 1) };
  assert(period.startMs <= atMs && atMs < period.endMs, 'a period contains its instant');
  return period;
}

/** A period's length in days, rounded to whole days: 28 to 31 for a calendar month. */
export function periodDays(period: Period): number {
  return Math.round((period.endMs - period.startMs) / DAY_MS);
}

export const DAY_MS = 86_400_000;

/** The calendar month in UTC that contains `atMs`. */
export function calendarMonthAt(atMs: number): Period {
  const start = utc(atMs).with({ day: 1 }).startOfDay();
  return { startMs: start.epochMilliseconds, endMs: start.add({ months: 1 }).epochMilliseconds };
}

/** The instant `days` days of 24 hours later. */
export function addDays(fromMs: number, days: number): number {
  return fromMs + days * DAY_MS;
}

/** The calendar day of an instant in a time zone, as `2026-01-31`. */
export function dayIn(timeZone: string, atMs: number): string {
  return zoned(timeZone, atMs).toPlainDate().toString();
}

/** The calendar month of an instant in a time zone, as `2026-01`. */
export function monthIn(timeZone: string, atMs: number): string {
  return zoned(timeZone, atMs).toPlainDate().toPlainYearMonth().toString();
}

/** The instant at which a calendar day, `2026-01-31`, begins in a time zone. */
export function dayStartIn(timeZone: string, day: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone }).epochMilliseconds;
}

function zoned(timeZone: string, atMs: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
}

/** A year of four digits, and not 0, which the calendar of Postgres leaves out. */
const YEAR = /^(?!0000)\d{4}-/;

/** Whether `2026-02-29` and the like are days of the calendar. */
export function isDay(text: string): boolean {
  if (!YEAR.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The calendar day some days after another, or before it: `2026-02-28` and 1 are `2026-03-01`. */
export function shiftDay(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Whether there is a time zone of this name, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How many days later a calendar day is than another; below 0 where it is earlier. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days;
}

/** How figures over time are cut. */
export type Granularity = 'day' | 'week' | 'month';

/** A span of calendar days, its last day included. */
export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/**
 * The days, weeks (from Monday) or months that cover `from` to `to`, cut at both ends: by month,
 * 10 January to 5 February are 10 to 31 January and 1 to 5 February.
 */
export function daySpans({ from, to }: DaySpan, granularity: Granularity): DaySpan[] {
  const spans: DaySpan[] = [];
  const last = Temporal.PlainDate.from(to);
  let start = Temporal.PlainDate.from(from);
  while (Temporal.PlainDate.compare(start, last) <= 0) {
    const next = afterSpan(start, granularity);
    const end = next.subtract({ days: 1 });
    const isCut = Temporal.PlainDate.compare(end, last) > 0;
    spans.push({ from: start.toString(), to: (isCut ? last : end).toString() });
    start = next;
  }
  return spans;
}

/** The first day of the day, week or month that a day is in; weeks begin on Mondays. */
export function spanStart(day: string, granularity: Granularity): string {
  if (granularity === 'day') return day;
  const date = Temporal.PlainDate.from(day);
  if (granularity === 'month') return date.with({ day: 1 }).toString();
  return date.subtract({ days: date.dayOfWeek - 1 }).toString();
}

function afterSpan(start: Temporal.PlainDate, granularity: Granularity): Temporal.PlainDate {
  if (granularity === 'day') return start.add({ days: 1 });
  if (granularity === 'week') return start.add({ days: 8 - start.dayOfWeek });
  return start.with({ day: 1 }).add({ months: 1 });
}

/** The same day of a month some months later or before; of a shorter month, its last day. */
export function sameDayOfMonth(day: string, months: number): string {
  return Temporal.PlainDate.from(day).add({ months }, { overflow: 'constrain' }).toString();
}

/** The first day of a month some months after a day's, or before it. */
export function shiftMonth(day: string, months: number): string {
  return Temporal.PlainDate.from(day).with({ day: 1 }).add({ months }).toString();
}
