import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputChecks, isIdempotencyKey, isText, isUserId, pointerToken } from './input-checks.ts';

const metadata = inputChecks['metadata']!;

test('a check that passes explains nothing, and one that refuses says where', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const passes = metadata.test(value);
      const { pointer, message } = metadata.explain(value);
      if (passes) {
        expect(typeof value === 'object' && value !== null && !Array.isArray(value)).toBe(true);
        return;
      }
      expect(pointer).toMatch(/^(\/.*)?$/s);
      expect(message).not.toBe('');
    }),
  );
});

test('metadata within its bounds passes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc
          .string({ minLength: 1, unit: 'grapheme' })
          .filter((key) => isText(key) && key !== '__proto__'),
        fc.oneof(
          fc.string({ unit: 'grapheme' }).filter(isText),
          fc.maxSafeInteger(),
          fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
          fc.boolean(),
          fc.constant(null),
        ),
        { maxKeys: 50 },
      ),
      (value) => {
        expect(metadata.test(value)).toBe(true);
      },
    ),
  );
});

test('the size of metadata counts bytes, not characters', () => {
  const of = (length: number) => ({ a: 'é'.repeat(length) });
  // {"a":"..."} takes 8 bytes itself, and each é two.
  expect(metadata.test(of((16_384 - 8) / 2))).toBe(true);
  expect(metadata.test(of((16_384 - 8) / 2 + 1))).toBe(false);
});

test('fifty keys and five levels are the most', () => {
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
  expect(metadata.test(keys(50))).toBe(true);
  expect(metadata.test(keys(51))).toBe(false);
  expect(metadata.test({ list: Array.from({ length: 100 }, () => 1) })).toBe(true);
  expect(metadata.test({ a: { b: { c: { d: { e: 1 } } } } })).toBe(true);
  expect(metadata.test({ a: { b: { c: { d: { e: {} } } } } })).toBe(false);
});

test('ids of users and idempotency keys', () => {
  for (const id of ['u', 'A-z_0.9:@|', 'u'.repeat(255), '...']) expect(isUserId(id)).toBe(true);
  for (const id of ['', '.', '..', 'a b', 'a/b', 'a\n', 'ü', 'u'.repeat(256)]) {
    expect(isUserId(id)).toBe(false);
  }
  for (const key of ['k', 'a b', '~!', 'k'.repeat(255)]) expect(isIdempotencyKey(key)).toBe(true);
  for (const key of ['', ' a', 'a ', 'a\tb', 'ä', 'k'.repeat(256)]) {
    expect(isIdempotencyKey(key)).toBe(false);
  }
});

test('a step of a pointer is escaped, short and well-formed', () => {
  expect(pointerToken('a/b~c')).toBe('a~1b~0c');
  expect(pointerToken('\ud800')).toBe('\ufffd');
  expect(pointerToken('x'.repeat(1_000))).toHaveLength(103);
});
