import { expect, test } from 'vitest';
import { shareCalls } from './shared-calls.ts';

interface Call {
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

interface HeldWork {
  readonly work: () => Promise<void>;
  /** How many calls have begun. */
  count(): number;
  /** Resolves when the call of that number, from 0, has begun. */
  call(number: number): Promise<Call>;
}

/** Work that goes on until the test ends it. */
function heldWork(): HeldWork {
  let begun = 0;
  const calls = Array.from({ length: 3 }, () => Promise.withResolvers<Call>());
  return {
    work() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      calls[begun]!.resolve({ end: resolve, fail: reject });
      begun += 1;
      return promise;
    },
    count: () => begun,
    call: (number) => calls[number]!.promise,
  };
}

test('who comes while a call is under way shares the next one, which begins later', async () => {
  const held = heldWork();
  const share = shareCalls(held.work);
  const first = share();
  const others = Promise.all([share(), share()]);
  expect(held.count()).toBe(1);
  (await held.call(0)).end();
  await first;
  (await held.call(1)).end();
  await others;
  expect(held.count()).toBe(2);
});

test('a call that fails fails for its own callers, and not for those of the next', async () => {
  const held = heldWork();
  const share = shareCalls(held.work);
  const ends = Promise.allSettled([share(), share()]);
  const fault = new Error('no disk');
  (await held.call(0)).fail(fault);
  (await held.call(1)).end();
  expect(await ends).toEqual([
    { status: 'rejected', reason: fault },
    { status: 'fulfilled', value: undefined },
  ]);
});

test('who comes after the last call has ended begins one at once', async () => {
  const held = heldWork();
  const share = shareCalls(held.work);
  const first = share();
  (await held.call(0)).end();
  await first;
  const second = share();
  expect(held.count()).toBe(2);
  (await held.call(1)).end();
  await second;
});
