import type { Clock } from '@whisperforge/kernel/clock';
import { dayIn, dayStartIn } from '@whisperforge/kernel/period';
import type { Database, Tx } from '../../../../platform/database.ts';
import { firstDifference, withoutRepeats, type PlanSince } from './plan-times.ts';
import {
  isBehind,
  lockCursor,
  oldestUnderWay,
  putCursor,
  renumberEvents,
  type FoldCursor,
} from './store-cursor.ts';
import {
  derivePlans,
  findKeptPlans,
  noteForPlans,
  takeForPlans,
  type PlanFrom,
} from './store-plans.ts';
import {
  addEvents,
  bookedBetween,
  clearSums,
  dropNothing,
  foldedOf,
  putPlans,
} from './store-sums.ts';

export interface UsageFoldOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Whose days the sums are of; another one adds everything up anew. */
  readonly timeZone: string;
}

export type UsageFold = ReturnType<typeof createUsageFold>;

const ACCOUNTS_AT_ONCE = 50;
/** Transactions at once; more where few of them booked anything. */
const FEWEST_TRANSACTIONS = 1_000;
const FIRST_TRANSACTIONS = 20_000;
const MOST_TRANSACTIONS = 1_000_000_000;
const MANY_EVENTS = 100_000;

/**
 * Adds use up by day: each event once, in the transaction that says how far it has come. What an
 * account's history says anew of its plans moves its events to the plans that it turns out to have
 * had, so that sums that have followed are those that would be made from nothing.
 */
export function createUsageFold({ database, clock, timeZone }: UsageFoldOptions) {
  let transactions = FIRST_TRANSACTIONS;

  async function follow(): Promise<number> {
    if (!(await isBehind(database, timeZone))) return 0;
    return database.transaction(async (tx) => {
      const cursor = await readyCursor(tx, timeZone);
      const oldest = await oldestUnderWay(tx);
      const from = cursor.foldedTo;
      if (oldest <= from) return 0;
      const to = Math.min(oldest, from + transactions);
      const events = await addEvents(tx, { where: bookedBetween(from, to), sign: 1, timeZone });
      await putCursor(tx, { foldedTo: to, timeZone });
      transactions = nextStep(transactions, events);
      return to < oldest ? Math.max(events, 1) : events;
    });
  }

  async function move(): Promise<number> {
    return database.transaction(async (tx) => {
      const accountIds = await takeForPlans(tx, ACCOUNTS_AT_ONCE);
      if (accountIds.length === 0) return 0;
      const cursor = await readyCursor(tx, timeZone);
      const derived = Map.groupBy(await derivePlans(tx, accountIds), accountOf);
      const kept = Map.groupBy(await findKeptPlans(tx, accountIds), accountOf);
      for (const accountId of accountIds.toSorted((a, b) => a - b)) {
        const plans = withoutRepeats(derived.get(accountId) ?? []);
        await moveAccount(tx, { accountId, plans, kept: kept.get(accountId) ?? [] }, cursor);
      }
      return accountIds.length;
    });
  }

  return {
    /** To be told whose plans may have changed. */
    note: (accountIds: readonly number[]) => noteForPlans(database, accountIds, clock.nowMs()),
    /** Does some of what is due; answers how much. */
    work: async (): Promise<number> => (await move()) + (await follow()),
    /** Adds everything up anew, from the events. */
    rebuild: () =>
      database.transaction(async (tx) => {
        await lockCursor(tx, timeZone);
        await clearSums(tx);
        await putCursor(tx, { foldedTo: 0, timeZone });
      }),
  };
}

function accountOf({ accountId }: PlanFrom): number {
  return accountId;
}

function nextStep(transactions: number, events: number): number {
  if (events > MANY_EVENTS) return Math.max(FEWEST_TRANSACTIONS, Math.floor(transactions / 4));
  if (events > MANY_EVENTS / 10) return transactions;
  return Math.min(MOST_TRANSACTIONS, transactions * 4);
}

/** The cursor under its lock; at the beginning where what was added up no longer counts. */
async function readyCursor(tx: Tx, timeZone: string): Promise<FoldCursor> {
  const cursor = await lockCursor(tx, timeZone);
  const oldest = await oldestUnderWay(tx);
  const isCountedAnew = oldest < cursor.foldedTo;
  if (!isCountedAnew && cursor.timeZone === timeZone) return cursor;
  if (isCountedAnew) await renumberEvents(tx, oldest);
  await clearSums(tx);
  const anew = { foldedTo: 0, timeZone };
  await putCursor(tx, anew);
  return anew;
}

interface Moving {
  readonly accountId: number;
  readonly plans: readonly PlanSince[];
  readonly kept: readonly PlanSince[];
}

/** Whole months are moved, because adoption is told by the month. */
async function moveAccount(
  tx: Tx,
  { accountId, plans, kept }: Moving,
  { foldedTo, timeZone }: FoldCursor,
): Promise<void> {
  const changedMs = firstDifference(kept, plans);
  if (changedMs === null) return;
  const fromDay = `${dayIn(timeZone, changedMs).slice(0, 7)}-01`;
  const where = foldedOf({ accountId, foldedTo, fromMs: dayStartIn(timeZone, fromDay) });
  await addEvents(tx, { where, sign: -1, timeZone });
  await putPlans(tx, accountId, plans);
  await addEvents(tx, { where, sign: 1, timeZone });
  await dropNothing(tx, accountId, fromDay);
}
