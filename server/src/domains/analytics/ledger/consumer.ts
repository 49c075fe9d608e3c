import type { Consumer } from '../../outbox/index.ts';
import { HISTORY_CHANGED } from '../../subscriptions/index.ts';
import { createBell, type Round } from '../../../platform/jobs.ts';
import type { RevenueLedger } from './service.ts';

/** Told where a cancellation or a change is planned, among other things. */
const ACCESS_CHANGED = 'access.changed';

/** How the ledger hears of changes, and works them off as soon as it has. */
export function followHistories(ledger: RevenueLedger): {
  readonly consumer: Consumer;
  readonly round: Round;
} {
  const bell = createBell();
  return {
    consumer: {
      name: 'revenue ledger',
      topics: [HISTORY_CHANGED, ACCESS_CHANGED],
      async handle({ topic, accountId }) {
        if (accountId === null) return;
        if (topic === HISTORY_CHANGED) await ledger.note([accountId]);
        else await ledger.noteKnown([accountId]);
        bell.ring();
      },
    },
    round: { name: 'the revenue ledger', work: (signal) => ledger.work(signal), bell },
  };
}
