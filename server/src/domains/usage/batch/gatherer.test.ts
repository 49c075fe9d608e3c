import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../platform/errors.ts';
import { Gatherer, type GathererOptions, type Key } from './gatherer.ts';

interface Item {
  readonly number: number;
  readonly keys?: readonly Key[];
  readonly weight?: number;
}

/** A batch that is under way until the test ends it. */
interface Batch {
  readonly items: readonly Item[];
  end(): void;
  fail(error: unknown): void;
}

/** Runs batches one by one as the test says; each result is the number of its item. */
class Runs {
  readonly started: Batch[] = [];
  readonly underWay = new Set<Batch>();
  #onStart: (() => void) | undefined;

  readonly run = (items: readonly Item[]): Promise<number[]> => {
    const { promise, resolve, reject } = Promise.withResolvers<number[]>();
    const batch: Batch = {
      items,
      end: () => {
        this.underWay.delete(batch);
        resolve(items.map((item) => item.number));
      },
      fail: (error) => {
        this.underWay.delete(batch);
        reject(error);
      },
    };
    this.started.push(batch);
    this.underWay.add(batch);
    this.#onStart?.();
    return promise;
  };

  /** Resolves once so many batches have been started. */
  async until(count: number): Promise<void> {
    while (this.started.length < count) await this.#nextStart();
  }

  async #nextStart(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onStart = resolve;
    await promise;
  }

  /** Resolves with the next batch that nobody has ended yet, once there is one. */
  async next(): Promise<Batch> {
    while (this.underWay.size === 0) await this.#nextStart();
    return [...this.underWay][0]!;
  }
}

function gathererOf(
  run: GathererOptions<Item, number>['run'],
  said: Partial<GathererOptions<Item, number>> = {},
): Gatherer<Item, number> {
  return new Gatherer<Item, number>({
    mostBatches: 1,
    mostItems: 4,
    mostWeight: 10,
    weightOf: (item) => item.weight ?? 1,
    run,
    ...said,
  });
}

const keysOf = (item: Item): readonly Key[] => item.keys ?? [];
const numbersOf = (batch: Batch): number[] => batch.items.map((item) => item.number);

async function endAll(runs: Runs, results: readonly Promise<unknown>[]): Promise<void> {
  let isOver = false;
  const over = Promise.allSettled(results).then(() => {
    isOver = true;
  });
  while (!isOver) {
    const next = await Promise.race([runs.next(), over]);
    next?.end();
  }
}

describe('a gatherer', () => {
  test('puts what arrives together into one batch, and what comes then into the next', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run);
    const first = [1, 2].map((number) => gatherer.submit([], { number }));
    const batch = await runs.next();
    expect(numbersOf(batch)).toEqual([1, 2]);
    const second = [3, 4].map((number) => gatherer.submit([], { number }));
    batch.end();
    expect(await Promise.all(first)).toEqual([1, 2]);
    const next = await runs.next();
    expect(numbersOf(next)).toEqual([3, 4]);
    next.end();
    expect(await Promise.all(second)).toEqual([3, 4]);
  });

  test('runs a heavy item by itself, however heavy', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run);
    const weights = [1, 99, 1];
    const results = weights.map((weight, number) => gatherer.submit([], { number, weight }));
    await endAll(runs, results);
    expect(runs.started.map(numbersOf)).toEqual([[0], [1], [2]]);
  });

  test('keeps the order of a key, bounds in a batch, and no key in two batches', async () => {
    const item = fc.record({
      keys: fc.uniqueArray(fc.nat({ max: 5 }), { minLength: 1, maxLength: 3 }),
      weight: fc.integer({ min: 1, max: 12 }),
      isLater: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 60 }), async (drawn) => {
        const runs = new Runs();
        const disputed: Key[] = [];
        const gatherer = gathererOf(
          async (items) => {
            const others = [...runs.underWay].flatMap((batch) => batch.items.flatMap(keysOf));
            disputed.push(...items.flatMap(keysOf).filter((key) => others.includes(key)));
            expect(runs.underWay.size).toBeLessThan(3);
            return runs.run(items);
          },
          { mostBatches: 3 },
        );
        const items = drawn.map((each, number) => ({ ...each, number }));
        const now = items.filter((each) => !each.isLater);
        const later = items.filter((each) => each.isLater);
        const results = now.map((each) => gatherer.submit(each.keys, each));
        if (results.length > 0) await runs.next();
        results.push(...later.map((each) => gatherer.submit(each.keys, each)));
        await endAll(runs, results);
        expect(await Promise.all(results)).toEqual([...now, ...later].map((each) => each.number));
        expect(disputed).toEqual([]);
        for (const key of [0, 1, 2, 3, 4, 5]) {
          const ofKey = (all: readonly Item[]): number[] =>
            all.filter((each) => keysOf(each).includes(key)).map((each) => each.number);
          const ran = runs.started.flatMap((batch) => ofKey(batch.items));
          expect(ran).toEqual(ofKey([...now, ...later]));
        }
        for (const { items: ran } of runs.started) {
          const weight = ran.reduce((sum, each) => sum + (each.weight ?? 1), 0);
          expect(ran.length).toBeLessThanOrEqual(4);
          if (ran.length > 1) expect(weight).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('runs side by side what shares no key, and lets the rest pass those who wait', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run, { mostBatches: 2 });
    const submit = (number: number, key: Key): Promise<number> =>
      gatherer.submit([key], { number, keys: [key] });
    const first = submit(1, 'hot');
    const batch = await runs.next();
    const rest = [submit(2, 'hot'), submit(3, 'other'), submit(4, 'hot')];
    await runs.until(2);
    expect(runs.started.map(numbersOf)).toEqual([[1], [3]]);
    batch.end();
    await first;
    await endAll(runs, rest);
    expect(runs.started.map(numbersOf)).toEqual([[1], [3], [2, 4]]);
  });

  test('lets a few items wait for company beside a larger batch, but not for ever', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run, { mostBatches: 2 });
    const submit = (number: number): Promise<number> => gatherer.submit([number], { number });
    const large = [1, 2, 3, 4].map(submit);
    const batch = await runs.next();
    const few = [submit(5)];
    await new Promise(setImmediate);
    expect(runs.started.map(numbersOf)).toEqual([[1, 2, 3, 4]]);
    few.push(submit(6));
    await runs.until(2);
    expect(runs.started.map(numbersOf)).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    const last = submit(7);
    batch.end();
    await Promise.all(large);
    await endAll(runs, [...few, last]);
    expect(runs.started.map(numbersOf)).toEqual([[1, 2, 3, 4], [5, 6], [7]]);
  });
});

