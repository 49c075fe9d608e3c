import { AppError, SHUTTING_DOWN } from '../../../platform/errors.ts';

export interface GathererOptions<Item, Result> {
  readonly lanes: number;
  /** How many items, and how much weight of them, one batch holds at most. */
  readonly mostItems: number;
  readonly mostWeight: number;
  weightOf(item: Item): number;
  /** Answers a result for each item, in their order. */
  run(items: readonly Item[]): Promise<Result[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane<Item, Result> {
  waiting: Waiting<Item, Result>[];
  isBusy: boolean;
}

/**
 * Gathers items that arrive while a batch is under way into the next one, so that many callers
 * share a round trip and a commit. Within a lane batches run one after the other, and items in
 * the order of their arrival; items that touch the same rows belong in one lane. There is no
 * delay to wait for more: an idle lane starts at once.
 */
export class Gatherer<Item, Result> {
  readonly #options: GathererOptions<Item, Result>;
  readonly #lanes: Lane<Item, Result>[];
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: GathererOptions<Item, Result>) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => ({ waiting: [], isBusy: false }));
  }

  get laneCount(): number {
    return this.#lanes.length;
  }

  submit(laneNumber: number, item: Item): Promise<Result> {
    if (this.#isClosed) return Promise.reject(shuttingDown());
    const lane = this.#lanes[laneNumber]!;
    return new Promise((resolve, reject) => {
      lane.waiting.push({ item, resolve, reject });
      if (lane.isBusy) return;
      lane.isBusy = true;
      // After this turn of the event loop, so that requests which arrived together stay together.
      setImmediate(() => void this.#work(lane));
    });
  }

  /** Refuses what comes from now on, and resolves when all that came before is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#isIdle()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await promise;
  }

  async #work(lane: Lane<Item, Result>): Promise<void> {
    while (lane.waiting.length > 0) await this.#runBatch(this.#takeBatch(lane));
    lane.isBusy = false;
    if (this.#isIdle()) this.#onIdle?.();
  }

  #takeBatch(lane: Lane<Item, Result>): Waiting<Item, Result>[] {
    const { mostItems, mostWeight } = this.#options;
    let count = 0;
    let weight = 0;
    while (count < lane.waiting.length && count < mostItems) {
      weight += this.#options.weightOf(lane.waiting[count]!.item);
      if (count > 0 && weight > mostWeight) break;
      count += 1;
    }
    return lane.waiting.splice(0, count);
  }

  async #runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((waiting) => waiting.item));
      for (const [index, waiting] of batch.entries()) waiting.resolve(results[index]!);
    } catch (error) {
      if (batch.length === 1 || error instanceof AppError) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // A bug in one item's data must not fail the others; the batch wrote nothing.
      for (const waiting of batch) await this.#runBatch([waiting]);
    }
  }

  #isIdle(): boolean {
    return this.#lanes.every((lane) => !lane.isBusy);
  }
}

function shuttingDown(): AppError {
  return new AppError(SHUTTING_DOWN, {
    message: 'This process is shutting down.',
    retryAfterSeconds: 1,
  });
}
