import { expect, test } from 'vitest';
import { createKeyCache } from './key-cache.ts';
import type { ActiveKey } from './store.ts';

const key = (digest: string): ActiveKey => ({ id: 1, digest, scopes: ['read'] });

/** A cache over rows that the test changes, on a clock that the test moves. */
function driven() {
  const state = {
    nowMs: 1_000,
    rows: [key('a')] as readonly ActiveKey[],
    reads: 0,
    fault: undefined as Error | undefined,
  };
  const cache = createKeyCache({
    elapsedMs: () => state.nowMs,
    read: () => {
      state.reads += 1;
      return state.fault ? Promise.reject(state.fault) : Promise.resolve(state.rows);
    },
  });
  const knows = async (digest: string) => (await cache.find(digest)) !== undefined;
  return { state, cache, knows };
}

test('what was read lately answers at once, without another read', async () => {
  const { state, cache, knows } = driven();
  expect(await knows('a')).toBe(true);
  state.nowMs += 100;
  expect(cache.find('a')).toEqual({ keyId: 1, scopes: ['read'] });
  expect(state.reads).toBe(1);
});

test('many who ask at the same time share one read', async () => {
  const { state, knows } = driven();
  expect(await Promise.all(Array.from({ length: 100 }, () => knows('a')))).not.toContain(false);
  expect(state.reads).toBe(1);
});

test('a key revoked elsewhere works for less than a second, announced or not', async () => {
  const { state, knows } = driven();
  expect(await knows('a')).toBe(true);
  state.rows = [];
  state.nowMs += 899;
  // This answer may still be the old one, and has the next read begin.
  await knows('a');
  state.nowMs += 1;
  expect(await knows('a')).toBe(false);
});

test('under steady use nobody waits: it is read again before it is too old', async () => {
  const { state, cache, knows } = driven();
  await knows('a');
  for (let step = 0; step < 20; step += 1) {
    state.nowMs += 250;
    expect(cache.find('a')).not.toBeInstanceOf(Promise);
    // Lets the read that was begun arrive.
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(state.reads).toBeGreaterThan(5);
});

test('after an announcement only a read that began later counts', async () => {
  const slow = Promise.withResolvers<readonly ActiveKey[]>();
  const results = [slow.promise, Promise.resolve<readonly ActiveKey[]>([])];
  let nowMs = 1_000;
  const cache = createKeyCache({ elapsedMs: () => nowMs, read: () => results.shift()! });
  const early = cache.find('a');
  nowMs += 1;
  cache.invalidate();
  nowMs += 1;
  expect(await cache.find('a')).toBeUndefined();
  // The first read arrives late, with what was true before the announcement.
  slow.resolve([key('a')]);
  await early;
  expect(cache.find('a')).toBeUndefined();
});

test('guesses do not have it read again', async () => {
  const { state, knows } = driven();
  await knows('a');
  state.nowMs += 399;
  for (let guess = 0; guess < 50; guess += 1) expect(await knows(`guess ${guess}`)).toBe(false);
  expect(state.reads).toBe(1);
});

test('when keys cannot be read, whoever needs the read is told', async () => {
  const { state, cache, knows } = driven();
  await knows('a');
  state.fault = new Error('gone');
  state.nowMs += 500;
  expect(cache.find('a')).toEqual({ keyId: 1, scopes: ['read'] });
  state.nowMs += 500;
  await expect(cache.find('a')).rejects.toThrow('gone');
  state.fault = undefined;
  expect(await knows('a')).toBe(true);
});
