// pure
import { dayIn, spanStart, type Granularity } from '@whisperforge/kernel/period';
import { lineKey, type LineKey } from '../../fold/levels.ts';
import type { Booking } from '../decide-booking.ts';
import { cohortOf, type Segments } from '../roll-up.ts';

/** What customers brought at the start of a span in which they moved, and what at its end. */
export interface KeptSum extends LineKey, Segments {
  readonly unit: Granularity;
  /** Its first day. */
  readonly from: string;
  readonly cohort: string;
  readonly starts: bigint;
  readonly ends: bigint;
  readonly capped: bigint;
  readonly customers: number;
  readonly stayed: number;
}

/** Whether there ever were several lines at once, or several currencies one after the other. */
export function isMixed(bookings: readonly Booking[]): boolean {
  if (new Set(bookings.map(({ currency }) => currency)).size > 1) return true;
  const level = new Map<string, bigint>();
  const instants = Map.groupBy(bookings, ({ effectiveMs }) => effectiveMs);
  return [...instants.values()].some((moved) => {
    for (const each of moved) add(level, each);
    return level.size > 1;
  });
}

/**
 * A customer's days, weeks and months, of one who is not mixed: pro at $19 that became business at
 * $49 in March is for March a start of $19 of pro, an end of $49 and a capped end of $19.
 */
export function keptSpans(
  bookings: readonly Booking[],
  { timeZone, country, source }: Segments & { readonly timeZone: string },
): KeptSum[] {
  const cohort = cohortOf(bookings, timeZone);
  if (cohort === null) return [];
  const dated = bookings.map((booking) => ({
    ...booking,
    day: dayIn(timeZone, booking.effectiveMs),
  }));
  return UNITS.flatMap((unit) =>
    keptBy(unit, dated).map((sum) => ({ ...sum, unit, country, source, cohort })),
  );
}

const UNITS: readonly Granularity[] = ['day', 'week', 'month'];

type Dated = Booking & { readonly day: string };

function keptBy(unit: Granularity, bookings: readonly Dated[]) {
  const level = new Map<string, bigint>();
  const lines = new Map(bookings.map((booking) => [lineKey(booking), booking]));
  const bySpan = Map.groupBy(bookings, ({ day }) => spanStart(day, unit));
  return [...bySpan].flatMap(([from, moved]) => {
    const [main] = level.keys();
    const starts = total(level);
    for (const each of moved) add(level, each);
    if (main === undefined) return [];
    const { plan, cycle, currency } = lines.get(main)!;
    const ends = total(level);
    const capped = ends < starts ? ends : starts;
    const stayed = ends > 0n ? 1 : 0;
    return [{ from, plan, cycle, currency, starts, ends, capped, customers: 1, stayed }];
  });
}

/** What brings the sums from one to the other, each span and segment once. */
export function keptDifferences(before: readonly KeptSum[], after: readonly KeptSum[]): KeptSum[] {
  const sums = new Map<string, KeptSum>();
  const addUp = (sum: KeptSum, sign: 1 | -1): void => {
    const { unit, from, currency, plan, cycle, country, source, cohort } = sum;
    const key = JSON.stringify([unit, from, currency, plan, cycle, country, source, cohort]);
    const present = sums.get(key);
    const times = BigInt(sign);
    sums.set(key, {
      ...sum,
      starts: (present?.starts ?? 0n) + times * sum.starts,
      ends: (present?.ends ?? 0n) + times * sum.ends,
      capped: (present?.capped ?? 0n) + times * sum.capped,
      customers: (present?.customers ?? 0) + sign * sum.customers,
      stayed: (present?.stayed ?? 0) + sign * sum.stayed,
    });
  };
  for (const sum of before) addUp(sum, -1);
  for (const sum of after) addUp(sum, 1);
  return [...sums.values()].filter(isSomething);
}

function isSomething({ starts, ends, capped, customers, stayed }: KeptSum): boolean {
  return starts !== 0n || ends !== 0n || capped !== 0n || customers !== 0 || stayed !== 0;
}

function add(level: Map<string, bigint>, booking: Booking): void {
  const key = lineKey(booking);
  const parts = (level.get(key) ?? 0n) + booking.parts;
  if (parts === 0n) level.delete(key);
  else level.set(key, parts);
}

function total(level: ReadonlyMap<string, bigint>): bigint {
  return [...level.values()].reduce((sum, parts) => sum + parts, 0n);
}
