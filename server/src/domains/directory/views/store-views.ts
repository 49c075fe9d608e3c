import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';

/** Filters and sorts of a list under a name, of one member of staff or for all. */
export interface View {
  readonly id: number;
  readonly list: string;
  readonly name: string;
  readonly staffId: number;
  readonly staffName: string | null;
  readonly isShared: boolean;
  readonly query: Readonly<Record<string, unknown>>;
  readonly revision: number;
  readonly updatedMs: number;
}

export interface ViewTerms {
  readonly list: string;
  readonly name: string;
  readonly isShared: boolean;
  readonly query: Readonly<Record<string, unknown>>;
}

interface ViewRow {
  id: number;
  list: string;
  name: string;
  staff_id: number;
  staff_name: string | null;
  is_shared: boolean;
  query: Record<string, unknown>;
  revision: number;
  updated_at: number;
}

/** Where a view stands among all. */
export type ViewPlace = Pick<View, 'list' | 'name' | 'id'>;

export interface ViewsPage {
  readonly list: string | undefined;
  readonly staffId: number;
  readonly after: ViewPlace | undefined;
  readonly limit: number;
}

/** A member's own views, and those that others share, by their names. */
export async function listViews(
  executor: Executor,
  { list, staffId, after, limit }: ViewsPage,
): Promise<View[]> {
  const ofList = list === undefined ? sql`true` : sql`v.list = ${list}`;
  const isAfter = after
    ? sql`(v.list, lower(v.name), v.id) > (${after.list}, lower(${after.name}), ${after.id})`
    : sql`true`;
  const { rows } = await sql<ViewRow>`
    SELECT v.id, v.list, v.name, v.staff_id, s.name AS staff_name, v.is_shared, v.query,
      v.revision, v.updated_at
    FROM directory_views v LEFT JOIN staff s ON s.id = v.staff_id
    WHERE ${ofList} AND (v.staff_id = ${staffId} OR v.is_shared) AND ${isAfter}
    ORDER BY v.list, lower(v.name), v.id LIMIT ${limit}`.execute(executor.sql);
  return rows.map(viewOf);
}

/** Locks a view against other changes; `undefined` where it is not there for this member. */
export async function lockView(
  tx: Tx,
  { id, staffId }: { readonly id: number; readonly staffId: number },
): Promise<View | undefined> {
  const { rows } = await sql<ViewRow>`
    SELECT id, list, name, staff_id, NULL AS staff_name, is_shared, query, revision, updated_at
    FROM directory_views WHERE id = ${id} AND (staff_id = ${staffId} OR is_shared)
    FOR UPDATE`.execute(tx.sql);
  return rows[0] && viewOf(rows[0]);
}

/** A unique violation where the member has one of that name already. */
export async function insertView(
  tx: Tx,
  view: ViewTerms & { readonly staffId: number; readonly nowMs: number },
): Promise<number> {
  const now = formatInstant(view.nowMs);
  const { id } = await tx.sql
    .insertInto('directory_views')
    .values({
      list: view.list,
      name: view.name,
      staff_id: view.staffId,
      is_shared: view.isShared,
      query: JSON.stringify(view.query),
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateView(
  tx: Tx,
  id: number,
  view: Omit<ViewTerms, 'list'> & { readonly revision: number; readonly nowMs: number },
): Promise<void> {
  await tx.sql
    .updateTable('directory_views')
    .set({
      name: view.name,
      is_shared: view.isShared,
      query: JSON.stringify(view.query),
      revision: view.revision,
      updated_at: formatInstant(view.nowMs),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteView(tx: Tx, id: number): Promise<void> {
  await tx.sql.deleteFrom('directory_views').where('id', '=', id).execute();
}

function viewOf(row: ViewRow): View {
  return {
    id: row.id,
    list: row.list,
    name: row.name,
    staffId: row.staff_id,
    staffName: row.staff_name,
    isShared: row.is_shared,
    query: row.query,
    revision: row.revision,
    updatedMs: row.updated_at,
  };
}
