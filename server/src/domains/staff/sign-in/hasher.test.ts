import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHasher, TEST_COST } from './hasher.ts';

test('a hash carries what it was made with, and nothing of the password', async () => {
  const kept = await createHasher().hash('correct horse battery');
  expect(kept).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
  const [salt, key] = kept.split('$').slice(3);
  const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 27 };
  const expected = scryptSync('correct horse battery', Buffer.from(salt ?? '', 'base64'), 32, cost);
  expect(key).toBe(expected.toString('base64'));
});

test('two hashes of one password differ, and hashes of other costs stay good', async () => {
  const cheap = createHasher(TEST_COST);
  const [one, other] = [await cheap.hash('a password'), await cheap.hash('a password')];
  expect(one).not.toBe(other);
  const present = createHasher();
  expect(await present.verify('a password', one)).toBe(true);
  expect(await present.verify('another', one)).toBe(false);
});

test('one letter may be typed in two ways', async () => {
  const hasher = createHasher(TEST_COST);
  expect(await hasher.verify('cafe\u0301 creme', await hasher.hash('caf\u00e9 creme'))).toBe(true);
});

test('nobody has no password, and it is compared all the same', async () => {
  const hasher = createHasher(TEST_COST);
  expect(await hasher.verify('', null)).toBe(false);
  expect(await hasher.verify('anything', null)).toBe(false);
});

test('whoever would wait behind too many others is told to come back', async () => {
  const hasher = createHasher(TEST_COST);
  const results = await Promise.allSettled(
    Array.from({ length: 60 }, () => hasher.verify('anything', null)),
  );
  const refused = results.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(8);
  expect(refused[0]).toMatchObject({ reason: { code: 'too_busy' } });
  expect(await hasher.verify('anything', null)).toBe(false);
});
