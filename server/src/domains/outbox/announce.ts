import type { Database } from '../../platform/database.ts';
import { announceNews, hasPublished } from './store.ts';

/** However many events are published, they are told of so often at most. */
const AT_MOST_EVERY_MS = 100;

/**
 * The database for everything that publishes events: when a transaction with events has been
 * committed, all processes are told that there is news. It is told apart from the transaction,
 * because commits that tell wait for each other. A process that dies in between tells nothing;
 * whoever waits for news looks now and then as well.
 */
export function announcing<D extends Database>(
  database: D,
  onFailure: (error: unknown) => void,
): D {
  const tell = atMostEvery(AT_MOST_EVERY_MS, () => announceNews(database).catch(onFailure));
  return {
    ...database,
    async transaction(work) {
      let isNews = false;
      const result = await database.transaction(async (tx) => {
        const done = await work(tx);
        isNews = hasPublished(tx);
        return done;
      });
      if (isNews) tell();
      return result;
    },
  };
}

/** At once, and what is wanted within the pause once after it. */
function atMostEvery(pauseMs: number, work: () => Promise<unknown>): () => void {
  let isPausing = false;
  let isWanted = false;
  const run = (): void => {
    isWanted = false;
    isPausing = true;
    void work().finally(() => {
      setTimeout(() => {
        isPausing = false;
        if (isWanted) run();
      }, pauseMs).unref();
    });
  };
  return () => {
    if (isPausing) isWanted = true;
    else run();
  };
}
