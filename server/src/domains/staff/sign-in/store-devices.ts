import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';

interface Handed {
  readonly digest: Buffer;
  readonly staffId: number;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export async function insertChallenge(tx: Tx, challenge: Handed): Promise<void> {
  await tx.sql.insertInto('staff_challenges').values(columnsOf(challenge)).execute();
}

export async function insertDevice(tx: Tx, device: Handed): Promise<void> {
  await tx.sql.insertInto('staff_devices').values(columnsOf(device)).execute();
}

function columnsOf({ digest, staffId, createdMs, expiresMs }: Handed) {
  return {
    secret_hash: digest,
    staff_id: staffId,
    created_at: formatInstant(createdMs),
    expires_at: formatInstant(expiresMs),
  };
}

/** The member whose code is awaited. */
export async function findChallenge(
  executor: Executor,
  digest: Buffer,
  nowMs: number,
): Promise<number | undefined> {
  const row = await executor.sql
    .selectFrom('staff_challenges')
    .select('staff_id')
    .where('secret_hash', '=', digest)
    .where(sql<boolean>`expires_at > ${formatInstant(nowMs)}`)
    .executeTakeFirst();
  return row?.staff_id;
}

/** Answers whether it was there: of two who use it at once, one is too late. */
export async function deleteChallenge(tx: Tx, digest: Buffer): Promise<boolean> {
  const { numDeletedRows } = await tx.sql
    .deleteFrom('staff_challenges')
    .where('secret_hash', '=', digest)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function isTrustedDevice(
  executor: Executor,
  device: { readonly digest: Buffer; readonly staffId: number; readonly nowMs: number },
): Promise<boolean> {
  const row = await executor.sql
    .selectFrom('staff_devices')
    .select('staff_id')
    .where('secret_hash', '=', device.digest)
    .where('staff_id', '=', device.staffId)
    .where(sql<boolean>`expires_at > ${formatInstant(device.nowMs)}`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Browsers that are trusted, and sign-ins that are half done. */
export async function deleteDevicesOf(tx: Tx, staffId: number): Promise<void> {
  await tx.sql.deleteFrom('staff_devices').where('staff_id', '=', staffId).execute();
  await tx.sql.deleteFrom('staff_challenges').where('staff_id', '=', staffId).execute();
}
