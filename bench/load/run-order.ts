import { exchangesOf, type Shared } from './exchange.ts';
import { Histogram } from './histogram.ts';
import { createLine } from './line.ts';
import type { FromLoad, LoadOrder, LoadResult } from './order.ts';

export type Tell = (message: FromLoad) => void;

/** Carries out an order; what it was answered adds to the shared tally. */
export async function runOrder(
  order: LoadOrder,
  shared: Shared,
  tell: Tell,
): Promise<Omit<LoadResult, 'acknowledged'>> {
  const stretch = new Stretch(tell);
  const end = endOf(order, stretch);
  const makeExchange = exchangesOf(order, shared);
  const lines = Array.from({ length: order.connections }, () =>
    createLine({
      at: shared.start,
      exchange: makeExchange(),
      mayBegin: () => end.mayBegin(),
      onAnswer: (durationMs, units) => stretch.count(durationMs, units),
    }),
  );
  const progress = setInterval(() => tell({ kind: 'progress', answers: stretch.total }), 1_000);
  try {
    await Promise.all(lines.map((line) => line.opened()));
    end.begin();
    await Promise.all(lines.map((line) => line.run()));
    end.finish();
    return stretch.result();
  } finally {
    clearInterval(progress);
    for (const line of lines) line.close();
  }
}

/** When an order begins to count, and when it has asked enough. */
interface End {
  begin(): void;
  mayBegin(): boolean;
  /** All is answered. */
  finish(): void;
}

function endOf({ extent }: LoadOrder, stretch: Stretch): End {
  if (extent.kind === 'questions') {
    let left = extent.questions;
    return {
      begin: () => stretch.begin(),
      mayBegin: () => left-- > 0,
      finish: () => stretch.end(),
    };
  }
  let isOver = false;
  const { warmUpMs, measureMs } = extent;
  const end = (): void => {
    isOver = true;
  };
  return {
    begin() {
      setTimeout(() => {
        stretch.beginAtNextAnswer(() => setTimeout(() => stretch.endAtNextAnswer(end), measureMs));
      }, warmUpMs);
    },
    mayBegin: () => !isOver,
    finish: () => undefined,
  };
}

/**
 * The measured part of a run. With few long requests it begins and ends with an answer: a time in
 * between would count some work without its answer, or the reverse.
 */
class Stretch {
  readonly #histogram = new Histogram();
  readonly #tell: Tell;
  #isOpen = false;
  #atNextAnswer: (() => void) | undefined;
  #startedMs = 0;
  #elapsedMs = 0;
  #units = 0;
  #cpu = process.cpuUsage();
  #cpuMs = 0;
  /** Answers before the stretch and in it. */
  total = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  begin(): void {
    this.#tell({ kind: 'measuring' });
    this.#isOpen = true;
    this.#cpu = process.cpuUsage();
    this.#startedMs = performance.now();
  }

  beginAtNextAnswer(begun: () => void): void {
    this.#atNextAnswer = () => {
      this.begin();
      begun();
    };
  }

  endAtNextAnswer(ended: () => void): void {
    this.#atNextAnswer = () => {
      this.end();
      ended();
    };
  }

  count(durationMs: number, units: number): void {
    this.total += 1;
    if (this.#isOpen) {
      this.#histogram.add(durationMs);
      this.#units += units;
    }
    const due = this.#atNextAnswer;
    this.#atNextAnswer = undefined;
    due?.();
  }

  end(): void {
    this.#elapsedMs = performance.now() - this.#startedMs;
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpuMs = (user + system) / 1_000;
    this.#isOpen = false;
    this.#tell({ kind: 'measured' });
  }

  result(): Omit<LoadResult, 'acknowledged'> {
    return {
      elapsedMs: this.#elapsedMs,
      units: this.#units,
      latencies: this.#histogram.summarize(),
      cpuMs: this.#cpuMs,
    };
  }
}
