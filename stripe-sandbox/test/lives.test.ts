import { expect, test } from 'vitest';
import { describeFailure, liveLives } from './lives.ts';

const STEPS = 400;

test('in random lives, all sums agree, previews come true and time has no seams', async () => {
  const seed = Date.now() % 2 ** 31;
  console.log(`lives from seed ${seed}`);
  const failure = await liveLives({ seed, steps: STEPS });
  expect(failure === null ? '' : describeFailure(failure)).toBe('');
});
