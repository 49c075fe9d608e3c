import { dayIn, dayStartIn } from '@whisperforge/kernel/period';
import type { Tx } from '../../../../platform/database.ts';
import { firstDifference, type PlanSince } from './plan-times.ts';
import type { FoldCursor } from './store-cursor.ts';
import { addEvents, bookedBy, dropNothing, putPlans } from './store-sums.ts';

interface Moving {
  readonly accountId: number;
  readonly plans: readonly PlanSince[];
  readonly kept: readonly PlanSince[];
}

/**
 * Takes an account's events out of the sums and adds them again under the plans that it had. Whole
 * months are moved, because adoption is told by the month.
 */
export async function moveAccount(
  tx: Tx,
  { accountId, plans, kept }: Moving,
  { cursor, months, nowMs }: { cursor: FoldCursor; months: readonly string[]; nowMs: number },
): Promise<void> {
  const changedMs = firstDifference(kept, plans);
  if (changedMs === null) return;
  const { timeZone, foldedTo, accountsDone } = cursor;
  // While all is added up anew, those to come are added under the right plans at once.
  const isInSums = accountsDone === null || accountId <= accountsDone;
  const fromDay = `${dayIn(timeZone, changedMs).slice(0, 7)}-01`;
  const fromMs = dayStartIn(timeZone, fromDay);
  const affected = isInSums
    ? months.filter((month) => month >= dayIn('UTC', fromMs).slice(0, 7))
    : [];
  const add = async (sign: 1 | -1): Promise<void> => {
    for (const month of affected) {
      const accounts = { afterAccount: accountId - 1, upToAccount: accountId };
      const where = bookedBy({ ...accounts, month, fromMs, foldedTo });
      await addEvents(tx, { where, sign, timeZone, nowMs });
    }
  };
  await add(-1);
  await putPlans(tx, accountId, plans);
  await add(1);
  if (isInSums) await dropNothing(tx, accountId, fromDay);
}
