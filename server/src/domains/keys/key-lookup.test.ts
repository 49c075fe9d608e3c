import { expect, test, vi } from 'vitest';
import { createKeyLookup } from './key-lookup.ts';
import type { ActiveKey } from './store.ts';

const key = (digest: string): ActiveKey => ({ id: 1, digest, scopes: ['read'] });

/** A database whose reads answer when the test says so, with what is there when they begin. */
function driven() {
  const rows: ActiveKey[] = [];
  const reads: { readonly digests: readonly string[]; readonly answer: () => void }[] = [];
  const lookUp = createKeyLookup((digests) => {
    const found = rows.filter(({ digest }) => digests.includes(digest));
    const { promise, resolve } = Promise.withResolvers<readonly ActiveKey[]>();
    reads.push({ digests, answer: () => resolve(found) });
    return promise;
  });
  const begun = (count: number) => vi.waitUntil(() => reads.length === count, { interval: 1 });
  return { rows, reads, lookUp, begun };
}

test('a key that is made while another look is under way is found', async () => {
  const { rows, reads, lookUp, begun } = driven();
  const before = lookUp('a');
  await begun(1);
  rows.push(key('a'));
  const after = lookUp('a');
  reads[0]!.answer();
  expect(await before).toBeUndefined();
  await begun(2);
  reads[1]!.answer();
  expect(await after).toEqual({ keyId: 1, scopes: ['read'] });
});

test('many who guess at once share reads, of which one runs at a time', async () => {
  const { reads, lookUp, begun } = driven();
  const first = lookUp('first');
  await begun(1);
  const guesses = Array.from({ length: 200 }, (_, guess) => lookUp(`guess ${guess}`));
  reads[0]!.answer();
  await first;
  await begun(2);
  reads[1]!.answer();
  await begun(3);
  reads[2]!.answer();
  expect(new Set(await Promise.all(guesses))).toEqual(new Set([undefined]));
  expect(reads.map(({ digests }) => digests.length)).toEqual([1, 128, 72]);
});

test('a read that fails is told to those who waited for it, and to nobody else', async () => {
  const faults = [new Error('gone')];
  const lookUp = createKeyLookup(() => {
    const fault = faults.shift();
    return fault ? Promise.reject(fault) : Promise.resolve([key('a')]);
  });
  await expect(Promise.all([lookUp('a'), lookUp('b')])).rejects.toThrow('gone');
  expect(await lookUp('a')).toEqual({ keyId: 1, scopes: ['read'] });
});
