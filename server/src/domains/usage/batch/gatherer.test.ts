import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../platform/errors.ts';
import { Gatherer, type GathererOptions } from './gatherer.ts';

interface Item {
  readonly lane: number;
  readonly number: number;
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

  /** Resolves with the next batch that nobody has ended yet, once there is one. */
  async next(): Promise<Batch> {
    while (this.underWay.size === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onStart = resolve;
      await promise;
    }
    return [...this.underWay][0]!;
  }
}

function gathererOf(
  run: GathererOptions<Item, number>['run'],
  said: Partial<GathererOptions<Item, number>> = {},
): Gatherer<Item, number> {
  return new Gatherer<Item, number>({
    lanes: 2,
    mostItems: 4,
    mostWeight: 10,
    smallWeight: 4,
    worthWeight: 0,
    weightOf: (item) => item.weight ?? 1,
    run,
    ...said,
  });
}

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
    const first = [1, 2].map((number) => gatherer.submit(0, { lane: 0, number }));
    const batch = await runs.next();
    expect(numbersOf(batch)).toEqual([1, 2]);
    const second = [3, 4].map((number) => gatherer.submit(0, { lane: 0, number }));
    batch.end();
    expect(await Promise.all(first)).toEqual([1, 2]);
    const next = await runs.next();
    expect(numbersOf(next)).toEqual([3, 4]);
    next.end();
    expect(await Promise.all(second)).toEqual([3, 4]);
  });

  test('runs a heavy item by itself, however heavy', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run, { lanes: 1 });
    const weights = [1, 99, 1];
    const results = weights.map((weight, number) =>
      gatherer.submit(0, { lane: 0, number, weight }),
    );
    await endAll(runs, results);
    expect(runs.started.map(numbersOf)).toEqual([[0], [1], [2]]);
  });

  test('keeps order in a lane, bounds in a batch, and lanes to themselves', async () => {
    const item = fc.record({
      lane: fc.nat({ max: 2 }),
      weight: fc.integer({ min: 1, max: 12 }),
      isLater: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 60 }), async (drawn) => {
        const runs = new Runs();
        const lanesUnderWay: number[][] = [];
        const gatherer = gathererOf(
          async (items) => {
            const lanes = [...new Set(items.map((each) => each.lane))];
            const others = [...runs.underWay].flatMap((batch) => batch.items);
            lanesUnderWay.push(lanes.filter((lane) => others.some((each) => each.lane === lane)));
            return runs.run(items);
          },
          { lanes: 3 },
        );
        const items = drawn.map((each, number) => ({ ...each, number }));
        const now = items.filter((each) => !each.isLater);
        const later = items.filter((each) => each.isLater);
        const results = now.map((each) => gatherer.submit(each.lane, each));
        if (results.length > 0) await runs.next();
        results.push(...later.map((each) => gatherer.submit(each.lane, each)));
        await endAll(runs, results);
        expect(await Promise.all(results)).toEqual([...now, ...later].map((each) => each.number));
        expect(lanesUnderWay.flat()).toEqual([]);
        for (const lane of [0, 1, 2]) {
          const ofLane = (all: readonly Item[]): Item[] => all.filter((each) => each.lane === lane);
          const ran = runs.started.flatMap((batch) => ofLane(batch.items));
          expect(ran).toEqual(ofLane([...now, ...later]));
          for (const batch of runs.started.map((each) => ofLane(each.items))) {
            const weight = batch.reduce((sum, each) => sum + (each.weight ?? 1), 0);
            expect(batch.length).toBeLessThanOrEqual(4);
            if (batch.length > 1) expect(weight).toBeLessThanOrEqual(10);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('runs a lane with much to do beside the small batch that the others share', async () => {
    const runs = new Runs();
    const gatherer = gathererOf(runs.run);
    const results = [1, 2, 3, 4, 5].map((number) => gatherer.submit(0, { lane: 0, number }));
    results.push(gatherer.submit(1, { lane: 1, number: 6 }));
    await runs.next();
    expect(runs.started.map(numbersOf)).toEqual([[1, 2, 3, 4], [6]]);
    await endAll(runs, results);
  });
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
    const results = numbers.map((number) => gatherer.submit(0, { lane: 0, number }));
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
    await expect(gatherer.submit(0, { lane: 0, number: 13 })).rejects.toBeInstanceOf(TypeError);
    await expect(gatherer.submit(0, { lane: 0, number: 1 })).resolves.toBe(1);
  });

  test('is not tried again where nobody knows whether the batch was booked', async () => {
    let batches = 0;
    const lost = new AppError({ code: 'lost', kind: 'unavailable' }, { message: 'Cut off.' });
    const gatherer = gathererOf(async () => {
      batches += 1;
      throw lost;
    });
    const results = [1, 2, 3].map((number) => gatherer.submit(0, { lane: 0, number }));
    const ends = await Promise.allSettled(results);
    expect(ends.every((end) => end.status === 'rejected' && end.reason === lost)).toBe(true);
    expect(batches).toBe(1);
  });
});

describe('a confirmation', () => {
  test('comes before the answers, while the next batch runs already', async () => {
    const runs = new Runs();
    const confirmed = Promise.withResolvers<void>();
    const gatherer = gathererOf(runs.run, { confirm: () => confirmed.promise });
    const answered: number[] = [];
    const submit = (number: number): Promise<number> => {
      const result = gatherer.submit(0, { lane: 0, number });
      void result.then((value) => answered.push(value));
      return result;
    };
    const first = submit(1);
    (await runs.next()).end();
    const second = submit(2);
    (await runs.next()).end();
    expect(answered).toEqual([]);
    confirmed.resolve();
    await Promise.all([first, second]);
    expect(answered).toEqual([1, 2]);
  });

  test('that fails refuses all that waited for it', async () => {
    const gatherer = gathererOf(async (items) => items.map((item) => item.number), {
      confirm: () => Promise.reject(new RangeError('the disk is full')),
    });
    const results = [1, 2].map((number) => gatherer.submit(0, { lane: 0, number }));
    for (const result of results) await expect(result).rejects.toBeInstanceOf(RangeError);
  });

  test('is worth waiting for when little has come meanwhile', async () => {
    const runs = new Runs();
    const confirmed = Promise.withResolvers<void>();
    const options = { worthWeight: 3, confirm: () => confirmed.promise };
    const gatherer = gathererOf(runs.run, options);
    const results = [gatherer.submit(0, { lane: 0, number: 1 })];
    (await runs.next()).end();
    results.push(gatherer.submit(0, { lane: 0, number: 2 }));
    await Promise.resolve();
    results.push(gatherer.submit(0, { lane: 0, number: 3 }));
    confirmed.resolve();
    await endAll(runs, results);
    expect(runs.started.map(numbersOf)).toEqual([[1], [2, 3]]);
  });
});

describe('closing', () => {
  test('waits for all that was accepted and refuses what comes later', async () => {
    const runs = new Runs();
    const confirmed = Promise.withResolvers<void>();
    const gatherer = gathererOf(runs.run, { confirm: () => confirmed.promise });
    const results = [1, 2, 3, 4, 5].map((number) => gatherer.submit(0, { lane: 0, number }));
    let isClosed = false;
    const closed = gatherer.close().then(() => {
      isClosed = true;
    });
    await expect(gatherer.submit(0, { lane: 0, number: 9 })).rejects.toMatchObject({
      code: 'shutting_down',
    });
    (await runs.next()).end();
    (await runs.next()).end();
    expect(isClosed).toBe(false);
    confirmed.resolve();
    await closed;
    expect(await Promise.all(results)).toEqual([1, 2, 3, 4, 5]);
  });

  test('is over at once where nothing is under way, and for everybody who asks', async () => {
    await gathererOf(async () => []).close();
    const runs = new Runs();
    const gatherer = gathererOf(runs.run);
    const result = gatherer.submit(0, { lane: 0, number: 1 });
    const both = Promise.all([gatherer.close(), gatherer.close()]);
    (await runs.next()).end();
    await both;
    await expect(result).resolves.toBe(1);
  });
});
