import type { Consumer } from '../../outbox/index.ts';
import { HISTORY_CHANGED } from '../../subscriptions/index.ts';
import { createBell, type Round } from '../../../platform/jobs.ts';
import type { RevenueLedger } from './service.ts';

/** How the ledger hears of changes, and works them off as soon as it has. */
export function followHistories(ledger: RevenueLedger): {
  readonly consumer: Consumer;
  readonly round: Round;
} {
  const bell = createBell();
  return {
    consumer: {
      name: 'revenue ledger',
      topics: [HISTORY_CHANGED],
      async handle({ accountId }) {
        if (accountId === null) return;
        await ledger.note([accountId]);
        bell.ring();
      },
    },
    round: { name: 'the revenue ledger', work: (signal) => ledger.work(signal), bell },
  };
}
