/** A hundredth of a millisecond each, up to two seconds; what took longer counts as that. */
const BUCKETS_PER_MS = 100;
const BUCKETS = 2_000 * BUCKETS_PER_MS;

export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Counts durations at a cost that does not disturb what is measured. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #maxMs = 0;

  add(durationMs: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.floor(durationMs * BUCKETS_PER_MS));
    this.#counts[bucket]! += 1;
    this.#total += 1;
    if (durationMs > this.#maxMs) this.#maxMs = durationMs;
  }

  summarize(): Latencies {
    return { p50Ms: this.#quantile(0.5), p99Ms: this.#quantile(0.99), maxMs: this.#maxMs };
  }

  /** The upper end of the bucket, so that nothing looks faster than it was. */
  #quantile(share: number): number {
    const wanted = Math.ceil(this.#total * share);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS - 1; bucket += 1) {
      seen += this.#counts[bucket]!;
      if (seen >= wanted) return Math.min((bucket + 1) / BUCKETS_PER_MS, this.#maxMs);
    }
    return this.#maxMs;
  }
}
