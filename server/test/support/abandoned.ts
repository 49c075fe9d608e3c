import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../../../tools/refusal.ts';
import { deletePostgres } from '../../../tools/postgres/start.ts';

export const TEST_CLUSTER_PREFIX = 'whisperforge-test-';

/**
 * Stops and deletes the clusters of test runs that were killed. The kernel let go of their locks
 * when they died; a folder whose lock is held belongs to a run that goes on beside this one.
 */
export async function deleteAbandonedClusters(directory: string): Promise<void> {
  for (const name of readdirSync(directory)) {
    // One that was never locked may be another run's that is about to lock it.
    const lock = join(directory, name, 'lock.sqlite');
    if (!name.startsWith(TEST_CLUSTER_PREFIX) || !existsSync(lock)) continue;
    try {
      await deletePostgres(join(directory, name));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}
