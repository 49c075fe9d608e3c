// pure
import { dayIn } from '@whisperforge/kernel/period';
import type { Booking } from './decide-booking.ts';
import type { MovementKind } from '../fold/fold.ts';
import type { LineKey } from '../fold/levels.ts';

/** The segments that a customer is in. */
export interface Segments {
  readonly country: string;
  readonly source: string;
}

/** Movements of one day and segment, added up. */
export interface DaySum extends LineKey, Segments {
  readonly day: string;
  readonly kind: MovementKind;
  /** The first day of the month in which the customers first paid. */
  readonly cohort: string;
  readonly parts: bigint;
  readonly customers: number;
}

/** The first day of the month in which a customer first paid, as the bookings have it. */
export function cohortOf(bookings: readonly Booking[], timeZone: string): string | null {
  const first = bookings.find(({ kind }) => kind === 'new');
  return first === undefined ? null : `${dayIn(timeZone, first.effectiveMs).slice(0, 8)}01`;
}

/** What a customer's bookings add to the days. */
export function rollUp(
  bookings: readonly Booking[],
  { timeZone, ...segments }: Segments & { readonly timeZone: string },
): DaySum[] {
  const cohort = cohortOf(bookings, timeZone);
  if (cohort === null) return [];
  return bookings.map(({ effectiveMs, ...booking }) => ({
    ...booking,
    ...segments,
    cohort,
    day: dayIn(timeZone, effectiveMs),
  }));
}

/** What brings the days from one to the other, each day and segment once, in a fixed order. */
export function dayDifferences(before: readonly DaySum[], after: readonly DaySum[]): DaySum[] {
  const sums = new Map<string, DaySum>();
  const add = (sum: DaySum, sign: 1 | -1): void => {
    const key = keyOf(sum);
    const present = sums.get(key);
    sums.set(key, {
      ...sum,
      parts: (present?.parts ?? 0n) + BigInt(sign) * sum.parts,
      customers: (present?.customers ?? 0) + sign * sum.customers,
    });
  };
  for (const sum of before) add(sum, -1);
  for (const sum of after) add(sum, 1);
  return [...sums.entries()]
    .filter(([, { parts, customers }]) => parts !== 0n || customers !== 0)
    .toSorted(([first], [second]) => (first < second ? -1 : 1))
    .map(([, sum]) => sum);
}

function keyOf({ day, kind, currency, plan, cycle, country, source, cohort }: DaySum): string {
  return JSON.stringify([day, kind, currency, plan, cycle, country, source, cohort]);
}
