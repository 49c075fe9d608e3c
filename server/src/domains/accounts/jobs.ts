import { assert } from '@whisperforge/kernel/assert';
import type { Database, Tx } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import { quotaPeriodAt } from './quota-period.ts';
import { loadAnchors } from './store-anchors.ts';
import { deleteExpiredSessions } from './sessions/store.ts';
import { lockEndedResets, putResets } from './store-resets.ts';

const USERS_A_TIME = 500;
const MOST_ROUNDS = 10_000;
const SESSIONS_A_TIME = 1_000;

/**
 * Keeps `users.usage_reset_date` true for those who read tables, though nothing is decided by it,
 * and lets go of links and sessions that are over.
 */
export function accountsJobs(database: Database): Job[] {
  return [
    {
      name: 'accounts_usage_reset',
      schedule: '7 * * * *',
      async run({ nowMs, signal }) {
        for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
          const renewed = await database.transaction((tx) => renewResets(tx, nowMs));
          if (renewed < USERS_A_TIME) return;
        }
      },
    },
    {
      name: 'accounts_expire_sessions',
      schedule: '37 * * * *',
      async run({ nowMs, signal }) {
        for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
          if ((await deleteExpiredSessions(database, nowMs, SESSIONS_A_TIME)) === 0) return;
        }
      },
    },
  ];
}

async function renewResets(tx: Tx, nowMs: number): Promise<number> {
  const ended = await lockEndedResets(tx, { nowMs, most: USERS_A_TIME });
  if (ended.length === 0) return 0;
  const anchors = await loadAnchors(tx, [...new Set(ended.map((user) => user.accountId))]);
  const resets = ended.map(({ userId, accountId }) => {
    const anchorsMs = anchors.get(accountId);
    assert(anchorsMs !== undefined, 'an account has an anchor');
    return { userId, resetMs: quotaPeriodAt(anchorsMs, nowMs).endMs };
  });
  await putResets(tx, resets);
  return ended.length;
}
