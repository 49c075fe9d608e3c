import type { Consumer } from '../../../outbox/index.ts';
import { HISTORY_CHANGED } from '../../../subscriptions/index.ts';
import type { Round } from '../../../../platform/jobs.ts';
import type { UsageFold } from './fold.ts';

/** What staff or a command did to what an account may do. */
const ACCESS_CHANGED = 'access.changed';

/** How the sums of use follow: events are looked for, and changes of plans are told. */
export function followUse(fold: UsageFold): { readonly consumer: Consumer; readonly round: Round } {
  return {
    consumer: {
      name: 'usage sums',
      topics: [HISTORY_CHANGED, ACCESS_CHANGED],
      async handle({ accountId }) {
        if (accountId !== null) await fold.note([accountId]);
      },
    },
    round: { name: 'the sums of use', work: () => fold.work() },
  };
}
