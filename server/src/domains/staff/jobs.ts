import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import { deleteExpired } from './store-expired.ts';

const ROWS_A_TIME = 1_000;
const MOST_ROUNDS = 10_000;

/** Lets go of what is over; nothing of it would let anybody in. */
export function staffJobs(database: Database, clock: Clock): Job[] {
  return [
    {
      name: 'staff_expire_sessions',
      schedule: '47 * * * *',
      async run({ signal }) {
        for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
          if ((await deleteExpired(database, clock.nowMs(), ROWS_A_TIME)) === 0) return;
        }
      },
    },
  ];
}
