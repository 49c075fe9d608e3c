import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../../platform/database.ts';
import type { Role } from '../../../platform/permissions.ts';

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
