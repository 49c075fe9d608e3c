import type { Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import type { WrittenPlan } from '../file-schema.ts';
import type { StaffDraft } from './draft.ts';

const COLUMNS = [
  'id',
  'slug',
  'based_on',
  'content',
  'revision',
  'created_by',
  'created_at',
  'updated_by',
  'updated_at',
] as const;

type DraftRow = Pick<Selectable<Schema['plan_drafts']>, (typeof COLUMNS)[number]>;

/** The open drafts, by their plans. */
export async function findOpenDrafts(executor: Executor): Promise<StaffDraft[]> {
  const rows = await executor.sql
    .selectFrom('plan_drafts')
    .select(COLUMNS)
    .where('ended_at', 'is', null)
    .orderBy('slug')
    .execute();
  return rows.map(draftOf);
}

export async function findOpenDraft(
  executor: Executor,
  id: number,
): Promise<StaffDraft | undefined> {
  const row = await executor.sql
    .selectFrom('plan_drafts')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row && draftOf(row);
}

/** Holds back everybody else who would change, publish or end the draft. */
export async function lockOpenDraft(tx: Tx, id: number): Promise<StaffDraft | undefined> {
  const row = await tx.sql
    .selectFrom('plan_drafts')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row && draftOf(row);
}

/** Answers nothing where the plan has an open draft. */
export async function insertDraft(
  tx: Tx,
  draft: Pick<StaffDraft, 'slug' | 'basedOn' | 'content' | 'createdBy' | 'createdMs'>,
): Promise<StaffDraft | undefined> {
  const at = formatInstant(draft.createdMs);
  const row = await tx.sql
    .insertInto('plan_drafts')
    .values({
      slug: draft.slug,
      based_on: draft.basedOn,
      content: JSON.stringify(draft.content),
      created_by: draft.createdBy,
      created_at: at,
      updated_by: draft.createdBy,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.column('slug').where('ended_at', 'is', null).doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && draftOf(row);
}

export async function updateDraft(
  tx: Tx,
  draft: Pick<StaffDraft, 'id' | 'basedOn' | 'content' | 'revision' | 'updatedBy' | 'updatedMs'>,
): Promise<StaffDraft> {
  const row = await tx.sql
    .updateTable('plan_drafts')
    .set({
      based_on: draft.basedOn,
      content: JSON.stringify(draft.content),
      revision: draft.revision,
      updated_by: draft.updatedBy,
      updated_at: formatInstant(draft.updatedMs),
    })
    .where('id', '=', draft.id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return draftOf(row);
}

/** It stays on record; `publishedVersion` is what it became. */
export async function endDraft(
  tx: Tx,
  id: number,
  end: { readonly publishedVersion: number | null; readonly nowMs: number },
): Promise<void> {
  await tx.sql
    .updateTable('plan_drafts')
    .set({ ended_at: formatInstant(end.nowMs), published_version: end.publishedVersion })
    .where('id', '=', id)
    .execute();
}

function draftOf(row: DraftRow): StaffDraft {
  return {
    id: row.id,
    slug: row.slug,
    basedOn: row.based_on,
    content: row.content as WrittenPlan,
    revision: row.revision,
    createdBy: row.created_by,
    createdMs: row.created_at,
    updatedBy: row.updated_by,
    updatedMs: row.updated_at,
  };
}
