import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import {
  areNotesLeft,
  findMonthToShare,
  forgetRetired,
  lockSharing,
  shareMonth,
  takeNotes,
} from './store-months.ts';

/** The month under way changes with each event; it is shared anew once a minute at most. */
const PAUSE_MS = 60_000;

/**
 * Keeps on record how revenue is shared among models and features: by whole months, the latest
 * first, since what an event has of a month depends on all others of it. What is not shared yet
 * counts to no model, so that shares sum to the revenue at all times.
 */
export function createSharing({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}) {
  /** Shares a month that is due; answers how many that was. */
  return async function share(): Promise<number> {
    const nowMs = clock.nowMs();
    const isDue =
      (await areNotesLeft(database)) ||
      (await findMonthToShare(database, nowMs - PAUSE_MS)) !== undefined;
    if (!isDue) return 0;
    return database.transaction(async (tx) => {
      if (!(await lockSharing(tx))) return 0;
      await takeNotes(tx);
      // How often its use had changed is read first: what changes from here on is seen later.
      const month = await findMonthToShare(tx, nowMs - PAUSE_MS);
      if (month === undefined) return 0;
      await shareMonth(tx, month, nowMs);
      await forgetRetired(tx);
      return 1;
    });
  };
}
