import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { shutdown } from './shutdown.ts';

test('a server that is told to stop answers what it has begun', async () => {
  await expectToHold(shutdown, { stops: 2, workers: 16 });
}, 600_000);
