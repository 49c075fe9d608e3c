import type { Database } from '../../../platform/database.ts';
import { decideNews, type News, type TellingEvent } from './news.ts';
import { findEventsAfter, findLastEvents, findLastId } from './store.ts';

/** Not all of what is looked through is news. */
const LATEST = 100;
const MOST_AT_ONCE = 1_000;
/**
 * Events whose transactions began early and committed late have lower ids than others that were
 * told before; so far back each look goes, and so does each return of a listener.
 */
const LATE_EVENTS = 500;

/** Looks for news behind those that were seen, and a little before. */
export function createWatch(database: Database) {
  let lastId = 0;
  return {
    latest: (): Promise<TellingEvent[]> => findLastEvents(database, LATEST),

    /** From here on everything is found that commits. */
    async begin(): Promise<void> {
      lastId = Math.max(lastId, await findLastId(database));
    },

    async look(): Promise<News[]> {
      const found: TellingEvent[] = [];
      for (let afterId = lastId - LATE_EVENTS; ;) {
        const page = await findEventsAfter(database, { afterId, limit: MOST_AT_ONCE });
        found.push(...page);
        const last = page.at(-1);
        if (last !== undefined) lastId = Math.max(lastId, last.id);
        if (last === undefined || page.length < MOST_AT_ONCE) return newsOf(found);
        afterId = last.id;
      }
    },

    /** What a listener is told first: what it has missed, or else the latest. */
    async first(heardId: number | undefined): Promise<TellingEvent[]> {
      if (heardId === undefined) return findLastEvents(database, LATEST);
      const after = { afterId: heardId - LATE_EVENTS, limit: MOST_AT_ONCE };
      const missed = await findEventsAfter(database, after);
      // Whoever was away for so long begins anew.
      return missed.length < MOST_AT_ONCE ? missed : findLastEvents(database, LATEST);
    },
  };
}

export function newsOf(events: readonly TellingEvent[]): News[] {
  return events.flatMap((event) => decideNews(event) ?? []);
}
