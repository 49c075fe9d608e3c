import { AppError } from '../../../../platform/errors.ts';
import { refuseStale } from '../../../accounts/index.ts';
import type { StaffCommand } from '../../../plans/index.ts';
import { BULK_DEED_NO_UNDO, BULK_DEED_RUNNING } from '../../errors.ts';
import type { BulkDeed, UndoTerms } from '../bulk-deed.ts';
import { readTerms } from '../decide-terms.ts';
import type { BulkDependencies } from '../perform.ts';
import { previewBulk, type BulkPreview } from '../preview.ts';
import { refuseOthers, required, undone, writeDown } from '../service.ts';
import { findBulkDeed, findUndo, lockBulkDeed } from '../store/deeds.ts';
import { findDone } from '../store/targets.ts';

export interface UndoWish {
  /** The bulk deed that is to be undone, as it was looked at. */
  readonly id: number;
  readonly version: number;
}

/** Says from how many it would be taken back, and from whom not, and why. */
export async function previewUndo(
  deps: BulkDependencies,
  { id, version }: UndoWish,
  command: StaffCommand,
): Promise<BulkPreview> {
  const deed = required(await findBulkDeed(deps.database, id), id);
  requireUndoable(deed, version, await findUndo(deps.database, id));
  const users = await findDone(deps.database, id);
  return previewBulk(deps, undoTermsOf(deed), users, command);
}

/** Writes down all to whom it was done; the worker takes it back from each, once. */
export async function beginUndo(
  { database }: BulkDependencies,
  { id, version }: UndoWish,
  expectedUsers: number | undefined,
  command: StaffCommand,
): Promise<BulkDeed> {
  return database.transaction(async (tx) => {
    const deed = required(await lockBulkDeed(tx, id), id);
    requireUndoable(deed, version, await findUndo(tx, id));
    const users = await findDone(tx, id);
    refuseOthers(users.length, expectedUsers);
    if (users.length === 0) throw noUndo('It was done to nobody.');
    const { kind } = deed;
    return writeDown(tx, { kind, undoes: id, kept: {}, users, list: undefined }, command);
  });
}

export function undoTermsOf(deed: Pick<BulkDeed, 'id' | 'kind' | 'terms'>): UndoTerms {
  return { kind: 'undo', of: deed.id, given: readTerms(deed.kind, deed.terms) };
}

function requireUndoable(deed: BulkDeed, version: number, undoneBy: number | null): void {
  refuseStale(version, deed.revision);
  if (deed.undoes !== null) throw noUndo('It is an undo itself; do what it has undone once more.');
  if (deed.state === 'running') {
    const message = 'It still goes on; stop it, or wait until it is done.';
    throw new AppError(BULK_DEED_RUNNING, { message });
  }
  if (undoneBy !== null) throw undone(undoneBy);
}

function noUndo(message: string): AppError {
  return new AppError(BULK_DEED_NO_UNDO, { message });
}
