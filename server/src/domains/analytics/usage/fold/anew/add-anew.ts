import { shiftMonth } from '@whisperforge/kernel/period';
import type { Database, Tx } from '../../../../../platform/database.ts';
import { adaptiveStep, type StepTaken } from '../step.ts';
import { lastAccount, shareCursor } from '../store-cursor.ts';
import { areNotedForPlans } from '../store-plans.ts';
import { daysOfMonth, type LocalDays } from './local-days.ts';
import { findDays } from './store-days.ts';
import { dropMonthAnew, lockMonthAnew, putMonthAnew } from './store-months.ts';
import { addSlice } from './store-slice.ts';

/** As many as a small machine has cores; each has another month. */
const SIDE_BY_SIDE = 2;
/** Some seconds' work, of which a kill or a statement that takes too long loses no more. */
const SLICE: SliceSize = { accounts: 500, events: 150_000, inARow: 8 };

/** How much of a month is added at once. */
export interface SliceSize {
  /** Of how many accounts at first. */
  readonly accounts: number;
  /** How many events it is meant to come to. */
  readonly events: number;
  /** How many are begun before whoever works on them sees to what else there is to do. */
  readonly inARow: number;
}

export interface AnewOptions {
  readonly inTransaction: <T>(work: (tx: Tx, of: Adding) => Promise<T>) => Promise<T>;
  readonly database: Database;
  readonly slice?: SliceSize;
}

interface Adding {
  readonly timeZone: string;
  readonly nowMs: number;
}

/**
 * Adds all use up from nothing, by months and in each by accounts, each slice in a transaction with
 * how far it has come: whoever is killed leaves what is whole, and any number may go on with it.
 */
export function createAddAnew(options: AnewOptions) {
  const { inTransaction, database, slice: sized = SLICE } = options;
  const accounts = adaptiveStep({ first: sized.accounts, most: 1_000_000, aim: sized.events });
  const daysByMonth = new Map<string, LocalDays>();
  // What events count to turns out by and by; what nobody uses is not looked for in each of them.
  let features: readonly string[] = [];

  const findLocalDays = async (
    tx: Tx,
    of: { month: string; nextMonth: string; timeZone: string },
  ) => {
    const known = daysByMonth.get(of.month);
    if (known !== undefined) return known;
    const found = daysOfMonth(await findDays(tx, of), of);
    daysByMonth.set(of.month, found);
    return found;
  };

  const addSome = async (tx: Tx, adding: Adding, size: number): Promise<StepTaken> => {
    const cursor = await shareCursor(tx);
    const anew = cursor?.timeZone === adding.timeZone ? await lockMonthAnew(tx) : undefined;
    if (cursor === undefined || anew === undefined) return { events: 0, goesOn: false };
    const { month, accountsDone: afterAccount } = anew;
    const upToAccount = afterAccount + size;
    const of = { month, nextMonth: shiftMonth(month, 1), ...adding };
    const localDays = await findLocalDays(tx, of);
    const { foldedTo } = cursor;
    const slice = { ...of, localDays, afterAccount, upToAccount, foldedTo, features };
    const { events, overlooked } = await addSlice(tx, slice);
    if (overlooked.length > 0) throw new FeaturesOverlooked(overlooked);
    if (upToAccount >= (await lastAccount(tx))) await dropMonthAnew(tx, month);
    else await putMonthAnew(tx, { month, accountsDone: upToAccount });
    return { events, goesOn: true };
  };

  async function addOne(): Promise<number> {
    try {
      return await accounts.take((size) => inTransaction((tx, of) => addSome(tx, of, size)));
    } catch (error) {
      if (!(error instanceof FeaturesOverlooked)) throw error;
      features = [...new Set([...features, ...error.overlooked])].toSorted();
      return 1;
    }
  }

  /** Answers how many events were added; 1 at least while there is more to do. */
  return async function addAnew(): Promise<number> {
    let begun = 0;
    const addInARow = async (): Promise<number> => {
      let sum = 0;
      for (let added = 1; added > 0 && begun < sized.inARow; sum += added) {
        begun += 1;
        // Plans are derived first, which waits for slices: none begins meanwhile.
        added = (await areNotedForPlans(database)) ? 0 : await addOne();
      }
      return sum;
    };
    const added = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, addInARow));
    const failed = added.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return added.reduce((sum, each) => sum + (each.status === 'fulfilled' ? each.value : 0), 0);
  };
}

/** Events count to features that nobody knew of; what was added is undone and added with them. */
class FeaturesOverlooked extends Error {
  override readonly name = 'FeaturesOverlooked';
  readonly overlooked: readonly string[];

  constructor(overlooked: readonly string[]) {
    super(`events count to ${overlooked.join(', ')}, too`);
    this.overlooked = overlooked;
  }
}
