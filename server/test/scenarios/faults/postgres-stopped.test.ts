import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { postgresStopped } from './postgres-stopped.ts';

test('callers are put off without Postgres and served when it returns', async () => {
  await expectToHold(postgresStopped, { stops: 2, workers: 8 });
}, 600_000);
