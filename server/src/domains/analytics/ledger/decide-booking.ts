import type { Movement, MovementKind } from '../fold/fold.ts';
import { lineKey, type LineKey } from '../fold/levels.ts';

/** What the ledger says of one instant, kind and line: the sum of all its rows. */
export interface Booking extends LineKey {
  readonly effectiveMs: number;
  readonly kind: MovementKind;
  readonly parts: bigint;
  /** 1 where the customer came with it, -1 where the customer left. */
  readonly customers: number;
}

/** Movements as bookings. Of one that has several lines, the first counts the customer. */
export function bookingsOf(movements: readonly Movement[]): Booking[] {
  const counted = new Set<number>();
  return movements.map((movement) => {
    const customers = counted.has(movement.effectiveMs) ? 0 : CUSTOMERS[movement.kind];
    if (customers !== 0) counted.add(movement.effectiveMs);
    return { ...movement, customers };
  });
}

const CUSTOMERS: Readonly<Record<MovementKind, number>> = {
  new: 1,
  reactivation: 1,
  churn: -1,
  expansion: 0,
  contraction: 0,
  transfer: 0,
};

/** What is to be booked so that the ledger says what is wanted: nothing where it does already. */
export function decideBooking(stored: readonly Booking[], wanted: readonly Booking[]): Booking[] {
  const storedByKey = new Map(stored.map((booking) => [keyOf(booking), booking]));
  const wantedByKey = new Map(wanted.map((booking) => [keyOf(booking), booking]));
  const keys = [...new Set([...storedByKey.keys(), ...wantedByKey.keys()])];
  return keys
    .map((key) => difference(storedByKey.get(key), wantedByKey.get(key)))
    .filter(({ parts, customers }) => parts !== 0n || customers !== 0)
    .toSorted((first, second) => first.effectiveMs - second.effectiveMs);
}

function difference(stored: Booking | undefined, wanted: Booking | undefined): Booking {
  return {
    ...((wanted ?? stored) as Booking),
    parts: (wanted?.parts ?? 0n) - (stored?.parts ?? 0n),
    customers: (wanted?.customers ?? 0) - (stored?.customers ?? 0),
  };
}

function keyOf({ effectiveMs, kind, ...line }: Booking): string {
  return `${effectiveMs} ${kind} ${lineKey(line)}`;
}
