import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { IdPage } from '../../../platform/pages.ts';
import { isRole, type Role } from '../../../platform/permissions.ts';
import type { Member } from './member.ts';

const columns = [
  'id',
  'email',
  'name',
  'role',
  'version',
  'password_hash',
  'totp_confirmed_at',
  'created_at',
  'signed_in_at',
  'deactivated_at',
] as const;

interface MemberRow {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly version: number;
  readonly password_hash: string | null;
  readonly totp_confirmed_at: number | null;
  readonly created_at: number;
  readonly signed_in_at: number | null;
  readonly deactivated_at: number | null;
}

function toMember(row: MemberRow): Member {
  assert(isRole(row.role), 'the database knows the roles');
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    version: row.version,
    hasPassword: row.password_hash !== null,
    hasSecondFactor: row.totp_confirmed_at !== null,
    createdMs: row.created_at,
    signedInMs: row.signed_in_at,
    deactivatedMs: row.deactivated_at,
  };
}

export interface NewMember {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
  readonly createdMs: number;
}

/** Answers nothing where somebody has that address already. */
export async function insertMember(tx: Tx, member: NewMember): Promise<number | undefined> {
  const row = await tx.sql
    .insertInto('staff')
    .values({
      email: member.email,
      name: member.name,
      role: member.role,
      password_hash: member.passwordHash,
      created_at: formatInstant(member.createdMs),
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function findMember(executor: Executor, id: number): Promise<Member | undefined> {
  const row = await executor.sql
    .selectFrom('staff')
    .select(columns)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toMember(row);
}

export async function findMemberByEmail(
  executor: Executor,
  email: string,
): Promise<Member | undefined> {
  const row = await executor.sql
    .selectFrom('staff')
    .select(columns)
    .where('email', '=', email)
    .executeTakeFirst();
  return row && toMember(row);
}

export async function findPasswordHash(executor: Executor, id: number): Promise<string | null> {
  const row = await executor.sql
    .selectFrom('staff')
    .select('password_hash')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.password_hash ?? null;
}

/** Of a role, or of all of them. */
export async function listMembers(
  executor: Executor,
  { role, afterId = 0, limit }: IdPage & { readonly role?: Role | undefined },
): Promise<Member[]> {
  const rows = await executor.sql
    .selectFrom('staff')
    .select(columns)
    .where('id', '>', afterId)
    .$if(role !== undefined, (members) => members.where('role', '=', role ?? ''))
    .orderBy('id')
    .limit(limit ?? null)
    .execute();
  return rows.map(toMember);
}

export async function lockMember(tx: Tx, id: number): Promise<Member | undefined> {
  const row = await tx.sql
    .selectFrom('staff')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && toMember(row);
}

/** All who could be the last one; two who are to go at once wait here for each other. */
export async function lockActiveOwners(tx: Tx): Promise<number[]> {
  const rows = await tx.sql
    .selectFrom('staff')
    .select('id')
    .where('role', '=', 'owner')
    .where('deactivated_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(({ id }) => id);
}

export async function hasOwner(executor: Executor): Promise<boolean> {
  const row = await executor.sql
    .selectFrom('staff')
    .select('id')
    .where('role', '=', 'owner')
    .where('deactivated_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface MemberChange {
  readonly name?: string;
  readonly role?: Role;
  readonly passwordHash?: string | null;
  readonly signedInMs?: number;
  readonly deactivatedMs?: number | null;
}

/** Raises the version where it is something that others look at. */
export async function updateMember(tx: Tx, id: number, change: MemberChange): Promise<void> {
  const { name, role, passwordHash, signedInMs, deactivatedMs } = change;
  const isSeen = name !== undefined || role !== undefined || deactivatedMs !== undefined;
  await tx.sql
    .updateTable('staff')
    .set((at) => ({
      ...(isSeen && { version: at('version', '+', 1) }),
      ...(name !== undefined && { name }),
      ...(role !== undefined && { role }),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
      ...(signedInMs !== undefined && { signed_in_at: formatInstant(signedInMs) }),
      ...(deactivatedMs !== undefined && {
        deactivated_at: deactivatedMs === null ? null : formatInstant(deactivatedMs),
      }),
    }))
    .where('id', '=', id)
    .execute();
}
