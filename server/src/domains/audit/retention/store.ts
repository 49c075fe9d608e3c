import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { ChainEnd } from '../chain/store.ts';

export interface Retirement extends ChainEnd {
  /** The signed line that stands for what was given up. */
  readonly checkpoint: string;
}

export async function findLastRetirement(executor: Executor): Promise<Retirement | undefined> {
  const row = await executor.sql
    .selectFrom('audit_retirements')
    .select(['through_seal', 'digest', 'checkpoint'])
    .orderBy('through_seal', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      sealNumber: row.through_seal,
      digest: row.digest.toString('hex'),
      checkpoint: row.checkpoint,
    }
  );
}

export async function insertRetirement(
  tx: Tx,
  { sealNumber, digest, checkpoint, nowMs }: Retirement & { readonly nowMs: number },
): Promise<void> {
  await tx.sql
    .insertInto('audit_retirements')
    .values({
      through_seal: sealNumber,
      digest: Buffer.from(digest, 'hex'),
      checkpoint,
      retired_at: formatInstant(nowMs),
    })
    .execute();
}

/** The last seal before the first entry that is to be kept; undefined where there is none. */
export async function findLastSealBefore(
  executor: Executor,
  { beforeMs, most }: { readonly beforeMs: number; readonly most: number },
): Promise<number | undefined> {
  const before = formatInstant(beforeMs);
  const { rows } = await sql<{ through: number | null }>`
    SELECT max(seal_number) AS through FROM audit_seals
    WHERE seal_number <= ${most} AND seal_number < coalesce(
      (SELECT min(seal.seal_number) FROM audit_seals AS seal
       JOIN audit_entries AS entry ON entry.id = seal.entry_id
       WHERE entry.recorded_at >= ${before}::timestamptz), ${Number.MAX_SAFE_INTEGER})`.execute(
    executor.sql,
  );
  return rows[0]?.through ?? undefined;
}

/** Deletes some of what was retired, oldest first; answers how many seals went. */
export async function deleteRetired(
  tx: Tx,
  { through, limit }: { readonly through: number; readonly limit: number },
): Promise<number> {
  const { rows } = await sql<{ seal_number: number; entry_id: number }>`
    SELECT seal_number, entry_id FROM audit_seals WHERE seal_number <= ${through}
    ORDER BY seal_number LIMIT ${limit}`.execute(tx.sql);
  if (rows.length === 0) return 0;
  const entryIds = rows.map((row) => row.entry_id);
  // The seals last: by them the database knows what may be deleted.
  await tx.sql.deleteFrom('audit_personal_values').where('entry_id', 'in', entryIds).execute();
  await tx.sql.deleteFrom('audit_entries').where('id', 'in', entryIds).execute();
  const numbers = rows.map((row) => row.seal_number);
  await tx.sql.deleteFrom('audit_seals').where('seal_number', 'in', numbers).execute();
  return rows.length;
}
