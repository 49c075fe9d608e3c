import type { Clock } from '../clock.ts';
import { clockOffsets, OWN_CLOCK } from './clock-offset.ts';
import type { Journal } from './journal.ts';
import type { Change, Store } from './store.ts';
import { TimerQueue, timers, type Timer } from './timers.ts';
import { Tx, type Origin } from './transaction.ts';

/** What happens when a timer of a kind falls due: by then the clock shows its instant. */
export type TimerHandlers = Readonly<Record<string, (tx: Tx, subject: string) => void>>;

export interface DeedsOptions {
  readonly store: Store;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly seed: string;
}

/** A deed that is over: kept or not. */
export type Outcome<T> =
  | { readonly kind: 'kept'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * The journal does not take a deed, as where the disk is full: the deed was undone, and may be
 * asked for again.
 */
export class NotKept extends Error {
  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The sandbox cannot write its journal, so nothing was done: ${reason}`, { cause });
  }
}

const NOBODY: Origin = { requestId: null, idempotencyKey: null };

interface DeedOptions {
  readonly origin?: Origin;
  readonly nowSeconds?: number;
  /** Whether what was done before an error stays, as a declined payment's charge does. */
  readonly keeps?: (error: unknown) => boolean;
}

/** Carries deeds out one after the other, each kept in the journal before it is told of. */
export class Deeds {
  readonly #options: DeedsOptions;
  readonly #queue: TimerQueue;
  #isRunning = false;
  /** Called after each deed that changed something. */
  onKept: (changes: readonly Change[]) => void = () => undefined;

  constructor(options: DeedsOptions) {
    this.#options = options;
    const { store } = options;
    this.#queue = new TimerQueue((timer) => store.find(timers, timer.id) === timer);
    for (const timer of store.oldestFirst(timers)) this.#queue.add(timer);
  }

  /** Epoch seconds of the sandbox's own clock. */
  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  nowMs(): number {
    const { clock, store } = this.#options;
    const offset = store.find(clockOffsets, OWN_CLOCK)?.seconds ?? 0;
    return clock() + offset * 1000;
  }

  /** Runs a deed and keeps it, or undoes it where it throws. */
  run<T>(
    work: (tx: Tx) => T,
    { origin = NOBODY, nowSeconds = this.nowSeconds(), keeps = () => false }: DeedOptions = {},
  ): Outcome<T> {
    if (this.#isRunning) throw new Error('a deed was begun within another');
    const { store, seed } = this.#options;
    const tx = new Tx({ store, seed, nowSeconds, origin });
    this.#isRunning = true;
    const outcome = attempt(tx, work);
    this.#isRunning = false;
    if (outcome.kind === 'failed' && !keeps(outcome.error)) {
      tx.undo();
      return outcome;
    }
    return this.#keep(tx) ?? outcome;
  }

  /** The soonest timer of a clock, if it is due by an instant. */
  due(clock: string | null, bySeconds: number): Timer | undefined {
    const first = this.#queue.first(clock);
    return first !== undefined && first.at <= bySeconds ? first : undefined;
  }

  /** Forgets everything, in a sandbox that lives in memory only. */
  reset(): void {
    this.#options.store.clear();
    this.#queue.clear();
  }

  /** Answers why it could not be kept, or nothing: what is not in the journal has not happened. */
  #keep(tx: Tx): { readonly kind: 'failed'; readonly error: unknown } | undefined {
    if (tx.changes.length === 0) return undefined;
    try {
      this.#options.journal.append(tx.changes);
    } catch (error) {
      tx.undo();
      return { kind: 'failed', error: new NotKept(error) };
    }
    for (const { collection, after } of tx.changes) {
      if (collection.name === timers.name && after !== undefined) this.#queue.add(after as Timer);
    }
    this.onKept(tx.changes);
    return undefined;
  }
}

function attempt<T>(tx: Tx, work: (tx: Tx) => T): Outcome<T> {
  try {
    return { kind: 'kept', value: work(tx) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
