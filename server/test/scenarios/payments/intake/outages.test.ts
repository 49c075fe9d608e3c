import { test } from 'vitest';
import { expectToHold } from '../../support/in-vitest.ts';
import { intakeOutages } from './outages.ts';

test('an event is answered 200 when it is kept, once, whenever Postgres is killed', async () => {
  await expectToHold(intakeOutages, { kills: 2, senders: 8, between: 100 });
}, 600_000);
