import { DAY, monthsLater } from './model/calendar.ts';
import { randomFrom } from '../scenarios/support/random.ts';

/** When things happen in a world; it does not depend on who lives there. */
export interface Schedule {
  /** The instants at which the clock stands, ascending. */
  readonly ticks: readonly number[];
  /** In which ticks users are made. */
  readonly arrivals: number;
  /** The ticks before which the catalogue changes. */
  readonly publications: ReadonlySet<number>;
  /** The ticks before which a process is gone and another takes its place. */
  readonly crashes: ReadonlySet<number>;
}

const ARRIVALS = 4;
const LONGEST_GAP_DAYS = 3;

/** Starts that have tried the calendar: ends of long and short months, leap days, a new year. */
const STARTS = [
  Date.UTC(2026, 0, 31, 10, 30),
  Date.UTC(2027, 11, 31, 23, 59, 59, 999),
  Date.UTC(2028, 1, 29, 0, 0),
  Date.UTC(2026, 2, 15, 12),
  Date.UTC(2027, 0, 29, 6),
  Date.UTC(2026, 7, 31, 23, 59),
];

/**
 * Mostly a few hours or days apart, at times a millisecond. What is said of months falls on ticks
 * too: a month after each of the first, and a millisecond to either side.
 */
export function scheduleOf(world: { readonly seed: number; readonly days: number }): Schedule {
  const random = randomFrom(world.seed * 7919 + 17);
  const startMs = random.pick(STARTS) + random.between(0, 3) * DAY;
  const endMs = startMs + world.days * DAY;
  const ticks = new Set<number>();
  for (let atMs = startMs; atMs < endMs; atMs += gap(random)) ticks.add(atMs);
  const first = [...ticks].slice(0, ARRIVALS);
  for (const atMs of first) {
    for (let months = 1; monthsLater(atMs, months) < endMs; months += 1) {
      const turn = monthsLater(atMs, months);
      if (random.chance(0.7)) for (const shift of [-1, 0, 1]) ticks.add(turn + shift);
    }
  }
  const sorted = [...ticks].toSorted((a, b) => a - b);
  const some = (probability: number): Set<number> =>
    new Set(sorted.keys().filter((index) => index > ARRIVALS && random.chance(probability)));
  return { ticks: sorted, arrivals: ARRIVALS, publications: some(0.04), crashes: some(0.08) };
}

function gap(random: ReturnType<typeof randomFrom>): number {
  const kind = random.next();
  if (kind < 0.05) return 1;
  if (kind < 0.15) return random.between(1, 60_000);
  if (kind < 0.5) return random.between(1, 24) * 3_600_000;
  return random.between(1, LONGEST_GAP_DAYS * DAY);
}
