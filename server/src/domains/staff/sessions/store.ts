import { sql } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { IdPage } from '../../../platform/pages.ts';
import { isRole } from '../../../platform/permissions.ts';
import type { Staff } from '../../../platform/routes.ts';

export interface NewSession {
  readonly digest: Buffer;
  readonly staffId: number;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly address: string;
  readonly userAgent: string;
}

export async function insertSession(tx: Tx, session: NewSession): Promise<number> {
  const created = formatInstant(session.createdMs);
  const row = await tx.sql
    .insertInto('staff_sessions')
    .values({
      secret_hash: session.digest,
      staff_id: session.staffId,
      created_at: created,
      proved_at: created,
      last_seen_at: created,
      expires_at: formatInstant(session.expiresMs),
      address: session.address,
      user_agent: session.userAgent,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export interface FoundSession extends Staff {
  readonly lastSeenMs: number;
}

/** When a session is neither over nor idle. */
export interface LiveAt {
  readonly nowMs: number;
  readonly idleSinceMs: number;
}

/** A live session of a member who is not deactivated. */
export async function findSession(
  executor: Executor,
  digest: Buffer,
  at: LiveAt,
): Promise<FoundSession | undefined> {
  const row = await executor.sql
    .selectFrom('staff_sessions')
    .innerJoin('staff', 'staff.id', 'staff_sessions.staff_id')
    .select(['staff.id as staff_id', 'staff.email', 'staff.name', 'staff.role'])
    .select(['staff_sessions.id', 'staff_sessions.proved_at'])
    .select(['staff_sessions.last_seen_at', 'staff_sessions.expires_at'])
    .where('staff_sessions.secret_hash', '=', digest)
    .where('staff.deactivated_at', 'is', null)
    .where(sql<boolean>`staff_sessions.expires_at > ${formatInstant(at.nowMs)}`)
    .where(sql<boolean>`staff_sessions.last_seen_at > ${formatInstant(at.idleSinceMs)}`)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  assert(isRole(row.role), 'the database knows the roles');
  return {
    staffId: row.staff_id,
    email: row.email,
    name: row.name,
    role: row.role,
    via: 'session',
    sessionId: row.id,
    provedMs: row.proved_at,
    lastSeenMs: row.last_seen_at,
    expiresMs: row.expires_at,
  };
}

export async function touchSession(
  executor: Executor,
  sessionId: number,
  nowMs: number,
): Promise<void> {
  await executor.sql
    .updateTable('staff_sessions')
    .set({ last_seen_at: formatInstant(nowMs) })
    .where('id', '=', sessionId)
    .execute();
}

export interface ListedSession {
  readonly id: number;
  readonly address: string;
  readonly userAgent: string;
  readonly createdMs: number;
  readonly lastSeenMs: number;
  readonly expiresMs: number;
}

/** Newest first. */
export async function listSessions(
  executor: Executor,
  staffId: number,
  { nowMs, idleSinceMs, afterId = Number.MAX_SAFE_INTEGER, limit }: LiveAt & IdPage,
): Promise<ListedSession[]> {
  const rows = await executor.sql
    .selectFrom('staff_sessions')
    .select(['id', 'address', 'user_agent', 'created_at', 'last_seen_at', 'expires_at'])
    .where('staff_id', '=', staffId)
    .where(sql<boolean>`expires_at > ${formatInstant(nowMs)}`)
    .where(sql<boolean>`last_seen_at > ${formatInstant(idleSinceMs)}`)
    .where('id', '<', afterId)
    .orderBy('id', 'desc')
    .limit(limit ?? null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    userAgent: row.user_agent,
    createdMs: row.created_at,
    lastSeenMs: row.last_seen_at,
    expiresMs: row.expires_at,
  }));
}

/** Answers whether the member had such a session. */
export async function deleteSession(
  tx: Tx,
  session: { readonly id: number; readonly staffId: number },
): Promise<boolean> {
  const { numDeletedRows } = await tx.sql
    .deleteFrom('staff_sessions')
    .where('id', '=', session.id)
    .where('staff_id', '=', session.staffId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** All sessions of a member, but for the one that is named. */
export async function deleteSessionsOf(
  tx: Tx,
  staffId: number,
  exceptId: number | undefined,
): Promise<number> {
  const all = tx.sql.deleteFrom('staff_sessions').where('staff_id', '=', staffId);
  const { numDeletedRows } = await (
    exceptId === undefined ? all : all.where('id', '!=', exceptId)
  ).executeTakeFirst();
  return Number(numDeletedRows);
}

export async function replaceSessionSecret(
  tx: Tx,
  sessionId: number,
  change: { readonly digest: Buffer; readonly provedMs: number },
): Promise<void> {
  await tx.sql
    .updateTable('staff_sessions')
    .set({ secret_hash: change.digest, proved_at: formatInstant(change.provedMs) })
    .where('id', '=', sessionId)
    .execute();
}
