import type { BulkTarget } from '../bulk-deed.ts';
import type { BulkDependencies } from '../perform.ts';
import { leaveTarget, settleTarget, takeLeftTargets } from '../store/targets.ts';
import { doneWith, outcomeOf } from './decide-outcome.ts';

const TARGETS_AT_ONCE = 40;

/** By which what is asked of Stripe for one user of a bulk deed is known, and done once. */
export function onceKeyOf({ bulkDeedId, accountId }: Pick<BulkTarget, 'bulkDeedId' | 'accountId'>) {
  return `bulk:${bulkDeedId}:${accountId}`;
}

/**
 * Says of users of bulk deeds that were stopped what came of them, where a worker took them and was
 * killed before it could. Stripe may have been asked by then, and does it whether or not the bulk
 * deed was stopped since. For whom nothing was begun goes on waiting. Answers how many they were.
 */
export async function settleLeft(deps: BulkDependencies, signal: AbortSignal): Promise<number> {
  const { database } = deps;
  const left = await database.transaction((tx) => takeLeftTargets(tx, TARGETS_AT_ONCE));
  for (const target of left) {
    if (signal.aborted) break;
    await settleOne(deps, target);
  }
  return left.length;
}

async function settleOne(deps: BulkDependencies, target: BulkTarget): Promise<void> {
  const { database, clock } = deps;
  const nowMs = clock.nowMs();
  try {
    const isBegun = await deps.repeatGiven(onceKeyOf(target), nowMs);
    if (isBegun) await settleTarget(database, target, doneWith(null), nowMs);
    else await leaveTarget(database, target);
  } catch (error) {
    await settleTarget(database, target, outcomeOf(error, target), nowMs);
  }
}
