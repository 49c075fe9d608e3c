import { expect, test } from 'vitest';
import { createCipher } from './cipher.ts';
import { base32, codeOf, stepAt, stepOfCode } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

/** RFC 6238, appendix B, of which six of the eight digits are asked for here. */
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %i the code is %s', (seconds, code) => {
  expect(codeOf(SECRET, stepAt(seconds * 1_000))).toBe(code);
});

test('secrets are written as RFC 4648 has it', () => {
  expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
  expect(base32(SECRET)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
});

test('a code is good for a step to either side, and for no step that is past', () => {
  const nowMs = 1_000_000 * 30_000 + 15_000;
  const good = (code: string, lastStep: number | null) =>
    stepOfCode(SECRET, code, { nowMs, lastStep });
  for (const aside of [-1, 0, 1]) {
    expect(good(codeOf(SECRET, 1_000_000 + aside), null)).toBe(1_000_000 + aside);
  }
  for (const aside of [-2, 2])
    expect(good(codeOf(SECRET, 1_000_000 + aside), null)).toBe(undefined);
  expect(good(codeOf(SECRET, 1_000_000), 1_000_000)).toBe(undefined);
  expect(good(codeOf(SECRET, 1_000_001), 1_000_000)).toBe(1_000_001);
  expect(good('', null)).toBe(undefined);
});

test('a secret is read with its own key, for its own member, and whole', () => {
  const cipher = createCipher('one key of thirty-two characters');
  const sealed = cipher.seal(SECRET, '7');
  expect(sealed.includes(SECRET)).toBe(false);
  expect(cipher.open(sealed, '7')).toEqual(SECRET);
  expect(() => cipher.open(sealed, '8')).toThrow('authenticate');
  expect(() => createCipher('another').open(sealed, '7')).toThrow('authenticate');
  const bent = Buffer.from(sealed);
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
  expect(() => cipher.open(bent, '7')).toThrow('authenticate');
});
