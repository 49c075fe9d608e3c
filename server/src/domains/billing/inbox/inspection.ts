import type { Database } from '../../../platform/database.ts';
import {
  listEvents,
  readStatus,
  replay,
  type EventFilter,
  type InboxStatus,
  type InspectedEvent,
  type Replay,
} from './store-inspection.ts';

/** What became of what Stripe has told, for those who run this. */
export interface Inspection {
  status(): Promise<InboxStatus>;
  /** Those that came in last, newest first. */
  events(filter: EventFilter): Promise<InspectedEvent[]>;
  /** Has events handled once more; answers the ids of those that will be. */
  replay(which: Replay): Promise<string[]>;
}

/** Of a thousand events each; more than ever fail at once. */
const MOST_ROUNDS = 1_000;

export function createInspection({ database }: { readonly database: Database }): Inspection {
  return {
    status: () => readStatus(database),
    events: (filter) => listEvents(database, filter),
    async replay(which) {
      const ids: string[] = [];
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const some = await database.transaction((tx) => replay(tx, which));
        ids.push(...some.map(({ id }) => id));
        // Named ones are all of them in one round.
        if (some.length === 0 || which.kind === 'events') break;
      }
      return ids;
    },
  };
}
