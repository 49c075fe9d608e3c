import { parseQuantity, type Quantity } from '@whisperforge/kernel/quantity';

/** An event as it must be stored, once it was acknowledged. */
export interface BookedEvent {
  readonly id: string;
  readonly user: string;
  readonly eventType: string;
  /** A decimal, as it was sent. */
  readonly amount: string;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
  readonly costCents: string | null;
  readonly reservationId: string | null;
}

/** A reservation as it must be stored, by the last deed on it that was acknowledged. */
export interface KnownHold {
  readonly id: string;
  readonly user: string;
  readonly feature: string;
  readonly amount: string;
  readonly status: 'held' | 'committed' | 'released';
}

/** What callers were told is done: all of it must be found in the end, and nothing else. */
export interface Ledger {
  readonly events: ReadonlyMap<string, BookedEvent>;
  readonly holds: ReadonlyMap<string, KnownHold>;
  readonly keys: ReadonlySet<string>;
  /** How many there are of a level, by user. */
  readonly levels: ReadonlyMap<string, string>;
  book(event: BookedEvent): void;
  hold(hold: KnownHold): void;
  useKey(key: string): void;
  setLevel(user: string, amount: string): void;
  /** Counts one acknowledged request, and whether an earlier sending of it had been booked. */
  acknowledge(request: { readonly isRepeat: boolean }): void;
  readonly acknowledged: number;
  readonly repeats: number;
  /** Resolves when that many more have been acknowledged. */
  afterMore(count: number): Promise<void>;
}

export function createLedger(): Ledger {
  const events = new Map<string, BookedEvent>();
  const holds = new Map<string, KnownHold>();
  const keys = new Set<string>();
  const levels = new Map<string, string>();
  const waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  let acknowledged = 0;
  let repeats = 0;
  return {
    events,
    holds,
    keys,
    levels,
    book: (event) => void events.set(event.id, event),
    hold: (hold) => void holds.set(hold.id, hold),
    useKey: (key) => void keys.add(key),
    setLevel: (user, amount) => void levels.set(user, amount),
    acknowledge({ isRepeat }) {
      acknowledged += 1;
      if (isRepeat) repeats += 1;
      for (const { at, resolve } of waiting) if (acknowledged >= at) resolve();
    },
    get acknowledged() {
      return acknowledged;
    },
    get repeats() {
      return repeats;
    },
    afterMore(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ at: acknowledged + count, resolve });
      return promise;
    },
  };
}

/** A decimal as a count of millionths. */
export function quantity(decimal: string): Quantity {
  const parsed = parseQuantity(decimal);
  if (parsed === undefined) throw new Error(`no decimal: ${decimal}`);
  return parsed;
}

/** A line for whoever watches. */
export function describeLedger({ events, holds, repeats }: Ledger): string {
  return (
    `${events.size} events and ${holds.size} reservations are as they were acknowledged; ` +
    `${repeats} had been booked by a sending whose answer was lost`
  );
}
