import { setImmediate as nextTurn } from 'node:timers/promises';
import { ADVANCING, arrive, showTime, testClocks, type TestClockRow } from './test-clock.ts';
import { NotKept, type Deeds, type Outcome, type TimerHandlers } from '../engine/deeds.ts';
import type { Store } from '../engine/store.ts';
import { timers, type Timer } from '../engine/timers.ts';
import type { Tx } from '../engine/transaction.ts';

export interface TimeKeeperOptions {
  readonly store: Store;
  readonly deeds: Deeds;
  readonly handlers: TimerHandlers;
  readonly onFault: (error: unknown) => void;
}

/** How many due timers are run before others get a turn. */
const TURN = 200;
/** Bounds what one request waits for where a handler sets itself again and again. */
const MOST_TURNS = 5_000;
const LONGEST_WAIT_MS = 60_000;
/** How long to wait before a journal that could not be written is tried again. */
const NOT_KEPT_WAIT_MS = 1_000;

/**
 * Lets what is due happen, each at its own instant and in the order of instants, so that it makes
 * no difference how far a clock is moved at once.
 */
export class TimeKeeper {
  readonly #options: TimeKeeperOptions;
  #wake: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isStopped = false;
  /** Whether the journal did not take what was due. */
  #isHeldUp = false;
  #settled: PromiseWithResolvers<void> | undefined;

  constructor(options: TimeKeeperOptions) {
    this.#options = options;
  }

  /** Runs what is due by the sandbox's own clock; answers whether some of it is left for later. */
  catchUp(): boolean {
    const { deeds } = this.#options;
    for (let done = 0; done < TURN; done += 1) {
      const timer = deeds.due(null, deeds.nowSeconds());
      if (timer === undefined || !this.#fire(timer)) return false;
    }
    this.poke();
    return true;
  }

  /** Resolves when all that is due has happened; others get their turns meanwhile. */
  async caughtUp(): Promise<void> {
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      if (!this.catchUp()) return;
      await nextTurn();
    }
  }

  /** Looks for what is to be done, once the present deed is over. */
  poke(): void {
    if (this.#isScheduled || this.#isStopped) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (!this.#isStopped) this.#takeTurn();
    });
  }

  /** Resolves when no test clock is on its way. */
  async settled(): Promise<void> {
    if (this.#advancing() === undefined) return;
    this.#settled ??= Promise.withResolvers<void>();
    this.poke();
    await this.#settled.promise;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#wake);
    this.#settled?.resolve();
  }

  #takeTurn(): void {
    this.#isHeldUp = false;
    this.catchUp();
    const clock = this.#advancing();
    if (clock !== undefined) this.#advance(clock);
    if (this.#isHeldUp) return this.#wakeIn(NOT_KEPT_WAIT_MS);
    if (clock !== undefined) return this.poke();
    this.#settled?.resolve();
    this.#settled = undefined;
    this.#sleep();
  }

  #advancing(): TestClockRow | undefined {
    const advancing = { index: 'state', key: ADVANCING };
    const [clock] = this.#options.store.oldestFirst(testClocks, advancing);
    return clock;
  }

  #advance({ id, target }: TestClockRow): void {
    const { deeds } = this.#options;
    for (let done = 0; done < TURN; done += 1) {
      const timer = deeds.due(id, target!);
      if (timer === undefined) {
        this.#isKept(deeds.run((tx) => arrive(tx, id)));
        return;
      }
      if (!this.#fire(timer)) return;
    }
  }

  /**
   * Lets a timer happen at its instant, whatever the clock of the machine shows. Answers whether it
   * is over: it is not where the journal cannot be written, and then has to wait.
   */
  #fire(timer: Timer): boolean {
    const { deeds, handlers, onFault } = this.#options;
    const isOwn = timer.clock === null;
    const outcome = deeds.run(
      (tx) => {
        this.#begin(tx, timer);
        const handler = handlers[timer.kind];
        if (handler === undefined) throw new Error(`nothing is to be done for ${timer.kind}`);
        handler(tx, timer.subject);
      },
      isOwn ? { nowSeconds: timer.at } : {},
    );
    if (outcome.kind === 'kept' || outcome.error instanceof NotKept) return this.#isKept(outcome);
    onFault(outcome.error);
    // What cannot be done must not keep everything after it from happening.
    return this.#isKept(deeds.run((tx) => this.#begin(tx, timer)));
  }

  /** What the journal did not take is still due, and happens when it does. */
  #isKept(outcome: Outcome<void>): boolean {
    if (outcome.kind === 'kept') return true;
    this.#isHeldUp = true;
    this.#options.onFault(outcome.error);
    return false;
  }

  #begin(tx: Tx, timer: Timer): void {
    tx.remove(timers, timer.id);
    if (timer.clock !== null && tx.has(testClocks, timer.clock))
      showTime(tx, timer.clock, timer.at);
  }

  #sleep(): void {
    clearTimeout(this.#wake);
    const { deeds } = this.#options;
    const next = deeds.due(null, Number.MAX_SAFE_INTEGER);
    if (next === undefined) return;
    const waitMs = (next.at - deeds.nowSeconds()) * 1000;
    this.#wakeIn(Math.min(LONGEST_WAIT_MS, Math.max(1, waitMs)));
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => this.poke(), waitMs);
    this.#wake.unref();
  }
}
