import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { refuseStale } from '../../accounts/index.ts';
import { recordChange, type StaffCommand } from '../../plans/index.ts';
import {
  BULK_DEED_DONE,
  BULK_DEED_UNDONE,
  BULK_DEED_UNKNOWN,
  BULK_USERS_CHANGED,
  BULK_USERS_MISSING,
} from '../errors.ts';
import type { BulkDeed, BulkKind, BulkUser } from './bulk-deed.ts';
import { chooseUsers, type UserChoice } from './choose-users.ts';
import { readTerms, termsOfKind, type SaidTerms } from './decide-terms.ts';
import type { BulkDependencies } from './perform.ts';
import { previewBulk, tryOn, type BulkPreview } from './preview.ts';
import {
  findBulkDeed,
  findUndo,
  insertBulkDeed,
  lockBulkDeed,
  setBulkState,
  setCarrier,
} from './store/deeds.ts';
import { insertBulkUsers, releaseTargets } from './store/targets.ts';

export interface BulkWish {
  readonly kind: BulkKind;
  readonly said: SaidTerms;
  readonly choice: UserChoice;
  /** The list as it was asked for, but for what may name a person. */
  readonly list: Readonly<Record<string, unknown>> | undefined;
}

const USERS_AT_ONCE = 5_000;

/** Says what would be. */
export async function previewWish(
  deps: BulkDependencies,
  { kind, said, choice }: BulkWish,
  command: StaffCommand,
): Promise<BulkPreview> {
  const terms = readTerms(kind, termsOfKind(kind, said));
  const users = await chooseUsers(deps.database, choice);
  return previewBulk(deps, terms, users, command);
}

/** Writes down everybody who is meant; the worker does it to them. */
export async function beginBulk(
  deps: BulkDependencies,
  wish: BulkWish,
  expectedUsers: number | undefined,
  command: StaffCommand,
): Promise<BulkDeed> {
  const kept = termsOfKind(wish.kind, wish.said);
  const terms = readTerms(wish.kind, kept);
  const users = await chooseUsers(deps.database, wish.choice);
  refuseOthers(users.length, expectedUsers);
  const [anybody] = users;
  if (anybody === undefined) throw missing('/list', 'holds somebody');
  await tryOn(deps, terms, anybody, command);
  const written = { kind: wish.kind, undoes: null, kept, users, list: wish.list };
  return deps.database.transaction((tx) => writeDown(tx, written, command));
}

/** A list may hold others by now than were looked at. */
export function refuseOthers(users: number, expected: number | undefined): void {
  if (expected === undefined) throw missing('/expected_users', 'is what the preview has said');
  if (users === expected) return;
  throw new AppError(BULK_USERS_CHANGED, {
    message: `These are ${users} users by now, and not ${expected}; look at them again.`,
    members: { users },
  });
}

function missing(field: string, message: string): AppError {
  return new AppError(BULK_USERS_MISSING, {
    message: 'It is not said to whom it is to be done.',
    fields: [{ field, message }],
  });
}

export interface BulkToWrite {
  readonly kind: BulkKind;
  readonly undoes: number | null;
  readonly kept: Readonly<Record<string, unknown>>;
  readonly users: readonly BulkUser[];
  readonly list: BulkWish['list'];
}

export async function writeDown(
  tx: Tx,
  { kind, undoes, kept, users, list }: BulkToWrite,
  command: StaffCommand,
): Promise<BulkDeed> {
  const { actor, reason, staffId, nowMs } = command;
  const deed = await insertBulkDeed(tx, {
    kind,
    undoes,
    terms: kept,
    reason,
    users: users.length,
    createdBy: staffId,
    requestId: actor.requestId,
    address: actor.address,
    createdMs: nowMs,
  });
  for (let first = 0; first < users.length; first += USERS_AT_ONCE) {
    await insertBulkUsers(tx, deed.id, users.slice(first, first + USERS_AT_ONCE));
  }
  // What a note says is in no trail.
  const { text: _, ...terms } = kept;
  const said = undoes === null ? { terms, list: list ?? null } : { undoes: String(undoes) };
  const after = { kind, users: users.length, ...said };
  await recordChange(tx, command, 'bulk_deed.begun', subjectOf(deed.id), { after });
  return deed;
}

/**
 * Those to whom it is being done at this moment are done. Whoever has it go on does so in their own
 * name: who has begun it may not do it any more.
 */
export async function turnBulk(
  tx: Tx,
  target: { readonly id: number; readonly version: number; readonly state: 'running' | 'stopped' },
  command: StaffCommand,
): Promise<BulkDeed> {
  const { id, version, state } = target;
  const deed = required(await lockBulkDeed(tx, id), id);
  refuseStale(version, deed.revision);
  if (deed.state === 'done') {
    throw new AppError(BULK_DEED_DONE, { message: `Bulk deed ${id} is done.` });
  }
  if (deed.state === state) return deed;
  const undoneBy = state === 'running' ? await findUndo(tx, id) : null;
  if (undoneBy !== null) throw undone(undoneBy);
  await setBulkState(tx, id, { state, finishedMs: null });
  if (state === 'running') {
    await setCarrier(tx, id, { ...command.actor, staffId: command.staffId });
    await releaseTargets(tx, id);
  }
  const action = state === 'stopped' ? 'bulk_deed.stopped' : 'bulk_deed.resumed';
  const change = { before: { state: deed.state }, after: { state } };
  await recordChange(tx, command, action, subjectOf(id), change);
  return required(await findBulkDeed(tx, id), id);
}

export function undone(by: number): AppError {
  return new AppError(BULK_DEED_UNDONE, {
    message: `Bulk deed ${by} undoes it already.`,
    members: { undone_by: String(by) },
  });
}

export function required(deed: BulkDeed | undefined, id: number): BulkDeed {
  if (deed !== undefined) return deed;
  throw new AppError(BULK_DEED_UNKNOWN, { message: `There is no bulk deed ${id}.` });
}

export function subjectOf(id: number): { readonly kind: string; readonly id: string } {
  return { kind: 'bulk_deed', id: String(id) };
}
