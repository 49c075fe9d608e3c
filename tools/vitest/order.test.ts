import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LONGEST_FIRST } from './order.ts';

test('what is begun first is there', () => {
  const root = new URL('../../', import.meta.url);
  expect(LONGEST_FIRST.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});
