import { test } from 'vitest';
import { expectToHold } from '../support/in-vitest.ts';
import { whisperforge } from './whisperforge.ts';

test('audio is processed until the free minutes are used up exactly', async () => {
  await expectToHold(whisperforge, { users: 3 });
});
