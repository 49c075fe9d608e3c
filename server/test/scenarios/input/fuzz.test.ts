import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { fuzz } from './fuzz.ts';

test('random bodies for every route are answered without a fault', async () => {
  await expectToHold(fuzz, { bodies: 100, staffBodies: 4 });
}, 600_000);
