import { test } from 'vitest';
import { expectToHold } from '../../support/in-vitest.ts';
import { everyOrder } from './every-order.ts';

test('all 720 orders of the events of one life give one standing and one history', async () => {
  await expectToHold(everyOrder, { customersEach: 1, lookChance: 0.1 });
}, 600_000);
