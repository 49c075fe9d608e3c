// pure
import {
  daysBetween,
  daySpans,
  sameDayOfMonth,
  shiftDay,
  shiftMonth,
  type DaySpan,
  type Granularity,
} from '@whisperforge/kernel/period';

/** Which earlier days figures are held against. */
export const COMPARISONS = ['previous', 'year'] as const;

export type Comparison = (typeof COMPARISONS)[number];

/** More than any company's figures go back to, and few enough to be walked through. */
export const MOST_DAYS = 36_600;

/** No subscription is of earlier or later days, and Postgres reckons with these. */
export const EARLIEST_DAY = '1900-01-01';
export const LATEST_DAY = '2199-12-31';

/** The days asked about: the last twelve months up to today, where nothing is said. */
export function rangeOf(
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
  today: string,
): DaySpan | null {
  const last = to ?? today;
  const range = { from: from ?? shiftMonth(last, -11), to: last };
  const days = daysBetween(range.from, range.to);
  const isKnown = EARLIEST_DAY <= range.from && range.to <= LATEST_DAY;
  return days < 0 || days > MOST_DAYS || !isKnown ? null : range;
}

/**
 * The earlier days that a range is compared with: as many right before it, or those a year before.
 * Whole months are compared with whole months: of March, February is the previous one.
 */
export function earlierRange(
  range: DaySpan,
  {
    comparison,
    granularity,
  }: { readonly comparison: Comparison; readonly granularity: Granularity },
): DaySpan {
  if (comparison === 'year') return monthsBefore(range, 12);
  if (granularity === 'month' && range.from.endsWith('-01')) {
    return monthsBefore(range, daySpans(range, 'month').length);
  }
  const days = daysBetween(range.from, range.to) + 1;
  return { from: shiftDay(range.from, -days), to: shiftDay(range.to, -days) };
}

/** The end of a month stays the end of a month, and never becomes an earlier day of it. */
function monthsBefore({ from, to }: DaySpan, months: number): DaySpan {
  const afterLast = sameDayOfMonth(shiftDay(to, 1), -months);
  return { from: sameDayOfMonth(from, -months), to: shiftDay(afterLast, -1) };
}

/** The span of a series that a day is in. */
export function spanOf(
  range: DaySpan,
  { granularity, day }: { readonly granularity: Granularity; readonly day: string },
): DaySpan | undefined {
  return daySpans(range, granularity).find(({ from, to }) => from <= day && day <= to);
}
