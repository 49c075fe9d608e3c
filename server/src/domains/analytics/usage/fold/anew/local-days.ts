// pure

/** A stretch of time in which it is one day; it ends where the next one begins. */
export interface DayStretch {
  readonly fromMs: number;
  readonly day: string;
}

/** The instants of a month, and which day it is when. */
export interface LocalDays {
  readonly fromMs: number;
  readonly toMs: number;
  /** The instants at which another day begins, in order; there is one day more. */
  readonly turnsMs: readonly number[];
  readonly days: readonly string[];
}

/**
 * The days of a month, of stretches that reach beyond it. A clock that is set back over midnight
 * has a day twice, of the month before perhaps, so what lies between its first and its last instant
 * may be of another month.
 */
export function daysOfMonth(
  stretches: readonly DayStretch[],
  { month, nextMonth }: { readonly month: string; readonly nextMonth: string },
): LocalDays {
  const isOfMonth = ({ day }: DayStretch): boolean => day >= month && day < nextMonth;
  const first = stretches.findIndex(isOfMonth);
  const last = stretches.findLastIndex(isOfMonth);
  const within = stretches.slice(first, last + 1);
  return {
    fromMs: stretches[first]!.fromMs,
    toMs: stretches[last + 1]!.fromMs,
    turnsMs: within.slice(1).map(({ fromMs }) => fromMs),
    days: within.map(({ day }) => day),
  };
}
