import { assert } from '@whisperforge/kernel/assert';
import type { Actor } from '../../../audit/index.ts';
import { recordChange } from '../../../plans/index.ts';
import type { BulkDeed, BulkTarget, BulkTerms, UndoTerms } from '../bulk-deed.ts';
import { readTerms } from '../decide-terms.ts';
import { carryOut } from '../carry-out.ts';
import type { BulkDependencies } from '../perform.ts';
import { mayCarryOn } from '../permission.ts';
import { subjectOf } from '../service.ts';
import {
  findBulkDeed,
  findCarrier,
  holdCarrier,
  lockBulkDeed,
  setBulkState,
  type Carrier,
} from '../store/deeds.ts';
import {
  countTargets,
  findFinished,
  findUserById,
  settleTarget,
  takeTargets,
} from '../store/targets.ts';
import { undoTermsOf } from '../undo/undo.ts';
import { doneWith, outcomeOf } from './decide-outcome.ts';
import { onceKeyOf, settleLeft } from './settle-left.ts';

const TARGETS_AT_ONCE = 40;
/** Each waits for the disk, so that several share a wait. */
const WORKERS = 4;

/**
 * Ends a transaction whose bulk deed was stopped, who is not to do it any more, or whose user was
 * done by somebody else.
 */
class NotOurs extends Error {
  override readonly name = 'NotOurs';
}

/**
 * Does it to some of those who wait; answers how many. What is done and that it is done are
 * written in one transaction, so that a kill at any instant leaves each done once or waiting.
 */
export async function workBulk(deps: BulkDependencies, signal: AbortSignal): Promise<number> {
  const taken = await deps.database.transaction((tx) => takeTargets(tx, TARGETS_AT_ONCE));
  const deeds = await findDeeds(deps, taken);
  const faults: unknown[] = [];
  const left = taken.values();
  const work = async (): Promise<void> => {
    for (const target of left) {
      // What was taken and is not begun is left to whoever takes it next.
      if (signal.aborted) return;
      const deed = deeds.get(target.bulkDeedId);
      if (deed === undefined) continue;
      await workOne(deps, deed, target).catch((error: unknown) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  const settled = await settleLeft(deps, signal).catch((error: unknown) => {
    faults.push(error);
    return 0;
  });
  for (const id of await findFinished(deps.database)) await finish(deps, id);
  if (faults.length > 0) throw faults[0];
  return taken.length + settled;
}

interface RunningDeed {
  readonly deed: BulkDeed;
  readonly terms: BulkTerms | UndoTerms;
}

async function findDeeds(
  deps: BulkDependencies,
  taken: readonly BulkTarget[],
): Promise<ReadonlyMap<number, RunningDeed>> {
  const deeds = new Map<number, RunningDeed>();
  for (const id of new Set(taken.map(({ bulkDeedId }) => bulkDeedId))) {
    const deed = await findBulkDeed(deps.database, id);
    assert(deed !== undefined, 'a bulk deed is never deleted');
    deeds.set(id, { deed, terms: await termsOf(deps, deed) });
  }
  return deeds;
}

async function termsOf(
  { database }: BulkDependencies,
  { kind, terms, undoes }: BulkDeed,
): Promise<BulkTerms | UndoTerms> {
  if (undoes === null) return readTerms(kind, terms);
  const undone = await findBulkDeed(database, undoes);
  assert(undone !== undefined, 'a bulk deed is never deleted');
  return undoTermsOf(undone);
}

/** Whose role is looked up for each user: nothing goes on in a name that may not do it any more. */
async function workOne(
  deps: BulkDependencies,
  { deed, terms }: RunningDeed,
  target: BulkTarget,
): Promise<void> {
  const { database, clock } = deps;
  const nowMs = clock.nowMs();
  const { id, kind, reason } = deed;
  const carrier = await findCarrier(database, id);
  if (!mayCarryOn(carrier, kind)) return stopUnpermitted(deps, id);
  const { staffId } = carrier;
  try {
    await carryOut(deps, terms, {
      user: await findUserById(database, target.userId),
      actor: actorOf(carrier),
      staffId,
      reason,
      nowMs,
      isDry: false,
      onceKey: onceKeyOf(target),
      async alongside(tx, resultId) {
        const present = await holdCarrier(tx, id);
        if (present?.staffId !== staffId || !mayCarryOn(present, kind)) throw new NotOurs();
        const outcome = doneWith(resultId);
        if (!(await settleTarget(tx, target, outcome, nowMs))) throw new NotOurs();
      },
      async afterwards() {
        await settleTarget(database, target, doneWith(null), nowMs);
      },
    });
  } catch (error) {
    if (error instanceof NotOurs) return;
    await settleTarget(database, target, outcomeOf(error, target), nowMs);
  }
}

async function finish({ database, clock }: BulkDependencies, id: number): Promise<void> {
  await database.transaction(async (tx) => {
    const deed = await lockBulkDeed(tx, id);
    if (deed?.state !== 'running') return;
    const counts = await countTargets(tx, id);
    if (counts.waiting > 0) return;
    const nowMs = clock.nowMs();
    await setBulkState(tx, id, { state: 'done', finishedMs: nowMs });
    const actor = actorOf({ ...deed, staffId: deed.carriedOnBy });
    const context = { actor, nowMs, reason: deed.reason };
    await recordChange(tx, context, 'bulk_deed.done', subjectOf(id), { after: counts });
  });
}

async function stopUnpermitted({ database, clock }: BulkDependencies, id: number): Promise<void> {
  await database.transaction(async (tx) => {
    const deed = await lockBulkDeed(tx, id);
    if (deed?.state !== 'running' || mayCarryOn(await findCarrier(tx, id), deed.kind)) return;
    await setBulkState(tx, id, { state: 'stopped', finishedMs: null });
    const actor = { kind: 'system', id: 'bulk deeds' } as const;
    const reason = 'in whose name it was done may not do it any more';
    const context = { actor, nowMs: clock.nowMs(), reason };
    const change = { before: { state: 'running' }, after: { state: 'stopped' } };
    await recordChange(tx, context, 'bulk_deed.stopped', subjectOf(id), change);
  });
}

/** Who began it or had it go on, and by which request: what it does is done in their name. */
function actorOf({ staffId, requestId, address }: Omit<Carrier, 'role'>): Actor {
  return {
    kind: 'staff',
    id: String(staffId),
    ...(requestId !== null && { requestId }),
    ...(address !== null && { address }),
  };
}
