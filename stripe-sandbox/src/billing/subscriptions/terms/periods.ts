import {
  civilOf,
  daysInMonth,
  HOUR_SECONDS,
  instantOf,
  periodAt,
  type Cycle,
} from '../../../money/calendar.ts';
import type { Period } from '../rows.ts';

/** The period that begins at an instant; an anchor that lies ahead may cut it short. */
export function periodFrom(
  start: number,
  { anchor, every }: { anchor: number; every: Cycle },
): Period {
  return { start, end: periodAt(anchor, every, start).end };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** A day as invoice lines name it: `15 May 2026`. */
export function dayName(at: number): string {
  const { day, month, year } = civilOf(at);
  return `${String(day).padStart(2, '0')} ${MONTHS[month - 1]} ${year}`;
}

/** Parts of the calendar that an instant is to have; what is left out is as in the start. */
export interface NamedInstant {
  readonly day: number;
  readonly month?: number | undefined;
  readonly hour?: number | undefined;
  readonly minute?: number | undefined;
  readonly second?: number | undefined;
}

const MONTHS_A_YEAR = 12;

/** The first instant from a start on that has the parts; a short month has its last day instead. */
export function instantNamed(start: number, named: NamedInstant): number {
  const from = civilOf(start);
  const hour = named.hour ?? Math.floor(from.secondOfDay / HOUR_SECONDS);
  const minute = named.minute ?? Math.floor((from.secondOfDay % HOUR_SECONDS) / 60);
  const second = named.second ?? from.secondOfDay % 60;
  const secondOfDay = hour * HOUR_SECONDS + minute * 60 + second;
  for (let ahead = 0; ; ahead += 1) {
    const number = from.year * MONTHS_A_YEAR + from.month - 1 + ahead;
    const year = Math.floor(number / MONTHS_A_YEAR);
    const month = (number % MONTHS_A_YEAR) + 1;
    if (named.month !== undefined && named.month !== month) continue;
    const day = Math.min(named.day, daysInMonth(year, month));
    const at = instantOf({ year, month, day, secondOfDay });
    if (at >= start) return at;
  }
}
