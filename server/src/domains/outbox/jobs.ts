import type { Database } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import { deleteDelivered } from './store.ts';

const KEPT_MS = 30 * 86_400_000;
const BATCH_ROWS = 1_000;
const MOST_BATCHES = 1_000;

/** Delivered events are kept for a month, for those who look into what happened. */
export function outboxJobs(database: Database): Job[] {
  return [
    {
      name: 'outbox_delete_delivered',
      schedule: '17 3 * * *',
      async run({ nowMs, signal }) {
        for (let batch = 0; batch < MOST_BATCHES && !signal.aborted; batch += 1) {
          const options = { beforeMs: nowMs - KEPT_MS, limit: BATCH_ROWS };
          if ((await deleteDelivered(database, options)) < BATCH_ROWS) return;
        }
      },
    },
  ];
}
