import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { anchors } from './anchors.ts';
import { instants } from './instants.ts';

test('what ends is there a millisecond before its instant and gone at it, without any job', async () => {
  await expectToHold(instants, { casesEach: 6 });
});

test('periods counted from 31 January end at the last day of each month, over a leap year', async () => {
  await expectToHold(anchors, { periods: 23 });
});
