// pure
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';

export interface Days {
  readonly from: string;
  readonly to: string;
}

const format = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });

const month = format({ month: 'long', year: 'numeric' });
const shortMonth = format({ month: 'short' });
const shortMonthOfYear = format({ month: 'short', year: '2-digit' });
const day = format({ day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = format({ day: 'numeric', month: 'short' });
const shortDayOfYear = format({ day: 'numeric', month: 'short', year: 'numeric' });

function msOf(text: string): number {
  return parseInstant(`${text}T00:00:00Z`) ?? 0;
}

/** `3 March 2026`. */
export function showDayName(text: string): string {
  return day.format(msOf(text));
}

/** `March 2026`, of any of its days. */
export function showMonthName(text: string): string {
  return month.format(msOf(text));
}

/** `March 2026`, `3 March 2026`, `3 to 9 March 2026`: as people say it. */
export function showSpanName({ from, to }: Days): string {
  if (from === to) return showDayName(from);
  if (isWholeMonth({ from, to })) return month.format(msOf(from));
  if (from.slice(0, 7) === to.slice(0, 7)) return `${Number(from.slice(8))} to ${showDayName(to)}`;
  const first = from.slice(0, 4) === to.slice(0, 4) ? shortDay : shortDayOfYear;
  return `${first.format(msOf(from))} to ${showDayName(to)}`;
}

/** Beneath a chart: `Mar`, `3 Mar`; the first month of a year names it. */
export function showShortSpan({ from, to }: Days, granularity: string): string {
  if (granularity !== 'month') return shortDay.format(msOf(from));
  const isJanuary = to.slice(5, 7) === '01';
  return (isJanuary ? shortMonthOfYear : shortMonth).format(msOf(to));
}

/** `2026-03-10`, so many days later. */
export function laterDay(text: string, days: number): string {
  return dayOf(msOf(text) + days * DAY_MS);
}

/** The day of an instant in UTC, such as `2026-03-10`. */
export function dayOf(ms: number): string {
  return formatInstant(ms).slice(0, 10);
}

/** The first day of the month that is so many months before the one of a day. */
export function monthStart(text: string, monthsBefore: number): string {
  const months = Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1 - monthsBefore;
  const year = String(Math.floor(months / 12)).padStart(4, '0');
  return `${year}-${String((months % 12) + 1).padStart(2, '0')}-01`;
}

function isWholeMonth({ from, to }: Days): boolean {
  return from.endsWith('-01') && laterDay(to, 1) === monthStart(from, -1);
}
