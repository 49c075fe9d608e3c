import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { postgresStopped } from './postgres-stopped.ts';

test('without Postgres callers are put off, and with its return service resumes by itself', async () => {
  await expectToHold(postgresStopped, { stops: 2, workers: 8 });
}, 120_000);
