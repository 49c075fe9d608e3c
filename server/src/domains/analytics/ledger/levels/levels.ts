// pure
import { dayIn } from '@whisperforge/kernel/period';
import { lineKey, type LineKey } from '../../fold/levels.ts';
import type { Booking } from '../decide-booking.ts';

/** What a line of a customer brings at the end of each day from one up to another. */
export interface Level extends LineKey {
  readonly from: string;
  /** The first day on which it is something else; `null` while it lasts. */
  readonly to: string | null;
  readonly parts: bigint;
  readonly customers: number;
}

/**
 * A customer's bookings added up: pro at $19 from 3 January that became business at $49 on 5 March
 * is $19 of pro from the one up to the other, and $49 of business from then on.
 */
export function levelsOf(bookings: readonly Booking[], timeZone: string): Level[] {
  const byLine = Map.groupBy(bookings, lineKey);
  return [...byLine.values()].flatMap((line) => {
    const byDay = Map.groupBy(line, ({ effectiveMs }) => dayIn(timeZone, effectiveMs));
    const days = [...byDay.keys()].toSorted();
    let level = { parts: 0n, customers: 0 };
    const { currency, plan, cycle } = line[0]!;
    return days.flatMap((from, index): Level[] => {
      for (const { parts, customers } of byDay.get(from)!) {
        level = { parts: level.parts + parts, customers: level.customers + customers };
      }
      if (level.parts === 0n && level.customers === 0) return [];
      return [{ currency, plan, cycle, from, to: days[index + 1] ?? null, ...level }];
    });
  });
}

/** What there is of the one that is not in the other. */
export function without(levels: readonly Level[], others: readonly Level[]): Level[] {
  const known = new Set(others.map(textOf));
  return levels.filter((level) => !known.has(textOf(level)));
}

function textOf({ currency, plan, cycle, from, to, parts, customers }: Level): string {
  return JSON.stringify([currency, plan, cycle, from, to, String(parts), customers]);
}
