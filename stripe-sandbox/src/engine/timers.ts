import { collection, type Row } from './collection.ts';
import { Heap } from './heap.ts';

/** Something that falls due at an instant: a period's end, a retry, an expiry. */
export interface Timer extends Row {
  /** The test clock by which it falls due; `null` for the sandbox's own clock. */
  readonly clock: string | null;
  /** Epoch seconds. */
  readonly at: number;
  readonly kind: string;
  /** The id of what it is about. */
  readonly subject: string;
  /** Among those of one instant, what was set first comes first. */
  readonly number: number;
}

const NO_CLOCK = 'none';

export const timers = collection<Timer>('timers', {
  clock: (timer) => clockKey(timer.clock),
  subject: (timer) => timer.subject,
});

export const timerId = (kind: string, subject: string): string => `${kind}:${subject}`;

export const clockKey = (clock: string | null): string => clock ?? NO_CLOCK;

function comesBefore(one: Timer, other: Timer): boolean {
  return one.at === other.at ? one.number < other.number : one.at < other.at;
}

const SMALL_HEAP = 64;

/** The timers of each clock, soonest first: heaps that forget what was replaced. */
export class TimerQueue {
  readonly #heaps = new Map<string, Heap<Timer>>();
  /** A heap is looked through whenever it has grown to twice what was left of it. */
  readonly #mostTimers = new Map<string, number>();
  readonly #stands: (timer: Timer) => boolean;

  /** @param stands whether a timer is still to happen, and was not replaced or taken away */
  constructor(stands: (timer: Timer) => boolean) {
    this.#stands = stands;
  }

  add(timer: Timer): void {
    const key = clockKey(timer.clock);
    let heap = this.#heaps.get(key);
    if (heap === undefined) this.#heaps.set(key, (heap = new Heap(comesBefore)));
    if (heap.size >= (this.#mostTimers.get(key) ?? SMALL_HEAP)) {
      heap.keepOnly(this.#stands);
      this.#mostTimers.set(key, Math.max(SMALL_HEAP, 2 * heap.size));
    }
    heap.push(timer);
  }

  /** The soonest that still stands; others are dropped. */
  first(clock: string | null): Timer | undefined {
    const key = clockKey(clock);
    const heap = this.#heaps.get(key);
    while (heap?.first !== undefined) {
      if (this.#stands(heap.first)) return heap.first;
      heap.shift();
    }
    this.#heaps.delete(key);
    this.#mostTimers.delete(key);
    return undefined;
  }

  clear(): void {
    this.#heaps.clear();
    this.#mostTimers.clear();
  }
}
