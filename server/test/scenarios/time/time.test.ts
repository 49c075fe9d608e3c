import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { anchors } from './anchors.ts';
import { instants } from './instants.ts';

test('what ends is there a millisecond before its instant and gone at it', async () => {
  await expectToHold(instants, { casesEach: 4 });
});

test('periods counted from 31 January end with each shorter month', async () => {
  await expectToHold(anchors, { periods: 23 });
});
