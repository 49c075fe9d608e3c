import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { killServer } from './kill-server.ts';

test('what was acknowledged is there once, and nothing else, however often the server is killed', async () => {
  await expectToHold(killServer, { kills: 6, workers: 16 });
}, 120_000);
