import { afterAll, beforeAll } from 'vitest';
import { useTestDatabase } from '../../../support/database.ts';
import { openRig, type Rig } from './rig.ts';

/** A rig for the tests of this file. */
export function useRig(seed: string): () => Rig {
  const created = useTestDatabase();
  let rig: (Rig & AsyncDisposable) | undefined;
  beforeAll(async () => {
    rig = await openRig(created.url, seed);
  });
  afterAll(async () => {
    await rig?.[Symbol.asyncDispose]();
  });
  return () => {
    if (rig === undefined) throw new Error('The rig exists only while tests run.');
    return rig;
  };
}
