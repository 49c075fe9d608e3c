import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { killServer } from './kill-server.ts';

test('each deed is there once, however often the server is killed', async () => {
  await expectToHold(killServer, { kills: 6, workers: 16 });
}, 600_000);
