import type { Clock } from '@whisperforge/kernel/clock';
import type { Round } from '../../../platform/jobs.ts';
import { refreshEntries, type RefreshDependencies } from './refresh.ts';
import { endTurn, findDue, findNew, lookAt, takeTurn } from './store-patrol.ts';

const LEASE_SECONDS = 60;
/** Every account is looked at this often at most; many accounts take as long as they take. */
const SHORTEST_CIRCLE_SECONDS = 10;
const ACCOUNTS_A_LOOK = 2_000;
export const ACCOUNTS_A_REFRESH = 1_000;

/**
 * Goes round all accounts and brings those up to date of which nobody has told: what time alone
 * has changed, new users, and, in the order of their ids, everybody whose entry was computed from
 * something else than what is on record now. So an entry that is wrong, for whatever reason, is
 * so for one circle at most.
 */
export function createPatrol(deps: RefreshDependencies & { readonly clock: Clock }): Round {
  const { database, clock } = deps;
  return {
    name: 'the directory of users',
    async work() {
      const turn = await takeTurn(database, LEASE_SECONDS);
      if (turn === undefined) return 0;
      let { afterId } = turn;
      try {
        const nowMs = clock.nowMs();
        const due = await findDue(database, { nowMs, limit: ACCOUNTS_A_REFRESH });
        await refreshEntries(deps, due, nowMs);
        const found = await findNew(database, ACCOUNTS_A_REFRESH);
        await refreshEntries(deps, found, nowMs);
        const rests = afterId === 0 && turn.circleSeconds < SHORTEST_CIRCLE_SECONDS;
        if (!rests) afterId = await walk(deps, afterId, nowMs);
        const isFull = Math.max(due.length, found.length) >= ACCOUNTS_A_REFRESH;
        return isFull ? due.length + found.length : 0;
      } finally {
        await endTurn(database, afterId);
      }
    },
  };
}

/** A stretch of the circle; answers where the next begins. */
async function walk(deps: RefreshDependencies, afterId: number, nowMs: number): Promise<number> {
  const limit = ACCOUNTS_A_LOOK;
  const { outdated, lastId } = await lookAt(deps.database, { afterId, limit, nowMs });
  for (let from = 0; from < outdated.length; from += ACCOUNTS_A_REFRESH) {
    await refreshEntries(deps, outdated.slice(from, from + ACCOUNTS_A_REFRESH), nowMs);
  }
  return lastId ?? 0;
}
