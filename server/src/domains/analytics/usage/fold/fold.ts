import type { Clock } from '@whisperforge/kernel/clock';
import { shiftMonth } from '@whisperforge/kernel/period';
import type { Database, Tx } from '../../../../platform/database.ts';
import { createSharing } from '../../costs/shared/share-revenue.ts';
import { lockPricesToSettle } from '../../costs/settled/store.ts';
import { createAddAnew, type SliceSize } from './anew/add-anew.ts';
import { areMonthsAnew, putMonthsAnew } from './anew/store-months.ts';
import { moveAccounts } from './move-accounts.ts';
import { adaptiveStep } from './step.ts';
import {
  findEventMonths,
  findWhatIsDue,
  lockCursor,
  oldestUnderWay,
  putCursor,
  raiseNumbers,
  type FoldCursor,
} from './store-cursor.ts';
import { noteForPlans, takeForPlans } from './store-plans.ts';
import { addEvents, bookedBetween, clearSums } from './store-sums.ts';

export interface UsageFoldOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Whose days the sums are of; another one adds everything up anew. */
  readonly timeZone: string;
  /** Where all is added up anew; others than the ordinary one, to see what becomes of many. */
  readonly slice?: SliceSize;
}

export type UsageFold = ReturnType<typeof createUsageFold>;

/** Short transactions, since others wait for them: some tenths of a second. */
const EVENTS_AT_ONCE = 20_000;

/**
 * Adds use up by day: each event once, in the transaction that says how far it has come. What an
 * account's history says anew of its plans moves its events to the plans that it turns out to have
 * had, so that sums that have followed are those that would be made from nothing.
 */
export function createUsageFold({ database, clock, timeZone, ...options }: UsageFoldOptions) {
  const transactions = adaptiveStep({ first: 4_000, most: 1_000_000_000, aim: EVENTS_AT_ONCE });
  const accounts = adaptiveStep({ first: 50, most: 1_000, aim: EVENTS_AT_ONCE });

  const inTransaction = <T>(work: (tx: Tx, of: Adding) => Promise<T>): Promise<T> =>
    database.transaction(async (tx) => {
      await lockPricesToSettle(tx);
      return work(tx, { timeZone, nowMs: clock.nowMs() });
    });
  const share = createSharing({ database, clock });
  const addAnew = createAddAnew({ database, inTransaction, ...options });

  /** What was booked since, or the next months where all is added up anew. */
  async function follow(): Promise<number> {
    const due = await findWhatIsDue(database, timeZone);
    if (due === 'nothing') return 0;
    if (due === 'anew') return addAnew();
    return transactions.take((size) => inTransaction((tx, of) => addBooked(tx, of, size)));
  }

  async function move(): Promise<number> {
    let taken = 0;
    await accounts.take((size) =>
      inTransaction(async (tx, { nowMs }) => {
        const accountIds = await takeForPlans(tx, size);
        taken = accountIds.length;
        if (taken === 0) return { events: EVENTS_AT_ONCE, goesOn: false };
        const cursor = await readyCursor(tx, timeZone);
        const events = await moveAccounts(tx, accountIds, { cursor, nowMs });
        return { events, goesOn: true };
      }),
    );
    return taken;
  }

  return {
    /** To be told whose plans may have changed. */
    note: (accountIds: readonly number[]) => noteForPlans(database, accountIds, clock.nowMs()),
    /** Does some of what is due; answers how much. Shares follow when all else is done. */
    work: async (): Promise<number> => (await move()) + (await follow()) || share(),
    /** Begins to add everything up anew, from the events. */
    rebuild: () =>
      database.transaction(async (tx) => {
        await begin(tx, await readyCursor(tx, timeZone));
      }),
  };
}

/** Whose days events are added to, and when. */
interface Adding {
  readonly timeZone: string;
  readonly nowMs: number;
}

async function addBooked(tx: Tx, { timeZone, nowMs }: Adding, size: number) {
  const cursor = await readyCursor(tx, timeZone);
  if (await areMonthsAnew(tx)) return { events: 0, goesOn: true };
  const oldest = (await oldestUnderWay(tx)) + cursor.numberOffset;
  const from = cursor.foldedTo;
  if (oldest <= from) return { events: 0, goesOn: false };
  const to = Math.min(oldest, from + size);
  const where = bookedBetween(from, to);
  const events = await addEvents(tx, { where, sign: 1, timeZone, nowMs });
  await putCursor(tx, { ...cursor, foldedTo: to });
  return { events, goesOn: to < oldest };
}

/** The cursor under its lock; at the beginning where what was added up no longer counts. */
async function readyCursor(tx: Tx, timeZone: string): Promise<FoldCursor> {
  const cursor = await lockCursor(tx);
  const oldest = await oldestUnderWay(tx);
  if (cursor === undefined) return begin(tx, { foldedTo: oldest, timeZone, numberOffset: 0 });
  if (oldest + cursor.numberOffset < cursor.foldedTo) {
    const numberOffset = cursor.foldedTo + SPARE_NUMBERS;
    await raiseNumbers(tx, numberOffset);
    return begin(tx, { foldedTo: numberOffset + oldest, timeZone, numberOffset });
  }
  return cursor.timeZone === timeZone ? cursor : begin(tx, { ...cursor, timeZone });
}

/** More than were booked between the last fold and the backup that was restored. */
const SPARE_NUMBERS = 1_000_000_000;

/** Nothing is in the sums: all months that events may be of are added up anew. */
async function begin(tx: Tx, cursor: FoldCursor): Promise<FoldCursor> {
  await putCursor(tx, cursor);
  await clearSums(tx);
  // Months of events are of UTC; where it is earlier or later, those beside them have some, too.
  const around = cursor.timeZone === 'UTC' ? [0] : [-1, 0, 1];
  const months = (await findEventMonths(tx)).flatMap((month) =>
    around.map((shift) => shiftMonth(month, shift)),
  );
  await putMonthsAnew(tx, [...new Set(months)]);
  return cursor;
}
