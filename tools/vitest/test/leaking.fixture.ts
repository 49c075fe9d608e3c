import { expect, test } from 'vitest';

test('passes, and fails when nobody looks', () => {
  setImmediate(() => {
    throw new Error('Nobody waits for this.');
  });
  expect(1 + 1).toBe(2);
});
