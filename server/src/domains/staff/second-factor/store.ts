import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../../platform/database.ts';

export interface KeptSecondFactor {
  /** Encrypted. */
  readonly secret: Buffer;
  readonly isConfirmed: boolean;
  /** The step of the last code that was taken. */
  readonly lastStep: number | null;
}

export async function lockSecondFactor(
  tx: Tx,
  staffId: number,
): Promise<KeptSecondFactor | undefined> {
  const row = await tx.sql
    .selectFrom('staff')
    .select(['totp_secret', 'totp_confirmed_at', 'totp_last_step'])
    .where('id', '=', staffId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.totp_secret === null) return undefined;
  return {
    secret: row.totp_secret,
    isConfirmed: row.totp_confirmed_at !== null,
    lastStep: row.totp_last_step,
  };
}

export async function putSecret(tx: Tx, staffId: number, secret: Buffer | null): Promise<void> {
  await tx.sql
    .updateTable('staff')
    .set({ totp_secret: secret, totp_confirmed_at: null, totp_last_step: null })
    .where('id', '=', staffId)
    .execute();
}

export async function confirmSecret(tx: Tx, staffId: number, nowMs: number): Promise<void> {
  await tx.sql
    .updateTable('staff')
    .set({ totp_confirmed_at: formatInstant(nowMs) })
    .where('id', '=', staffId)
    .execute();
}

export async function putLastStep(tx: Tx, staffId: number, step: number): Promise<void> {
  await tx.sql
    .updateTable('staff')
    .set({ totp_last_step: step })
    .where('id', '=', staffId)
    .execute();
}

export async function replaceRecoveryCodes(
  tx: Tx,
  staffId: number,
  digests: readonly Buffer[],
): Promise<void> {
  await tx.sql.deleteFrom('staff_recovery_codes').where('staff_id', '=', staffId).execute();
  if (digests.length === 0) return;
  const rows = digests.map((digest) => ({ staff_id: staffId, code_hash: digest }));
  await tx.sql.insertInto('staff_recovery_codes').values(rows).execute();
}

/** Answers whether there was such a code that nobody had used. */
export async function useRecoveryCode(
  tx: Tx,
  code: { readonly staffId: number; readonly digest: Buffer; readonly nowMs: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('staff_recovery_codes')
    .set({ used_at: formatInstant(code.nowMs) })
    .where('staff_id', '=', code.staffId)
    .where('code_hash', '=', code.digest)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
