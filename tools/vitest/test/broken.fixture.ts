import { expect, test } from 'vitest';

test('is never run, since the file does not load', () => {
  expect(1 + 1).toBe(2);
});

throw new Error('This file does not load.');
