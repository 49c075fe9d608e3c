import { sql } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { IdPage } from '../../../platform/pages.ts';
import { isRole, type Role } from '../../../platform/permissions.ts';

/** One that nobody has accepted or taken back. */
export interface Invitation {
  readonly id: number;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: number | null;
  readonly createdMs: number;
  readonly expiresMs: number;
}

const columns = ['id', 'email', 'role', 'invited_by', 'created_at', 'expires_at'] as const;

interface InvitationRow {
  readonly id: number;
  readonly email: string;
  readonly role: string;
  readonly invited_by: number | null;
  readonly created_at: number;
  readonly expires_at: number;
}

function toInvitation(row: InvitationRow): Invitation {
  assert(isRole(row.role), 'the database knows the roles');
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    invitedBy: row.invited_by,
    createdMs: row.created_at,
    expiresMs: row.expires_at,
  };
}

/** Answers nothing where the address was invited by another at the same time. */
export async function insertInvitation(
  tx: Tx,
  invitation: Omit<Invitation, 'id'>,
): Promise<number | undefined> {
  const row = await tx.sql
    .insertInto('staff_invitations')
    .values({
      email: invitation.email,
      role: invitation.role,
      invited_by: invitation.invitedBy,
      created_at: formatInstant(invitation.createdMs),
      expires_at: formatInstant(invitation.expiresMs),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** The latest first. */
export async function listInvitations(
  executor: Executor,
  { nowMs, afterId = Number.MAX_SAFE_INTEGER, limit }: IdPage & { readonly nowMs: number },
): Promise<Invitation[]> {
  const rows = await open(executor, nowMs)
    .where('id', '<', afterId)
    .orderBy('id', 'desc')
    .limit(limit ?? null)
    .execute();
  return rows.map(toInvitation);
}

export async function findInvitationByToken(
  executor: Executor,
  digest: Buffer,
  nowMs: number,
): Promise<Invitation | undefined> {
  const row = await open(executor, nowMs).where('token_hash', '=', digest).executeTakeFirst();
  return row && toInvitation(row);
}

export async function findInvitationByEmail(
  executor: Executor,
  email: string,
  nowMs: number,
): Promise<Invitation | undefined> {
  const row = await open(executor, nowMs).where('email', '=', email).executeTakeFirst();
  return row && toInvitation(row);
}

function open(executor: Executor, nowMs: number) {
  return executor.sql
    .selectFrom('staff_invitations')
    .select(columns)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`expires_at > ${formatInstant(nowMs)}`);
}

/** Gives it the link that is about to leave. */
export async function putInvitationToken(
  tx: Tx,
  id: number,
  { digest, nowMs }: { readonly digest: Buffer; readonly nowMs: number },
): Promise<Invitation | undefined> {
  const row = await tx.sql
    .updateTable('staff_invitations')
    .set({ token_hash: digest })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`expires_at > ${formatInstant(nowMs)}`)
    .returning(columns)
    .executeTakeFirst();
  return row && toInvitation(row);
}

/** Answers whether it was open: of two who accept at once, one is too late. */
export async function closeInvitation(
  tx: Tx,
  id: number,
  { outcome, nowMs }: { readonly outcome: 'accepted_at' | 'revoked_at'; readonly nowMs: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('staff_invitations')
    .set({ [outcome]: formatInstant(nowMs) })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Of an address, what is still open, in favour of a new one. */
export async function revokeInvitationsTo(tx: Tx, email: string, nowMs: number): Promise<void> {
  await tx.sql
    .updateTable('staff_invitations')
    .set({ revoked_at: formatInstant(nowMs) })
    .where('email', '=', email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
}

/** What a member has invited to and nobody has accepted; answers how many they were. */
export async function revokeInvitationsBy(tx: Tx, staffId: number, nowMs: number): Promise<number> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('staff_invitations')
    .set({ revoked_at: formatInstant(nowMs) })
    .where('invited_by', '=', staffId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
