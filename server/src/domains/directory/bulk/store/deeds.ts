import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { BulkDeed, BulkKind, BulkState } from '../bulk-deed.ts';

interface DeedRow {
  id: number;
  kind: string;
  terms: unknown;
  reason: string;
  state: string;
  revision: number;
  users: number;
  created_by: number;
  created_by_name: string | null;
  carried_on_by: number;
  carried_on_by_name: string | null;
  request_id: string | null;
  address: string | null;
  created_at: number;
  finished_at: number | null;
}

const SELECT = sql.raw(`SELECT d.id, d.kind, d.terms, d.reason, d.state, d.revision, d.users,
  d.created_by, author.name AS created_by_name, carrier.id AS carried_on_by,
  carrier.name AS carried_on_by_name, d.request_id, d.address, d.created_at, d.finished_at
  FROM bulk_deeds d LEFT JOIN staff author ON author.id = d.created_by
  LEFT JOIN staff carrier ON carrier.id = coalesce(d.carried_on_by, d.created_by)`);

export type NewBulkDeed = Omit<
  BulkDeed,
  'id' | 'state' | 'revision' | 'finishedMs' | 'createdByName' | 'carriedOnBy' | 'carriedOnByName'
>;

export async function insertBulkDeed(tx: Tx, deed: NewBulkDeed): Promise<BulkDeed> {
  const terms = deed.undoes === null ? deed.terms : { undoes: deed.undoes };
  const { id } = await tx.sql
    .insertInto('bulk_deeds')
    .values({
      kind: deed.kind,
      terms: JSON.stringify(terms),
      reason: deed.reason,
      state: 'running',
      users: deed.users,
      created_by: deed.createdBy,
      request_id: deed.requestId,
      address: deed.address,
      created_at: formatInstant(deed.createdMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const inserted = await findBulkDeed(tx, id);
  if (inserted === undefined) throw new Error('a bulk deed is there once it is inserted');
  return inserted;
}

export async function findBulkDeed(executor: Executor, id: number): Promise<BulkDeed | undefined> {
  const { rows } = await sql<DeedRow>`${SELECT} WHERE d.id = ${id}`.execute(executor.sql);
  return rows[0] && deedOf(rows[0]);
}

/** The latest first. */
export async function findBulkDeeds(
  executor: Executor,
  page: { readonly beforeId: number | undefined; readonly limit: number },
): Promise<BulkDeed[]> {
  const before = page.beforeId === undefined ? sql`true` : sql`d.id < ${page.beforeId}`;
  const { rows } = await sql<DeedRow>`
    ${SELECT} WHERE ${before} ORDER BY d.id DESC LIMIT ${page.limit}`.execute(executor.sql);
  return rows.map(deedOf);
}

/** The bulk deed that undoes another; there is at most one. */
export async function findUndo(executor: Executor, id: number): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM bulk_deeds WHERE terms -> 'undoes' = to_jsonb(${id}::bigint) LIMIT 1`.execute(
    executor.sql,
  );
  return rows[0]?.id ?? null;
}

/** Waits for those that are being carried out at this moment, and has others wait. */
export async function lockBulkDeed(tx: Tx, id: number): Promise<BulkDeed | undefined> {
  const { rows } = await sql<DeedRow>`
    ${SELECT} WHERE d.id = ${id} FOR UPDATE OF d`.execute(tx.sql);
  return rows[0] && deedOf(rows[0]);
}

/** In whose name a bulk deed runs, and the role that they have. */
export interface Carrier {
  readonly staffId: number;
  readonly role: string;
  /** Of the request by which they have said so. */
  readonly requestId: string | null;
  readonly address: string | null;
}

const CARRIER = sql`SELECT s.id AS "staffId", s.role, d.request_id AS "requestId", d.address
  FROM bulk_deeds d JOIN staff s ON s.id = coalesce(d.carried_on_by, d.created_by)
  WHERE d.state = 'running' AND s.deactivated_at IS NULL`;

/** None where it does not run, or who is to do it may not sign in any more. */
export async function findCarrier(executor: Executor, id: number): Promise<Carrier | undefined> {
  const { rows } = await sql<Carrier>`${CARRIER} AND d.id = ${id}`.execute(executor.sql);
  return rows[0];
}

/** As it is found, and will be until this transaction ends: a stop and a demotion wait for it. */
export async function holdCarrier(tx: Tx, id: number): Promise<Carrier | undefined> {
  const { rows } = await sql<Carrier>`${CARRIER} AND d.id = ${id} FOR SHARE OF d, s`.execute(
    tx.sql,
  );
  return rows[0];
}

/** Has it go on in the name of a member of staff, by what they have asked. */
export async function setCarrier(
  tx: Tx,
  id: number,
  by: { readonly staffId: number; readonly requestId?: string; readonly address?: string },
): Promise<void> {
  await tx.sql
    .updateTable('bulk_deeds')
    .set({
      carried_on_by: by.staffId,
      request_id: by.requestId ?? null,
      address: by.address ?? null,
    })
    .where('id', '=', id)
    .execute();
}

export async function setBulkState(
  tx: Tx,
  id: number,
  to: { readonly state: BulkState; readonly finishedMs: number | null },
): Promise<void> {
  await tx.sql
    .updateTable('bulk_deeds')
    .set((of) => ({
      state: to.state,
      revision: of('revision', '+', 1),
      finished_at: to.finishedMs === null ? null : formatInstant(to.finishedMs),
    }))
    .where('id', '=', id)
    .execute();
}

function deedOf(row: DeedRow): BulkDeed {
  const { undoes, ...terms } = row.terms as Readonly<Record<string, unknown>>;
  return {
    id: row.id,
    kind: row.kind as BulkKind,
    undoes: typeof undoes === 'number' ? undoes : null,
    terms,
    reason: row.reason,
    state: row.state as BulkState,
    revision: row.revision,
    users: row.users,
    createdBy: row.created_by,
    createdByName: row.created_by_name,
    carriedOnBy: row.carried_on_by,
    carriedOnByName: row.carried_on_by_name,
    requestId: row.request_id,
    address: row.address,
    createdMs: row.created_at,
    finishedMs: row.finished_at,
  };
}
