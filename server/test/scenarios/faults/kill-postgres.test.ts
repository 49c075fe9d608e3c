import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { killPostgres } from './kill-postgres.ts';

test('what was acknowledged is there once, and nothing else, however often Postgres is killed', async () => {
  await expectToHold(killPostgres, { postmasterKills: 2, backendKills: 2, workers: 16 });
}, 120_000);
