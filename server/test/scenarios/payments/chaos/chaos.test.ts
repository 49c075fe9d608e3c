import { test } from 'vitest';
import { expectToHold } from '../../support/in-vitest.ts';
import { chaos } from './chaos.ts';

test('what Stripe tells in any order, twice or never, is written once, whoever dies', async () => {
  await expectToHold(chaos, { customers: 16, kills: 3, calm: 16 });
}, 600_000);
