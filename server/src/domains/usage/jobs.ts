import { DAY_MS } from '@whisperforge/kernel/period';
import type { Database } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import { KEY_LIFETIME_MS } from './batch/run.ts';
import { deleteOldKeys, ensurePartition } from './store/context.ts';

const PARTITIONS_AHEAD_DAYS = [0, 31, 62];
const KEYS_A_TIME = 5_000;
const MOST_ROUNDS = 200;

export function usageJobs(database: Database): Job[] {
  return [
    {
      name: 'usage_partitions',
      schedule: '17 3 * * *',
      async run({ nowMs }) {
        for (const days of PARTITIONS_AHEAD_DAYS) {
          await ensurePartition(database, nowMs + days * DAY_MS);
        }
      },
    },
    {
      name: 'usage_keys_forget',
      schedule: '*/10 * * * *',
      async run({ nowMs, signal }) {
        const before = { receivedMs: nowMs - KEY_LIFETIME_MS, most: KEYS_A_TIME };
        for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
          if ((await deleteOldKeys(database, before)) < KEYS_A_TIME) return;
        }
      },
    },
  ];
}
