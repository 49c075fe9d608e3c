import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import type { Round } from '../../../../platform/jobs.ts';
import { faultOf } from '../patiently.ts';
import type { Reconciler } from '../reconcile/reconcile.ts';
import { claimAsked, releaseAsked, settleAsked } from './store.ts';

export interface AskedRoundOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly reconciler: Reconciler;
}

/** Runs what staff have asked for; what is interrupted begins anew, since it compares first. */
export function askedRound({ database, clock, reconciler }: AskedRoundOptions): Round {
  return {
    name: 'reconciliations that staff have asked for',
    async work(signal) {
      const claimed = await claimAsked(database);
      if (claimed === undefined) return 0;
      try {
        const { applies } = claimed;
        const report = await reconciler.run({ startedBy: 'staff', applies, signal });
        await settleAsked(database, claimed, { report, nowMs: clock.nowMs() });
      } catch (error) {
        if (signal.aborted) await releaseAsked(database, claimed);
        else await settleAsked(database, claimed, { fault: faultOf(error), nowMs: clock.nowMs() });
      }
      return 1;
    },
  };
}
