import { beforeAll, expect, test } from 'vitest';

beforeAll(() => {
  throw new Error('This set-up fails.');
});

test('is skipped, since its set-up failed', () => {
  expect(1 + 1).toBe(2);
});
