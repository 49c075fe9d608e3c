import { sql } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { IdPage } from '../../../platform/pages.ts';
import { isRole, type Role } from '../../../platform/permissions.ts';
import type { Staff } from '../../../platform/routes.ts';

/** A token for scripts as it is kept: what was handed out cannot be read back. */
export interface StaffToken {
  readonly id: number;
  readonly name: string;
  /** The first characters, by which a person recognises it. */
  readonly prefix: string;
  readonly role: Role;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export interface NewToken extends Omit<StaffToken, 'id'> {
  readonly digest: Buffer;
  readonly staffId: number;
}

export async function insertToken(tx: Tx, token: NewToken): Promise<number> {
  const row = await tx.sql
    .insertInto('staff_tokens')
    .values({
      secret_hash: token.digest,
      prefix: token.prefix,
      staff_id: token.staffId,
      name: token.name,
      role: token.role,
      created_at: formatInstant(token.createdMs),
      expires_at: formatInstant(token.expiresMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export interface FoundToken extends Staff {
  /** What its maker has now. */
  readonly makerRole: Role;
}

/** A live token of a member who is not deactivated. */
export async function findToken(
  executor: Executor,
  digest: Buffer,
  nowMs: number,
): Promise<FoundToken | undefined> {
  const row = await executor.sql
    .selectFrom('staff_tokens')
    .innerJoin('staff', 'staff.id', 'staff_tokens.staff_id')
    .select(['staff.id as staff_id', 'staff.email', 'staff.name', 'staff.role as maker_role'])
    .select(['staff_tokens.id', 'staff_tokens.role', 'staff_tokens.expires_at'])
    .where('staff_tokens.secret_hash', '=', digest)
    .where('staff_tokens.revoked_at', 'is', null)
    .where('staff.deactivated_at', 'is', null)
    .where(sql<boolean>`staff_tokens.expires_at > ${formatInstant(nowMs)}`)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  assert(isRole(row.role) && isRole(row.maker_role), 'the database knows the roles');
  return {
    staffId: row.staff_id,
    email: row.email,
    name: row.name,
    role: row.role,
    makerRole: row.maker_role,
    via: 'token',
    sessionId: row.id,
    provedMs: undefined,
    expiresMs: row.expires_at,
  };
}

export interface TokenPage extends IdPage {
  readonly staffId: number;
  readonly nowMs: number;
}

/** A member's tokens that are good at an instant, newest first. */
export async function listLiveTokens(
  executor: Executor,
  { staffId, nowMs, afterId = Number.MAX_SAFE_INTEGER, limit }: TokenPage,
): Promise<StaffToken[]> {
  const rows = await executor.sql
    .selectFrom('staff_tokens')
    .select(['id', 'name', 'prefix', 'role', 'created_at', 'expires_at'])
    .where('staff_id', '=', staffId)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`expires_at > ${formatInstant(nowMs)}`)
    .where('id', '<', afterId)
    .orderBy('id', 'desc')
    .limit(limit ?? null)
    .execute();
  return rows.map((row) => {
    assert(isRole(row.role), 'the database knows the roles');
    return {
      id: row.id,
      name: row.name,
      prefix: row.prefix,
      role: row.role,
      createdMs: row.created_at,
      expiresMs: row.expires_at,
    };
  });
}

export async function revokeTokens(tx: Tx, ids: readonly number[], nowMs: number): Promise<number> {
  if (ids.length === 0) return 0;
  const { numUpdatedRows } = await tx.sql
    .updateTable('staff_tokens')
    .set({ revoked_at: formatInstant(nowMs) })
    .where('id', 'in', ids)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
