import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { ImportProgress } from '../imports/lines/take-lines.ts';
import { progressOf } from '../imports/store.ts';

interface ImportName {
  readonly kind: string;
  readonly digest: string;
  readonly nowMs: number;
}

/** Begins the import of a file, or finds where it was left; two at once wait for each other. */
export async function beginInput(tx: Tx, of: ImportName): Promise<ImportProgress> {
  const { kind, digest, nowMs } = of;
  await tx.sql
    .insertInto('input_imports')
    .values({ kind, digest, created_at: formatInstant(nowMs) })
    .onConflict((conflict) => conflict.columns(['kind', 'digest']).doNothing())
    .execute();
  return progressOf(await importsOf(tx, of).forUpdate().executeTakeFirstOrThrow());
}

/** Where the import of a file was left; `undefined` of one that was never begun. */
export async function findInput(
  executor: Executor,
  of: Omit<ImportName, 'nowMs'>,
): Promise<ImportProgress | undefined> {
  const row = await importsOf(executor, of).executeTakeFirst();
  return row && progressOf(row);
}

function importsOf(executor: Executor, { kind, digest }: Omit<ImportName, 'nowMs'>) {
  return executor.sql
    .selectFrom('input_imports')
    .select(['id', 'lines_done', 'taken', 'known', 'refused', 'finished_at'])
    .where('kind', '=', kind)
    .where('digest', '=', digest);
}

export async function putInputProgress(
  tx: Tx,
  { id, linesDone, taken, known, refused }: ImportProgress,
  finishedMs: number | null,
): Promise<void> {
  const finished_at = finishedMs === null ? null : formatInstant(finishedMs);
  await tx.sql
    .updateTable('input_imports')
    .set({ lines_done: linesDone, taken, known, refused, finished_at })
    .where('id', '=', id)
    .execute();
}

/** Lines of one kind are taken by one at a time, since each is held against those on record. */
export async function lockInputs(tx: Tx, kind: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtext(${`inputs ${kind}`}::text))`.execute(tx.sql);
}
