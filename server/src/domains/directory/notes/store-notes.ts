import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';

/** What staff have written down about an account. */
export interface Note {
  readonly id: number;
  readonly text: string;
  readonly staffId: number;
  readonly staffName: string | null;
  readonly createdMs: number;
}

export interface NewNote {
  readonly accountId: number;
  readonly userId: number;
  readonly staffId: number;
  readonly text: string;
  readonly nowMs: number;
}

export async function insertNote(tx: Tx, note: NewNote): Promise<number> {
  const { id } = await tx.sql
    .insertInto('directory_notes')
    .values({
      account_id: note.accountId,
      user_id: note.userId,
      staff_id: note.staffId,
      text: note.text,
      created_at: formatInstant(note.nowMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Which of some notes still say something. */
export async function findKeptNotes(
  executor: Executor,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await executor.sql
    .selectFrom('directory_notes')
    .select('id')
    .where(sql<boolean>`id = ANY(${numberArray(ids)}::bigint[])`)
    .where('removed_at', 'is', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** Forgets what a note said; answers whether it still said anything. */
export async function removeNote(
  tx: Tx,
  of: {
    readonly accountId: number;
    readonly noteId: number;
    readonly staffId: number;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('directory_notes')
    .set({ text: null, removed_at: formatInstant(of.nowMs), removed_by: of.staffId })
    .where('id', '=', of.noteId)
    .where('account_id', '=', of.accountId)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** The latest first. */
export async function listNotes(
  executor: Executor,
  { accountId, limit }: { readonly accountId: number; readonly limit: number },
): Promise<Note[]> {
  const { rows } = await sql<{
    id: number;
    text: string;
    staff_id: number;
    staff_name: string | null;
    created_at: number;
  }>`
    SELECT n.id, n.text, n.staff_id, s.name AS staff_name, n.created_at
    FROM directory_notes n LEFT JOIN staff s ON s.id = n.staff_id
    WHERE n.account_id = ${accountId} AND n.text IS NOT NULL
    ORDER BY n.created_at DESC, n.id DESC LIMIT ${limit}`.execute(executor.sql);
  return rows.map((row) => ({
    id: row.id,
    text: row.text,
    staffId: row.staff_id,
    staffName: row.staff_name,
    createdMs: row.created_at,
  }));
}
