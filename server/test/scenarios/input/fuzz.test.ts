import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { fuzz } from './fuzz.ts';

test('random bodies for every documented route are answered without a fault of the server', async () => {
  await expectToHold(fuzz, { bodies: 100 });
}, 120_000);
