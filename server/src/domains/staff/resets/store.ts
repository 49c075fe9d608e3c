import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';

export interface NewReset {
  readonly staffId: number;
  readonly digest: Buffer;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export async function insertReset(tx: Tx, reset: NewReset): Promise<number> {
  const row = await tx.sql
    .insertInto('staff_password_resets')
    .values({
      staff_id: reset.staffId,
      token_hash: reset.digest,
      created_at: formatInstant(reset.createdMs),
      expires_at: formatInstant(reset.expiresMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The active member whose password may be set by it. */
export async function findReset(
  executor: Executor,
  digest: Buffer,
  nowMs: number,
): Promise<{ readonly staffId: number; readonly email: string } | undefined> {
  const row = await executor.sql
    .selectFrom('staff_password_resets')
    .innerJoin('staff', 'staff.id', 'staff_password_resets.staff_id')
    .select(['staff.id', 'staff.email'])
    .where('staff_password_resets.token_hash', '=', digest)
    .where('staff_password_resets.used_at', 'is', null)
    .where('staff.deactivated_at', 'is', null)
    .where(sql<boolean>`staff_password_resets.expires_at > ${formatInstant(nowMs)}`)
    .executeTakeFirst();
  return row && { staffId: row.id, email: row.email };
}

/** Uses up one, and with it all others of the member; answers whether it was good. */
export async function useReset(
  tx: Tx,
  reset: { readonly staffId: number; readonly digest: Buffer; readonly nowMs: number },
): Promise<boolean> {
  const used = await endResets(tx, reset.staffId, reset.nowMs);
  return used.some((digest) => digest.equals(reset.digest));
}

/** Uses up all of a member; answers the digests of those that were good until then. */
export async function endResets(tx: Tx, staffId: number, nowMs: number): Promise<Buffer[]> {
  const used = await tx.sql
    .updateTable('staff_password_resets')
    .set({ used_at: formatInstant(nowMs) })
    .where('staff_id', '=', staffId)
    .where('used_at', 'is', null)
    .returning('token_hash')
    .execute();
  return used.flatMap(({ token_hash: digest }) => digest ?? []);
}
