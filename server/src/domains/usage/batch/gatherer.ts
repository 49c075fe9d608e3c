import { AppError, SHUTTING_DOWN } from '../../../platform/errors.ts';

export interface GathererOptions<Item, Result> {
  readonly lanes: number;
  /** How many items, and how much weight of them, one batch holds at most. */
  readonly mostItems: number;
  readonly mostWeight: number;
  /** Up to this much waiting weight is not worth a batch of its own beside another. */
  readonly smallWeight: number;
  /** Below this weight a batch waits for more, as long as an earlier one is unconfirmed. */
  readonly worthWeight: number;
  weightOf(item: Item): number;
  /** Answers a result for each item, in their order. */
  run(items: readonly Item[]): Promise<Result[]>;
  /**
   * Awaited before the results of a batch are given, while the batches after it run already. Items
   * whose confirmation fails are rejected with its error.
   */
  confirm?(): Promise<void>;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface Lane<Item, Result> {
  waiting: Waiting<Item, Result>[];
  waitingWeight: number;
  isBusy: boolean;
}

/**
 * Gathers items that arrive while a batch is under way into the next one, so that many callers
 * share a round trip and a commit. Within a lane batches run one after the other, and items in
 * the order of their arrival; items that touch the same rows belong in one lane. There is no
 * delay to wait for more: what arrives at an idle gatherer starts at once.
 *
 * A batch costs something however few items it holds, so small work of all lanes shares one batch
 * at a time; a lane with much waiting runs beside it on its own.
 */
export class Gatherer<Item, Result> {
  readonly #options: GathererOptions<Item, Result>;
  readonly #lanes: Lane<Item, Result>[];
  #isSmallUnderWay = false;
  #unconfirmed = 0;
  #isScheduled = false;
  #isClosed = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: GathererOptions<Item, Result>) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.lanes }, () => ({
      waiting: [],
      waitingWeight: 0,
      isBusy: false,
    }));
  }

  get laneCount(): number {
    return this.#lanes.length;
  }

  submit(laneNumber: number, item: Item): Promise<Result> {
    if (this.#isClosed) return Promise.reject(shuttingDown());
    const lane = this.#lanes[laneNumber]!;
    const weight = this.#options.weightOf(item);
    return new Promise((resolve, reject) => {
      lane.waiting.push({ item, weight, resolve, reject });
      lane.waitingWeight += weight;
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

  #startBatches(): void {
    for (const lane of this.#lanes) {
      const isLarge = lane.waitingWeight > this.#options.smallWeight;
      if (isLarge && !lane.isBusy) void this.#runLanes([lane]);
    }
    if (this.#isSmallUnderWay) return;
    const lanes = this.#lanes.filter((lane) => !lane.isBusy && lane.waiting.length > 0);
    if (lanes.length === 0 || this.#isWorthWaiting(lanes)) return;
    this.#isSmallUnderWay = true;
    void this.#runLanes(lanes).then(() => {
      this.#isSmallUnderWay = false;
      this.#startBatches();
    });
  }

  /** While earlier batches wait to be confirmed, a few items wait with them for company. */
  #isWorthWaiting(lanes: readonly Lane<Item, Result>[]): boolean {
    if (this.#unconfirmed === 0) return false;
    const weight = lanes.reduce((sum, lane) => sum + lane.waitingWeight, 0);
    return weight < this.#options.worthWeight;
  }

  async #runLanes(lanes: readonly Lane<Item, Result>[]): Promise<void> {
    const batch = lanes.flatMap((lane) => this.#take(lane));
    for (const lane of lanes) lane.isBusy = true;
    await this.#runBatch(batch);
    for (const lane of lanes) lane.isBusy = false;
    this.#startBatches();
    if (this.#isIdle()) this.#idle?.resolve();
  }

  #take(lane: Lane<Item, Result>): Waiting<Item, Result>[] {
    const { mostItems, mostWeight } = this.#options;
    let count = 0;
    let weight = 0;
    for (const waiting of lane.waiting) {
      if (count === mostItems || (count > 0 && weight + waiting.weight > mostWeight)) break;
      count += 1;
      weight += waiting.weight;
    }
    lane.waitingWeight -= weight;
    return lane.waiting.splice(0, count);
  }

  async #runBatch(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map((waiting) => waiting.item));
      void this.#confirm(batch, results);
    } catch (error) {
      if (batch.length === 1 || error instanceof AppError) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // A bug in one item's data must not fail the others; the batch wrote nothing.
      for (const waiting of batch) await this.#runBatch([waiting]);
    }
  }

  async #confirm(batch: readonly Waiting<Item, Result>[], results: Result[]): Promise<void> {
    this.#unconfirmed += 1;
    try {
      await this.#options.confirm?.();
      for (const [index, waiting] of batch.entries()) waiting.resolve(results[index]!);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    } finally {
      this.#unconfirmed -= 1;
      this.#startBatches();
      if (this.#isIdle()) this.#idle?.resolve();
    }
  }

  #isIdle(): boolean {
    const isWaiting = this.#lanes.some((lane) => lane.isBusy || lane.waiting.length > 0);
    return !isWaiting && this.#unconfirmed === 0;
  }
}

function shuttingDown(): AppError {
  return new AppError(SHUTTING_DOWN, {
    message: 'This process is shutting down.',
    retryAfterSeconds: 1,
  });
}
