import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { reservationsRace } from './reservations-race.ts';

test('of 10,000 reservations at once exactly the 1,000 that fit are granted', async () => {
  await expectToHold(reservationsRace, { reservations: 10_000, limit: 1_000, servers: 4 });
}, 600_000);
