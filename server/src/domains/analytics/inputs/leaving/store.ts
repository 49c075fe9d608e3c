import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';

/** Why one customer left. */
export interface ReasonLine {
  readonly origin: string;
  readonly reasonKey: string;
  readonly userKey: string;
  readonly leftMs: number;
  readonly reason: string;
  readonly comment: string;
  readonly plan: string;
}

export async function findReasons(
  executor: Executor,
  lines: readonly Pick<ReasonLine, 'origin' | 'reasonKey'>[],
): Promise<ReasonLine[]> {
  const keys = lines.map(({ origin, reasonKey }) => ({ origin, key: reasonKey }));
  const { rows } = await sql<ReasonLine>`
    SELECT origin, reason_key AS "reasonKey", user_key AS "userKey", left_at AS "leftMs", reason,
      comment, plan
    FROM leaving_reasons WHERE (origin, reason_key) IN (
      SELECT origin, key FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
        AS asked(origin text, key text))`.execute(executor.sql);
  return rows;
}

export async function putReasons(
  tx: Tx,
  lines: readonly ReasonLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const told = lines.map((line) => ({ ...line, left_at: formatInstant(line.leftMs) }));
  await sql`
    INSERT INTO leaving_reasons (origin, reason_key, user_key, account_id, plan, reason, comment,
      left_at, recorded_at)
    SELECT told.origin, "reasonKey", "userKey", users.account_id, told.plan, reason, comment,
      left_at, ${formatInstant(nowMs)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS told(origin text, "reasonKey" text,
      "userKey" text, plan text, reason text, comment text, left_at timestamptz)
    LEFT JOIN users ON users.external_id = told."userKey"
    ON CONFLICT (origin, reason_key) DO UPDATE
    SET user_key = excluded.user_key, account_id = excluded.account_id, plan = excluded.plan,
      reason = excluded.reason, comment = excluded.comment, left_at = excluded.left_at,
      recorded_at = excluded.recorded_at`.execute(tx.sql);
}
