import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { killPostgres } from './kill-postgres.ts';

test('each deed is there once, however often Postgres is killed', async () => {
  await expectToHold(killPostgres, { postmasterKills: 2, backendKills: 2, workers: 16 });
}, 600_000);
