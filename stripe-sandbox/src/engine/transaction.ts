import type { Collection, Row } from './collection.ts';
import { counters, idText } from './ids.ts';
import type { Change, Key, Store } from './store.ts';
import { timerId, timers, type Timer } from './timers.ts';

/** Who asked for what a deed does; `null` where time did. */
export interface Origin {
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  /** Whether it came as a GET, and so may be done while a test clock is advancing. */
  readonly isReading?: boolean;
}

export interface TxOptions {
  readonly store: Store;
  readonly seed: string;
  /** Epoch seconds of the sandbox's own clock. */
  readonly nowSeconds: number;
  readonly origin: Origin;
}

/**
 * One deed on the rows. What it changes is seen by it at once, and by others when it is over: a
 * deed never waits, so nothing comes between. It is either kept as a whole or undone as a whole.
 */
export class Tx {
  readonly origin: Origin;
  readonly #store: Store;
  readonly #seed: string;
  readonly #changes: Change[] = [];
  readonly #nowSeconds: number;

  constructor({ store, seed, nowSeconds, origin }: TxOptions) {
    this.#store = store;
    this.#seed = seed;
    this.#nowSeconds = nowSeconds;
    this.origin = origin;
  }

  /** Epoch seconds of the sandbox's own clock; of what is on a test clock, see `nowOf`. */
  get sandboxNow(): number {
    return this.#nowSeconds;
  }

  /** All that was changed, in order. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  find<R extends Row>(of: Collection<R>, id: string): R | undefined {
    return this.#store.find(of, id);
  }

  has<R extends Row>(of: Collection<R>, id: string): boolean {
    return this.#store.has(of, id);
  }

  count<R extends Row>(of: Collection<R>, where?: Key): number {
    return this.#store.count(of, where);
  }

  /** All rows, oldest first; a copy. */
  all<R extends Row>(of: Collection<R>): R[] {
    return this.#store.all(of);
  }

  /** The rows with a key, oldest first; a copy. */
  by<R extends Row>(of: Collection<R>, index: string, key: string): R[] {
    return this.#store.by(of, index, key);
  }

  /** Goes through rows without copying them, from behind a row or the oldest on. */
  oldestFirst<R extends Row>(of: Collection<R>, where?: Key, after?: string): Iterable<R> {
    return this.#store.oldestFirst(of, where, after);
  }

  /** Goes through rows without copying them, from before a row or the newest on. */
  newestFirst<R extends Row>(of: Collection<R>, where?: Key, before?: string): Iterable<R> {
    return this.#store.newestFirst(of, where, before);
  }

  counts(): Record<string, number> {
    return this.#store.counts();
  }

  put<R extends Row>(of: Collection<R>, row: R): R {
    this.#changes.push(this.#store.apply(of, row.id, row));
    return row;
  }

  remove<R extends Row>(of: Collection<R>, id: string): void {
    this.#changes.push(this.#store.apply(of, id, undefined));
  }

  /** The next number of a series that begins with 1. */
  next(series: string): number {
    const count = (this.find(counters, series)?.count ?? 0) + 1;
    this.put(counters, { id: series, count });
    return count;
  }

  /** A new id such as `cus_...`. */
  newId(prefix: string, length?: number): string {
    return `${prefix}_${idText(this.#seed, prefix, this.next(prefix), length)}`;
  }

  /** Lets something fall due; in the place of what was set for the same subject before. */
  schedule(timer: Pick<Timer, 'kind' | 'subject' | 'at' | 'clock'>): void {
    const id = timerId(timer.kind, timer.subject);
    this.put(timers, { id, ...timer, number: this.next('timer') });
  }

  unschedule(kind: string, subject: string): void {
    const id = timerId(kind, subject);
    if (this.has(timers, id)) this.remove(timers, id);
  }

  /** Does something only to see what comes of it, as a preview does: all of it is undone. */
  tryOut<T>(work: () => T): T {
    const begun = this.#changes.length;
    try {
      return work();
    } finally {
      this.#undoTo(begun);
    }
  }

  undo(): void {
    this.#undoTo(0);
  }

  #undoTo(length: number): void {
    for (const change of this.#changes.splice(length).toReversed()) {
      this.#store.apply(change.collection, change.id, change.before, change.placeBefore);
    }
  }
}
