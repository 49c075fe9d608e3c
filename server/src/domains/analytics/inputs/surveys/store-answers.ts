import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { AnswerLine } from './answer-line.ts';

export async function findAnswers(
  executor: Executor,
  lines: readonly Pick<AnswerLine, 'origin' | 'answerKey'>[],
): Promise<AnswerLine[]> {
  const keys = lines.map(({ origin, answerKey }) => ({ origin, key: answerKey }));
  const { rows } = await sql<AnswerLine>`
    SELECT origin, answer_key AS "answerKey", kind, score, user_key AS "userKey", plan,
      answered_at AS "answeredMs", comment
    FROM survey_answers WHERE (origin, answer_key) IN (
      SELECT origin, key FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
        AS asked(origin text, key text))`.execute(executor.sql);
  return rows;
}

export async function putAnswers(
  tx: Tx,
  lines: readonly AnswerLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const told = lines.map((line) => ({ ...line, answered_at: formatInstant(line.answeredMs) }));
  await sql`
    INSERT INTO survey_answers (origin, answer_key, kind, score, user_key, account_id, plan,
      answered_at, comment, recorded_at)
    SELECT told.origin, "answerKey", kind, score, "userKey", users.account_id, told.plan,
      answered_at, comment, ${formatInstant(nowMs)}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS told(origin text, "answerKey" text,
      kind text, score smallint, "userKey" text, plan text, answered_at timestamptz, comment text)
    LEFT JOIN users ON users.external_id = told."userKey"
    ON CONFLICT (origin, answer_key) DO UPDATE
    SET kind = excluded.kind, score = excluded.score, user_key = excluded.user_key,
      account_id = excluded.account_id, plan = excluded.plan, answered_at = excluded.answered_at,
      comment = excluded.comment, recorded_at = excluded.recorded_at`.execute(tx.sql);
}
