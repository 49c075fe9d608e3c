import { assert } from '@whisperforge/kernel/assert';
import { endOverride, overridePlan } from '../../../access/index.ts';
import { defaultPlanAt } from '../../../plans/index.ts';
import { findOverrideSpans, loadFacts } from '../../../subscriptions/index.ts';
import { takeNoteBackIn } from '../../notes/notes.ts';
import { findKeptNotes } from '../../notes/store-notes.ts';
import type { AppError } from '../../../../platform/errors.ts';
import type { BulkUser, UndoTerms } from '../bulk-deed.ts';
import { targetOf, type BulkDependencies, type Performance } from '../perform.ts';
import { findResults } from '../store/targets.ts';
import { undoRefusalOf } from './decide-kept.ts';

/** Why it is not taken back from some users, by account; those from whom it is are left out. */
export async function findUndoRefusals(
  { database }: Pick<BulkDependencies, 'database'>,
  { of, given }: UndoTerms,
  users: readonly Pick<BulkUser, 'accountId' | 'source'>[],
  nowMs: number,
): Promise<ReadonlyMap<number, AppError>> {
  const accountIds = users.map(({ accountId }) => accountId);
  const results = await findResults(database, of, accountIds);
  const ids = [...results.values()].filter((id) => id !== null);
  const isNote = given.kind === 'note';
  const overrides = await findOverrideSpans(database, isNote ? [] : ids);
  const notes = await findKeptNotes(database, isNote ? ids : []);
  const isLift = given.kind === 'lift';
  const facts = await loadFacts(database, isLift ? accountIds : [], nowMs);
  const refusals = new Map<number, AppError>();
  for (const user of users) {
    const id = results.get(user.accountId) ?? null;
    const refusal = undoRefusalOf(given, user, {
      override: id === null ? undefined : overrides.get(id),
      hasNote: id !== null && notes.has(id),
      planChanges: facts.get(user.accountId)?.planChanges ?? [],
      nowMs,
    });
    if (refusal !== null) refusals.set(user.accountId, refusal);
  }
  return refusals;
}

/** Takes it back from one user, by the commands that take back a single deed. */
export async function takeBack(
  deps: BulkDependencies,
  terms: UndoTerms,
  performance: Performance,
): Promise<void> {
  const { user, nowMs, isDry } = performance;
  const refusals = await findUndoRefusals(deps, terms, [user], nowMs);
  const refusal = refusals.get(user.accountId);
  if (refusal !== undefined) throw refusal;
  const { of, given } = terms;
  if (given.kind === 'discount') return endDiscount(deps, given, performance);
  const resultId = (await findResults(deps.database, of, [user.accountId])).get(user.accountId);
  assert(typeof resultId === 'number', 'a deed that is done has left something');
  switch (given.kind) {
    case 'boost':
    case 'gift':
    case 'restrict':
      return endOverride(deps, targetOf(performance), resultId);
    case 'lift':
      return restrictAgain(deps, resultId, performance);
    case 'note':
      if (!isDry) await removeNote(deps, resultId, performance);
  }
}

/** Until the instant until which it was. */
async function restrictAgain(
  deps: BulkDependencies,
  liftedId: number,
  performance: Performance,
): Promise<void> {
  const lifted = (await findOverrideSpans(deps.database, [liftedId])).get(liftedId);
  const { slug: plan } = defaultPlanAt(await deps.catalog.latest(), performance.nowMs);
  const change = { plan, expiresMs: lifted?.expiresMs ?? null };
  await overridePlan(deps, targetOf(performance), change);
}

async function removeNote(
  { database }: BulkDependencies,
  noteId: number,
  { user, actor, staffId, reason, nowMs, alongside }: Performance,
): Promise<void> {
  await database.transaction(async (tx) => {
    await takeNoteBackIn(tx, user, noteId, { actor, staffId, nowMs, reason });
    await alongside(tx, noteId);
  });
}

/** Stripe is asked in no transaction of ours, as when it was given. */
async function endDiscount(
  { endGivenDiscount }: BulkDependencies,
  { discount: wish }: Extract<UndoTerms['given'], { kind: 'discount' }>,
  { user, actor, reason, nowMs, isDry, onceKey, afterwards }: Performance,
): Promise<void> {
  const given = { user: user.externalId, actor, reason, wish, onceKey, isDry };
  await endGivenDiscount(given, nowMs);
  if (!isDry) await afterwards();
}
