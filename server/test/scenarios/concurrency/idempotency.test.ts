import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { idempotency } from './idempotency.ts';

test('a key sent many times at once over broken connections counts once', async () => {
  await expectToHold(idempotency, { keys: 200, repeats: 20, servers: 2, keysAtOnce: 8 });
}, 600_000);
