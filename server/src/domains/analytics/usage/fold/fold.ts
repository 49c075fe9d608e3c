import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../../../platform/database.ts';
import { lockPricesToSettle } from '../../costs/settled/store.ts';
import { moveAccount } from './move-account.ts';
import { withoutRepeats } from './plan-times.ts';
import { adaptiveStep } from './step.ts';
import {
  findEventMonths,
  isBehind,
  lastAccount,
  lockCursor,
  oldestUnderWay,
  putCursor,
  raiseNumbers,
  type FoldCursor,
} from './store-cursor.ts';
import {
  derivePlans,
  findKeptPlans,
  noteForPlans,
  takeForPlans,
  type PlanFrom,
} from './store-plans.ts';
import { addEvents, bookedBetween, bookedBy, clearSums } from './store-sums.ts';

export interface UsageFoldOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Whose days the sums are of; another one adds everything up anew. */
  readonly timeZone: string;
}

export type UsageFold = ReturnType<typeof createUsageFold>;

const ACCOUNTS_AT_ONCE = 50;

/**
 * Adds use up by day: each event once, in the transaction that says how far it has come. What an
 * account's history says anew of its plans moves its events to the plans that it turns out to have
 * had, so that sums that have followed are those that would be made from nothing.
 */
export function createUsageFold({ database, clock, timeZone }: UsageFoldOptions) {
  const transactions = adaptiveStep({ first: 4_000, most: 1_000_000_000 });
  const accounts = adaptiveStep({ first: 200, most: 100_000 });

  const inTransaction = <T>(work: (tx: Tx, of: Adding) => Promise<T>): Promise<T> =>
    database.transaction(async (tx) => {
      await lockPricesToSettle(tx);
      return work(tx, { timeZone, nowMs: clock.nowMs() });
    });

  /** What was booked since, or the next accounts where all is added up anew. */
  async function follow(): Promise<number> {
    if (!(await isBehind(database, timeZone))) return 0;
    const cursor = await database.transaction((tx) => readyCursor(tx, timeZone));
    return cursor.accountsDone === null
      ? transactions.take((size) => inTransaction((tx, of) => addBooked(tx, of, size)))
      : accounts.take((size) => inTransaction((tx, of) => addAccounts(tx, of, size)));
  }

  async function move(): Promise<number> {
    return inTransaction(async (tx, { nowMs }) => {
      const accountIds = await takeForPlans(tx, ACCOUNTS_AT_ONCE);
      if (accountIds.length === 0) return 0;
      const cursor = await readyCursor(tx, timeZone);
      const months = await findEventMonths(tx);
      const derived = Map.groupBy(await derivePlans(tx, accountIds), accountOf);
      const kept = Map.groupBy(await findKeptPlans(tx, accountIds), accountOf);
      for (const accountId of accountIds.toSorted((a, b) => a - b)) {
        const plans = withoutRepeats(derived.get(accountId) ?? []);
        const moving = { accountId, plans, kept: kept.get(accountId) ?? [] };
        await moveAccount(tx, moving, { cursor, months, nowMs });
      }
      return accountIds.length;
    });
  }

  return {
    /** To be told whose plans may have changed. */
    note: (accountIds: readonly number[]) => noteForPlans(database, accountIds, clock.nowMs()),
    /** Does some of what is due; answers how much. */
    work: async (): Promise<number> => (await move()) + (await follow()),
    /** Begins to add everything up anew, from the events. */
    rebuild: () =>
      database.transaction(async (tx) => {
        const cursor = await readyCursor(tx, timeZone);
        await clearSums(tx);
        await putCursor(tx, { ...cursor, accountsDone: 0 });
      }),
  };
}

function accountOf({ accountId }: PlanFrom): number {
  return accountId;
}

/** Whose days events are added to, and when. */
interface Adding {
  readonly timeZone: string;
  readonly nowMs: number;
}

async function addBooked(tx: Tx, { timeZone, nowMs }: Adding, size: number) {
  const cursor = await readyCursor(tx, timeZone);
  const oldest = (await oldestUnderWay(tx)) + cursor.numberOffset;
  const from = cursor.foldedTo;
  if (cursor.accountsDone !== null || oldest <= from) return { events: 0, goesOn: false };
  const to = Math.min(oldest, from + size);
  const where = bookedBetween(from, to);
  const events = await addEvents(tx, { where, sign: 1, timeZone, nowMs });
  await putCursor(tx, { ...cursor, foldedTo: to });
  return { events, goesOn: to < oldest };
}

async function addAccounts(tx: Tx, { timeZone, nowMs }: Adding, size: number) {
  const cursor = await readyCursor(tx, timeZone);
  const { accountsDone: afterAccount, foldedTo } = cursor;
  if (afterAccount === null) return { events: 0, goesOn: true };
  const upToAccount = afterAccount + size;
  let events = 0;
  for (const month of await findEventMonths(tx)) {
    const where = bookedBy({ afterAccount, upToAccount, month, foldedTo });
    events += await addEvents(tx, { where, sign: 1, timeZone, nowMs });
  }
  const isLast = upToAccount >= (await lastAccount(tx));
  await putCursor(tx, { ...cursor, accountsDone: isLast ? null : upToAccount });
  return { events, goesOn: true };
}

/** The cursor under its lock; at the beginning where what was added up no longer counts. */
async function readyCursor(tx: Tx, timeZone: string): Promise<FoldCursor> {
  const cursor = await lockCursor(tx);
  const oldest = await oldestUnderWay(tx);
  if (cursor === undefined) {
    return begin(tx, { foldedTo: oldest, timeZone, accountsDone: 0, numberOffset: 0 });
  }
  if (oldest + cursor.numberOffset < cursor.foldedTo) {
    const numberOffset = cursor.foldedTo + SPARE_NUMBERS;
    await raiseNumbers(tx, numberOffset);
    const foldedTo = numberOffset + oldest;
    return begin(tx, { foldedTo, timeZone, accountsDone: 0, numberOffset });
  }
  if (cursor.timeZone === timeZone) return cursor;
  return begin(tx, { ...cursor, timeZone, accountsDone: 0 });
}

/** More than were booked between the last fold and the backup that was restored. */
const SPARE_NUMBERS = 1_000_000_000;

async function begin(tx: Tx, cursor: FoldCursor): Promise<FoldCursor> {
  await putCursor(tx, cursor);
  await clearSums(tx);
  return cursor;
}
