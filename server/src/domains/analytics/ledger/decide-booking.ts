import type { Movement, MovementKind } from '../fold/fold.ts';
import { lineKey, parseLineKey, type LineKey } from '../fold/levels.ts';

/** What the ledger says of one instant, kind and line: the sum of all its rows. */
export interface Booking extends LineKey {
  readonly effectiveMs: number;
  readonly kind: MovementKind;
  readonly parts: bigint;
  /** 1 where the customer came with it, -1 where the customer left. */
  readonly customers: number;
}

/**
 * Movements as bookings. A customer is counted once, with the line that brings most, and goes over
 * to another line with a transfer; so customers of segments add up to all customers.
 */
export function bookingsOf(movements: readonly Movement[]): Booking[] {
  const level = new Map<string, bigint>();
  const byInstant = Map.groupBy(movements, ({ effectiveMs }) => effectiveMs);
  let counted: string | null = null;
  return [...byInstant].flatMap(([effectiveMs, moved]) => {
    const before: string | null = counted;
    for (const each of moved) {
      const key = lineKey(each);
      level.set(key, (level.get(key) ?? 0n) + each.parts);
    }
    counted = mainLine(level);
    const bookings = moved.map((movement) => ({ ...movement, customers: 0 }));
    if (counted === before) return bookings;
    const kind = before === null || counted === null ? moved[0]!.kind : 'transfer';
    const changes = [
      ...(before === null ? [] : [{ line: before, customers: -1 }]),
      ...(counted === null ? [] : [{ line: counted, customers: 1 }]),
    ];
    return changes.reduce((all, { line, customers }) => {
      const index = all.findIndex((each) => each.kind === kind && lineKey(each) === line);
      if (index < 0) return [...all, customerBooking({ effectiveMs, kind, line, customers })];
      return all.with(index, { ...all[index]!, customers });
    }, bookings);
  });
}

/** The line that brings most, of two alike the first by name; `null` where nothing is paid. */
function mainLine(level: ReadonlyMap<string, bigint>): string | null {
  let main: string | null = null;
  for (const [key, parts] of level) {
    const most = main === null ? 0n : level.get(main)!;
    if (parts > most || (parts === most && main !== null && key < main)) main = key;
  }
  return main;
}

function customerBooking(of: {
  readonly effectiveMs: number;
  readonly kind: MovementKind;
  readonly line: string;
  readonly customers: number;
}): Booking {
  const { effectiveMs, kind, line, customers } = of;
  return { effectiveMs, kind, parts: 0n, customers, ...parseLineKey(line) };
}

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
