import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { User } from '../../accounts/index.ts';
import { appendAudit, type Actor } from '../../audit/index.ts';
import { NOTE_UNKNOWN } from '../errors.ts';
import { insertNote, removeNote } from './store-notes.ts';

/** Who writes, as the trail names them. */
export interface NoteAuthor {
  readonly actor: Actor;
  readonly staffId: number;
  readonly nowMs: number;
  /** Why it was written, where that is said apart from what it says. */
  readonly reason?: string | null;
}

type Subject = Pick<User, 'id' | 'accountId'>;

/** Writes a note down, within a transaction that may do more. What it says is in no trail. */
export async function addNoteIn(
  tx: Tx,
  user: Subject,
  text: string,
  { actor, staffId, nowMs, reason = null }: NoteAuthor,
): Promise<number> {
  const { accountId, id: userId } = user;
  const noteId = await insertNote(tx, { accountId, userId, staffId, text, nowMs });
  await appendAudit(tx, [
    {
      recordedMs: nowMs,
      actor,
      action: 'directory.note_added',
      subject: { kind: 'note', id: noteId },
      accountId,
      reason,
    },
  ]);
  return noteId;
}

export function addNote(
  database: Database,
  user: Subject,
  text: string,
  author: NoteAuthor,
): Promise<number> {
  return database.transaction((tx) => addNoteIn(tx, user, text, author));
}

/** Takes a note back: that it was there stays on record, and what it said does not. */
export function takeNoteBack(
  database: Database,
  user: Pick<Subject, 'accountId'>,
  noteId: number,
  author: NoteAuthor,
): Promise<void> {
  return database.transaction((tx) => takeNoteBackIn(tx, user, noteId, author));
}

export async function takeNoteBackIn(
  tx: Tx,
  { accountId }: Pick<Subject, 'accountId'>,
  noteId: number,
  { actor, staffId, nowMs, reason = null }: NoteAuthor,
): Promise<void> {
  if (!(await removeNote(tx, { accountId, noteId, staffId, nowMs }))) {
    throw new AppError(NOTE_UNKNOWN, { message: `There is no note ${noteId} of this user.` });
  }
  await appendAudit(tx, [
    {
      recordedMs: nowMs,
      actor,
      action: 'directory.note_removed',
      subject: { kind: 'note', id: noteId },
      accountId,
      reason,
    },
  ]);
}
