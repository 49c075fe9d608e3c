import { monthIn } from '@whisperforge/kernel/period';
import type { Tx } from '../../../../platform/database.ts';
import { firstDifference, withoutRepeats } from './plan-times.ts';
import type { FoldCursor } from './store-cursor.ts';
import { derivePlans, findKeptPlans, putPlans, type PlanFrom } from './store-plans.ts';
import { addEvents, dropNothing, findMonthsOfUse, ofAccounts } from './store-sums.ts';

/**
 * Takes the events of accounts that turn out to have had other plans out of the sums, and adds them
 * again under these. Whole months are moved, because adoption is told by the month; those that are
 * not in the sums yet come into them by the right plans. Answers how many events were moved.
 */
export async function moveAccounts(
  tx: Tx,
  accountIds: readonly number[],
  { cursor, nowMs }: { readonly cursor: FoldCursor; readonly nowMs: number },
): Promise<number> {
  const { timeZone, foldedTo } = cursor;
  const { derived, changedMs } = await findChanges(tx, accountIds);
  const changed = [...changedMs.keys()];
  if (changed.length === 0) return 0;
  const used = (await findMonthsOfUse(tx, changed)).filter(
    ({ month, accountId }) => month >= `${monthIn(timeZone, changedMs.get(accountId)!)}-01`,
  );
  const months = [...Map.groupBy(used, ({ month }) => month)].map(([month, of]) => ({
    month,
    accountIds: of.map(({ accountId }) => accountId),
  }));
  const add = async (sign: 1 | -1): Promise<number> => {
    let events = 0;
    for (const each of months) {
      const where = ofAccounts({ ...each, timeZone, foldedTo });
      events += await addEvents(tx, { where, sign, timeZone, nowMs });
    }
    return events;
  };
  const moved = await add(-1);
  await putPlans(tx, changed, derived);
  await add(1);
  for (const each of months) await dropNothing(tx, each);
  return moved;
}

/** From when on accounts had other plans than is kept, and which plans those that changed had. */
async function findChanges(tx: Tx, accountIds: readonly number[]) {
  const told = Map.groupBy(await derivePlans(tx, accountIds), accountOf);
  const kept = Map.groupBy(await findKeptPlans(tx, accountIds), accountOf);
  const changedMs = new Map<number, number>();
  const derived: PlanFrom[] = [];
  for (const accountId of accountIds) {
    const plans = withoutRepeats(told.get(accountId) ?? []);
    const fromMs = firstDifference(kept.get(accountId) ?? [], plans);
    if (fromMs === null) continue;
    changedMs.set(accountId, fromMs);
    derived.push(...plans.map((plan) => ({ accountId, ...plan })));
  }
  return { derived, changedMs };
}

function accountOf({ accountId }: PlanFrom): number {
  return accountId;
}
