import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { shutdown } from './shutdown.ts';

test('a server that is told to stop answers what it has begun, loses nothing and ends with 0', async () => {
  await expectToHold(shutdown, { stops: 3, workers: 16 });
}, 120_000);