test('a batch that hangs keeps a few others waiting for a moment only', async () => {
  const runs = new Runs();
  const gatherer = gathererOf(runs.run, { mostBatches: 2 });
  const hanging = [1, 2, 3, 4].map((number) => gatherer.submit([number], { number }));
  await runs.until(1);
  const other = gatherer.submit([5], { number: 5 });
  await runs.until(2);
  expect(runs.started.map(numbersOf)).toEqual([[1, 2, 3, 4], [5]]);
  await endAll(runs, [...hanging, other]);
});

describe('an item that breaks its batch', () => {
  const poisoned = async (items: readonly Item[]): Promise<number[]> => {
    if (items.some((item) => item.number === 13)) throw new TypeError('a bug');
    return items.map((item) => item.number);
  };

  test('fails alone: the others are run without it, in their order', async () => {
    const ran: number[] = [];
    const gatherer = gathererOf(async (items) => {
      const results = await poisoned(items);
      ran.push(...results);
      return results;
    });
    const numbers = [11, 12, 13, 14];
    const results = numbers.map((number) => gatherer.submit([], { number }));
    const ends = await Promise.allSettled(results);
    expect(ends.map((end) => (end.status === 'fulfilled' ? end.value : end.status))).toEqual([
      11,
      12,
      'rejected',
      14,
    ]);
    expect(ran).toEqual([11, 12, 14]);
    await expect(results[2]).rejects.toBeInstanceOf(TypeError);
  });

  test('does not stop what comes after it', async () => {
    const gatherer = gathererOf(poisoned);
    await expect(gatherer.submit([], { number: 13 })).rejects.toBeInstanceOf(TypeError);
    await expect(gatherer.submit([], { number: 1 })).resolves.toBe(1);
  });

  test('is not tried again where nobody knows whether the batch was booked', async () => {
    let batches = 0;
    const lost = new AppError({ code: 'lost', kind: 'unavailable' }, { message: 'Cut off.' });
    const gatherer = gathererOf(async () => {
      batches += 1;
      throw lost;
    });
    const results = [1, 2, 3].map((number) => gatherer.submit([], { number }));
    const ends = await Promise.allSettled(results);
    expect(ends.every((end) => end.status === 'rejected' && end.reason === lost)).toBe(true);
    expect(batches).toBe(1);
  });
});

describe('closing', () => {
  test('waits for all that was accepted and refuses what comes later', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run);
    const results = [1, 2, 3, 4, 5].map((number) => gatherer.submit([], { number }));
    let isClosed = false;
    const closed = gatherer.close().then(() => {
      isClosed = true;
    });
    await expect(gatherer.submit([], { number: 9 })).rejects.toMatchObject({
      code: 'shutting_down',
    });
    (await runs.next()).end();
    const last = await runs.next();
    expect(isClosed).toBe(false);
    last.end();
    await closed;
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5]);
  });

  test('is over at once where nothing is under way, and for everybody who asks', async () => {
    await gathererOf(async () => []).close();
    const runs = new Runs();
    const gatherer = gathererOf(runs.run);
    const result = gatherer.submit([], { number: 1 });
    const both = Promise.all([gatherer.close(), gatherer.close()]);
    (await runs.next()).end();
    await both;
    await expect(result).resolves.toBe(1);
  });
});
