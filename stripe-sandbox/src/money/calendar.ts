// pure

export type Interval = 'day' | 'week' | 'month' | 'year';

/** An instant of UTC in the parts of a calendar. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly secondOfDay: number;
}

export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 24 * HOUR_SECONDS;
const MONTHS_A_YEAR = 12;
/** The Gregorian calendar repeats after 400 years. */
const ERA_YEARS = 400;
const ERA_DAYS = 146_097;
/** From the first of March of the year 0 to 1970. */
const EPOCH_DAYS = 719_468;

/**
 * The parts of an instant. Years are counted from March, so that the leap day is the last of its
 * year (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
export function civilOf(seconds: number): CivilTime {
  const epochDay = Math.floor(seconds / DAY_SECONDS);
  const days = epochDay + EPOCH_DAYS;
  const era = Math.floor(days / ERA_DAYS);
  const dayOfEra = days - era * ERA_DAYS;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - daysBeforeYear(yearOfEra);
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * ERA_YEARS + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - daysBeforeMonth(monthFromMarch) + 1,
    secondOfDay: seconds - epochDay * DAY_SECONDS,
  };
}

/** The instant of a calendar's parts, in epoch seconds. */
export function instantOf({ year, month, day, secondOfDay }: CivilTime): number {
  const yearFromMarch = month <= 2 ? year - 1 : year;
  const era = Math.floor(yearFromMarch / ERA_YEARS);
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = daysBeforeMonth(monthFromMarch) + day - 1;
  const dayOfEra = daysBeforeYear(yearFromMarch - era * ERA_YEARS) + dayOfYear;
  return (era * ERA_DAYS + dayOfEra - EPOCH_DAYS) * DAY_SECONDS + secondOfDay;
}

function daysBeforeYear(yearOfEra: number): number {
  return yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
}

function daysBeforeMonth(monthFromMarch: number): number {
  return Math.floor((153 * monthFromMarch + 2) / 5);
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * The instant so many intervals after an anchor, with the anchor's day of the month where the month
 * has it, and else the month's last day. From January 31: February 28 or 29, then March 31. Always
 * count from the anchor, not from the last period: a day that was clamped comes back.
 *
 * @param count of intervals: 6 for the second period of a price for every 3 months
 */
export function addIntervals(anchorSeconds: number, interval: Interval, count: number): number {
  if (interval === 'day') return anchorSeconds + count * DAY_SECONDS;
  if (interval === 'week') return anchorSeconds + count * 7 * DAY_SECONDS;
  const anchor = civilOf(anchorSeconds);
  const months = interval === 'year' ? count * MONTHS_A_YEAR : count;
  const monthNumber = anchor.year * MONTHS_A_YEAR + anchor.month - 1 + months;
  const year = Math.floor(monthNumber / MONTHS_A_YEAR);
  const month = monthNumber - year * MONTHS_A_YEAR + 1;
  const day = Math.min(anchor.day, daysInMonth(year, month));
  return instantOf({ year, month, day, secondOfDay: anchor.secondOfDay });
}

/** A half-open period, in epoch seconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

export interface Cycle {
  readonly interval: Interval;
  readonly count: number;
}

/** What no interval is longer than; with it a number of intervals is guessed, never too far off. */
const LONGEST_SECONDS: Readonly<Record<Interval, number>> = {
  day: DAY_SECONDS,
  week: 7 * DAY_SECONDS,
  month: 31 * DAY_SECONDS,
  year: 366 * DAY_SECONDS,
};

/** The period of a cycle in which an instant lies; an instant before the anchor has one too. */
export function periodAt(anchorSeconds: number, cycle: Cycle, atSeconds: number): Period {
  const startOf = (number: number): number =>
    addIntervals(anchorSeconds, cycle.interval, number * cycle.count);
  const longest = LONGEST_SECONDS[cycle.interval] * cycle.count;
  let number = Math.trunc((atSeconds - anchorSeconds) / longest);
  while (startOf(number) > atSeconds) number -= 1;
  while (startOf(number + 1) <= atSeconds) number += 1;
  return { start: startOf(number), end: startOf(number + 1) };
}
