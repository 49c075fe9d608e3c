import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import { LINK_ORIGIN, type AnswerLine, type SurveyKind } from './answer-line.ts';

export interface SurveyLink {
  readonly id: number;
  readonly kind: SurveyKind;
  readonly userKey: string;
  readonly expiresMs: number;
  readonly isAnswered: boolean;
}

export interface NewLinks {
  readonly kind: SurveyKind;
  readonly users: readonly string[];
  readonly nowMs: number;
  readonly expiresMs: number;
}

/** One for each of the users that there are, in the order of their ids. */
export async function insertLinks(
  tx: Tx,
  { kind, users, nowMs, expiresMs }: NewLinks,
): Promise<{ readonly id: number; readonly userKey: string }[]> {
  const { rows } = await sql<{ id: number; userKey: string }>`
    INSERT INTO survey_links (kind, user_key, account_id, created_at, expires_at)
    SELECT ${kind}, external_id, account_id, ${formatInstant(nowMs)}::timestamptz,
      ${formatInstant(expiresMs)}::timestamptz
    FROM users WHERE external_id = ANY(${textArray(users)}::text[]) ORDER BY external_id
    RETURNING id, user_key AS "userKey"`.execute(tx.sql);
  return rows;
}

export async function findLink(executor: Executor, id: number): Promise<SurveyLink | undefined> {
  const { rows } = await sql<SurveyLink>`
    SELECT link.id, link.kind, link.user_key AS "userKey", link.expires_at AS "expiresMs",
      EXISTS (SELECT FROM survey_answers
        WHERE origin = ${LINK_ORIGIN} AND answer_key = link.id::text) AS "isAnswered"
    FROM survey_links link WHERE link.id = ${id}`.execute(executor.sql);
  return rows[0];
}

/** Answers whether it was the first answer to its link; another is not taken. */
export async function insertFirstAnswer(
  executor: Executor,
  answer: AnswerLine,
  nowMs: number,
): Promise<boolean> {
  const result = await sql`
    INSERT INTO survey_answers (origin, answer_key, kind, score, user_key, account_id, plan,
      answered_at, comment, recorded_at)
    SELECT ${answer.origin}, ${answer.answerKey}, ${answer.kind}, ${answer.score},
      link.user_key, link.account_id, '', ${formatInstant(answer.answeredMs)}::timestamptz,
      ${answer.comment}, ${formatInstant(nowMs)}::timestamptz
    FROM survey_links link WHERE link.id = ${answer.answerKey}::bigint
    ON CONFLICT (origin, answer_key) DO NOTHING`.execute(executor.sql);
  return result.numAffectedRows === 1n;
}

/** Keeps a key under a name, unless there is one; answers the one that is kept. */
export async function keepKey(
  executor: Executor,
  key: { readonly name: string; readonly secret: Buffer; readonly nowMs: number },
): Promise<Buffer> {
  await executor.sql
    .insertInto('survey_keys')
    .values({ name: key.name, secret: key.secret, created_at: formatInstant(key.nowMs) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await executor.sql
    .selectFrom('survey_keys')
    .select('secret')
    .where('name', '=', key.name)
    .executeTakeFirstOrThrow();
  return row.secret;
}
