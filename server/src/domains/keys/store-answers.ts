import { sql } from 'kysely';
import type { Executor } from '../../platform/database.ts';

export interface AnswerName {
  readonly caller: string;
  readonly route: string;
  readonly key: string;
  /** SHA-256. */
  readonly fingerprint: Buffer;
}

/** A request that has not ended by then was lost with its process. */
const LOCK = sql<string>`clock_timestamp() + interval '2 minutes'`;
const KEPT = sql<string>`clock_timestamp() + interval '1 day'`;

/** Whether the request is the caller's to do: nobody has, or who has began and was lost. */
export async function claimAnswer(executor: Executor, name: AnswerName): Promise<boolean> {
  const row = await executor.sql
    .insertInto('idempotent_answers')
    .values({ ...name, locked_until: LOCK, expires_at: KEPT })
    .onConflict((conflict) =>
      conflict
        .columns(['caller', 'route', 'key'])
        .doUpdateSet({
          fingerprint: name.fingerprint,
          answer: null,
          locked_until: LOCK,
          expires_at: KEPT,
        })
        .where(
          sql<boolean>`idempotent_answers.expires_at <= clock_timestamp()
            OR (idempotent_answers.answer IS NULL
                AND idempotent_answers.fingerprint = EXCLUDED.fingerprint
                AND idempotent_answers.locked_until <= clock_timestamp())`,
        ),
    )
    .returning('key')
    .executeTakeFirst();
  return row !== undefined;
}

export async function findAnswer(
  executor: Executor,
  name: AnswerName,
): Promise<{ fingerprint: Buffer; answer: string | null } | undefined> {
  return executor.sql
    .selectFrom('idempotent_answers')
    .select(['fingerprint', 'answer'])
    .where('caller', '=', name.caller)
    .where('route', '=', name.route)
    .where('key', '=', name.key)
    .executeTakeFirst();
}

export async function keepAnswer(
  executor: Executor,
  name: AnswerName,
  answer: string,
): Promise<void> {
  await executor.sql
    .updateTable('idempotent_answers')
    .set({ answer })
    .where('caller', '=', name.caller)
    .where('route', '=', name.route)
    .where('key', '=', name.key)
    .where('fingerprint', '=', name.fingerprint)
    .execute();
}

export async function forgetAnswer(executor: Executor, name: AnswerName): Promise<void> {
  await executor.sql
    .deleteFrom('idempotent_answers')
    .where('caller', '=', name.caller)
    .where('route', '=', name.route)
    .where('key', '=', name.key)
    .where('answer', 'is', null)
    .execute();
}

export async function deleteExpiredAnswers(executor: Executor, limit: number): Promise<number> {
  const rows = await executor.sql
    .deleteFrom('idempotent_answers')
    .where((where) =>
      where(
        sql`ctid`,
        'in',
        where
          .selectFrom('idempotent_answers')
          .select(sql`ctid`.as('row'))
          .where(sql<boolean>`expires_at <= clock_timestamp()`)
          .limit(limit),
      ),
    )
    .returning('key')
    .execute();
  return rows.length;
}
