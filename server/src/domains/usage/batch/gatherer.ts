import { AppError, SHUTTING_DOWN } from '../../../platform/errors.ts';

/** What two batches must not touch at the same time, such as an account. */
export type Key = string | number;

export interface GathererOptions<Item, Result> {
  /** How many batches run side by side. */
  readonly mostBatches: number;
  /** How many items, and how much weight of them, one batch holds at most. */
  readonly mostItems: number;
  readonly mostWeight: number;
  weightOf(item: Item): number;
  /** Answers a result for each item, in their order. */
  run(items: readonly Item[]): Promise<Result[]>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly keys: readonly Key[];
  readonly weight: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch that could start now, and how it leaves the queue. */
interface Candidate<Item, Result> {
  readonly batch: Waiting<Item, Result>[];
  readonly passed: Waiting<Item, Result>[];
}

/** A few items wait no longer for company than this, however long the other batch takes. */
const PATIENCE_MS = 20;

/** How many items are looked at behind one that has to wait. */
const MOST_PASSED = 512;

/**
 * Gathers items that arrive while batches are under way into the next one, so that many callers
 * share a round trip and a commit. Batches run side by side, but never two on the same key, and
 * items of one key in the order of their arrival. There is no delay to wait for more: what arrives
 * at an idle gatherer starts at once. Beside others a batch starts once it is at least half as
 * large as they are, because each has a price of its own, however few items it holds.
 */
export class Gatherer<Item, Result> {
  readonly #options: GathererOptions<Item, Result>;
  readonly #busy = new Set<Key>();
  #waiting: Waiting<Item, Result>[] = [];
  #batchesUnderWay = 0;
  #itemsUnderWay = 0;
  #patience: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isClosed = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: GathererOptions<Item, Result>) {
    this.#options = options;
  }

  /** Rejects with what running the item's batch failed with. */
  submit(keys: readonly Key[], item: Item): Promise<Result> {
    if (this.#isClosed) return Promise.reject(shuttingDown());
    const weight = this.#options.weightOf(item);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, keys, weight, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // After this turn of the event loop, so that requests which arrived together stay together.
      setImmediate(() => {
        this.#isScheduled = false;
        this.#startBatches();
      });
    });
  }

  /** Refuses what comes from now on, and resolves when all that came before is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#isIdle()) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  #startBatches(isPatienceOver = false): void {
    while (this.#batchesUnderWay < this.#options.mostBatches) {
      const { batch, passed } = this.#candidate();
      if (batch.length === 0) return;
      if (this.#isSmall(batch.length) && !isPatienceOver) return this.#waitForCompany();
      this.#waiting = [...passed, ...this.#waiting.slice(batch.length + passed.length)];
      void this.#start(batch);
    }
  }

  /** Whether it would hold less than half of what those under way hold on average. */
  #isSmall(items: number): boolean {
    return items * 2 * this.#batchesUnderWay < this.#itemsUnderWay;
  }

  #waitForCompany(): void {
    if (this.#patience !== undefined) return;
    this.#patience = setTimeout(() => {
      this.#patience = undefined;
      this.#startBatches(true);
    }, PATIENCE_MS);
  }

  /** The first items that fit together and wait for nobody. */
  #candidate(): Candidate<Item, Result> {
    const { mostItems, mostWeight } = this.#options;
    const batch: Waiting<Item, Result>[] = [];
    const passed: Waiting<Item, Result>[] = [];
    const passedKeys = new Set<Key>();
    let weight = 0;
    for (const waiting of this.#waiting) {
      const isFull = batch.length > 0 && weight + waiting.weight > mostWeight;
      if (isFull || batch.length === mostItems || passed.length === MOST_PASSED) break;
      if (waiting.keys.some((key) => this.#busy.has(key) || passedKeys.has(key))) {
        passed.push(waiting);
        for (const key of waiting.keys) passedKeys.add(key);
      } else {
        batch.push(waiting);
        weight += waiting.weight;
      }
    }
    return { batch, passed };
  }

  async #start(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const keys = batch.flatMap((waiting) => waiting.keys);
    for (const key of keys) this.#busy.add(key);
    this.#batchesUnderWay += 1;
    this.#itemsUnderWay += batch.length;
    await this.#run(batch);
    for (const key of keys) this.#busy.delete(key);
    this.#batchesUnderWay -= 1;
    this.#itemsUnderWay -= batch.length;
    this.#startBatches();
    if (this.#isIdle()) this.#idle?.resolve();
  }

  async #run(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((waiting) => waiting.item));
      for (const [index, waiting] of batch.entries()) waiting.resolve(results[index]!);
    } catch (error) {
      if (batch.length === 1 || error instanceof AppError) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // A bug in one item's data must not fail the others; the batch wrote nothing.
      for (const waiting of batch) await this.#run([waiting]);
    }
  }

  #isIdle(): boolean {
    return this.#batchesUnderWay === 0 && this.#waiting.length === 0;
  }
}

function shuttingDown(): AppError {
  return new AppError(SHUTTING_DOWN, {
    message: 'This process is shutting down.',
    retryAfterSeconds: 1,
  });
}
