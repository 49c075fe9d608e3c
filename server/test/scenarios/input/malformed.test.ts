import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { malformed } from './malformed.ts';

test('whatever is wrong with a request, a problem names it and nothing is stored', async () => {
  await expectToHold(malformed, { senders: 8, staffCases: 1_000 });
}, 600_000);
