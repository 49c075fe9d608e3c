import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { deletePostgres } from '../../../tools/postgres/start.ts';
import { Refusal } from '../../../tools/refusal.ts';

/** What every folder is called that tests make for a cluster, directly in it or one level below. */
export const TEST_FOLDER_PREFIX = 'whisperforge-test-';

/**
 * Stops and deletes the clusters of test runs that were killed. The kernel let go of their locks
 * when they died; a folder whose lock is held belongs to a run that goes on beside this one.
 */
export async function deleteAbandonedClusters(directory: string): Promise<void> {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(TEST_FOLDER_PREFIX)) continue;
    const folder = join(directory, name);
    try {
      for (const part of readdirSync(folder)) await deleteUnlessUsed(join(folder, part));
      await deleteUnlessUsed(folder);
    } catch (error) {
      // Another run may be deleting the same, and be quicker.
      if (existsSync(folder)) throw error;
    }
  }
}

async function deleteUnlessUsed(folder: string): Promise<void> {
  // One that was never locked may be another run's that is about to lock it.
  if (!existsSync(join(folder, 'lock.sqlite'))) return;
  try {
    await deletePostgres(folder);
  } catch (error) {
    if (!(error instanceof Refusal) && existsSync(folder)) throw error;
  }
}
