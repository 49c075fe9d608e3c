import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../platform/database.ts';

export interface Taken {
  readonly failures: number;
  readonly expiresMs: number;
}

/** Counts one more in the window that is open, or opens one. */
export async function takeAttempt(
  executor: Executor,
  count: { readonly digest: Buffer; readonly nowMs: number; readonly expiresMs: number },
): Promise<Taken> {
  const isOver = sql<boolean>`staff_attempts.expires_at <= ${formatInstant(count.nowMs)}`;
  const row = await executor.sql
    .insertInto('staff_attempts')
    .values({
      key_hash: count.digest,
      failures: 1,
      expires_at: formatInstant(count.expiresMs),
    })
    .onConflict((conflict) =>
      conflict.column('key_hash').doUpdateSet({
        failures: sql<number>`CASE WHEN ${isOver} THEN 1 ELSE staff_attempts.failures + 1 END`,
        expires_at: sql<string>`CASE WHEN ${isOver} THEN excluded.expires_at
                                     ELSE staff_attempts.expires_at END`,
      }),
    )
    .returning(['failures', 'expires_at'])
    .executeTakeFirstOrThrow();
  return { failures: row.failures, expiresMs: row.expires_at };
}

export async function deleteAttempts(
  executor: Executor,
  digests: readonly Buffer[],
): Promise<void> {
  await executor.sql.deleteFrom('staff_attempts').where('key_hash', 'in', digests).execute();
}
