import { sql, type RawBuilder } from 'kysely';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';
import { attributesOf } from '../metrics/attributes/attribute.ts';
import { joinToldAttributes } from '../metrics/attributes/store.ts';
import type { Subject } from '../metrics/registry/metric.ts';
import {
  keyColumn,
  matchingFilters,
  shownPlan,
  type DimensionColumns,
} from '../usage/store-use.ts';
import type { SumsQuestion } from '../usage/summed.ts';

/**
 * As it was told, or else what the account had at that time; of a customer of the history that was
 * imported under the same origin, the plan that brought most a month.
 */
function planAt(table: string, at: string): RawBuilder<unknown> {
  const account = sql.ref(`${table}.account_id`);
  const day = sql`(${sql.ref(`${table}.${at}`)} AT TIME ZONE 'UTC')::date`;
  return sql`COALESCE(NULLIF(${sql.ref(`${table}.plan`)}, ''), CASE
    WHEN ${account} IS NOT NULL THEN COALESCE((SELECT ${shownPlan('had.plan')}
      FROM account_plans had WHERE had.account_id = ${account}
        AND had.from_at <= ${sql.ref(`${table}.${at}`)}
      ORDER BY had.from_at DESC LIMIT 1), ${NO_PLAN})
    ELSE (SELECT had.plan FROM revenue_customers customer
      JOIN revenue_history had ON had.customer_id = customer.id
      WHERE customer.origin = ${sql.ref(`${table}.origin`)}
        AND customer.external_key = ${sql.ref(`${table}.user_key`)}
        AND had.starts_on <= ${day} AND (had.ends_on > ${day} OR had.ends_on IS NULL)
      ORDER BY had.is_trial, ${BY_MONTH} DESC, had.plan LIMIT 1) END, '')`;
}

/** What a stretch brings a month; exact enough to tell which is most. */
const BY_MONTH = sql`had.amount / had.interval_count * CASE had.interval WHEN 'day' THEN 365 / 12.0
  WHEN 'week' THEN 52 / 12.0 WHEN 'month' THEN 1 ELSE 1 / 12.0 END`;

const NO_PLAN = sql`(SELECT slug FROM subscription_plans WHERE is_current AND is_default LIMIT 1)`;

const TICKETS: DimensionColumns = {
  plan: planAt('ticket', 'opened_at'),
  priority: sql.ref('ticket.priority'),
  origin: sql.ref('ticket.origin'),
};

export const TICKET_DIMENSIONS = Object.keys(TICKETS);

export interface TicketDay {
  readonly key: string | null;
  readonly day: string;
  readonly opened: string;
  readonly answered: string;
  readonly responseSeconds: string;
  readonly solved: string;
  readonly solvingSeconds: string;
  readonly rated: string;
  readonly points: string;
}

/** Tickets by the day on which they were opened. */
export async function findTicketDays(
  executor: Executor,
  { range, by, filters, book }: SumsQuestion,
): Promise<TicketDay[]> {
  const zone = book.rules.timeZone;
  const subject = sql`ticket.origin || ' ' || ticket.ticket_key`;
  const held = joinToldAttributes(attributesOf(filters, by), 'ticket');
  const columns = { ...TICKETS, ...held?.columns };
  const { rows } = await sql<TicketDay>`
    SELECT ${keyColumn(by, { columns, subject })} AS key,
      (ticket.opened_at AT TIME ZONE ${zone})::date AS day, count(*)::text AS opened,
      count(first_response_at)::text AS answered,
      ${secondsTo('first_response_at')} AS "responseSeconds",
      count(closed_at)::text AS solved, ${secondsTo('closed_at')} AS "solvingSeconds",
      count(satisfaction)::text AS rated, COALESCE(sum(satisfaction), 0)::text AS points
    FROM support_tickets ticket ${held?.joins ?? sql``}
    WHERE ${within('ticket.opened_at', range, zone)} AND ${matchingFilters(filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}

function secondsTo(column: string): RawBuilder<unknown> {
  return sql`COALESCE(sum(extract(epoch FROM ${sql.ref(column)} - ticket.opened_at)), 0)::text`;
}

function within(
  column: string,
  { from, to }: SumsQuestion['range'],
  zone: string,
): RawBuilder<unknown> {
  return sql`${sql.ref(column)} >= ${from}::date::timestamp AT TIME ZONE ${zone}
    AND ${sql.ref(column)} < (${to}::date + 1)::timestamp AT TIME ZONE ${zone}`;
}

const ANSWERS: DimensionColumns = {
  plan: planAt('answer', 'answered_at'),
  origin: sql.ref('answer.origin'),
};

export const ANSWER_DIMENSIONS = Object.keys(ANSWERS);

export interface AnswerDay {
  readonly key: string | null;
  readonly day: string;
  readonly answers: string;
  readonly points: string;
  /** Scores of 9 and 10, and up to 6, where it is asked how likely one is to recommend. */
  readonly promoters: string;
  readonly detractors: string;
}

export async function findAnswerDays(
  executor: Executor,
  kind: 'nps' | 'csat',
  { range, by, filters, book }: SumsQuestion,
): Promise<AnswerDay[]> {
  const zone = book.rules.timeZone;
  const subject = sql`answer.origin || ' ' || answer.answer_key`;
  const held = joinToldAttributes(attributesOf(filters, by), 'answer');
  const columns = { ...ANSWERS, ...held?.columns };
  const { rows } = await sql<AnswerDay>`
    SELECT ${keyColumn(by, { columns, subject })} AS key,
      (answer.answered_at AT TIME ZONE ${zone})::date AS day, count(*)::text AS answers,
      sum(score)::text AS points, count(*) FILTER (WHERE score >= 9)::text AS promoters,
      count(*) FILTER (WHERE score <= 6)::text AS detractors
    FROM survey_answers answer ${held?.joins ?? sql``}
    WHERE kind = ${kind} AND ${within('answer.answered_at', range, zone)}
      AND ${matchingFilters(filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}

const REASONS: DimensionColumns = {
  plan: planAt('told', 'left_at'),
  reason: sql.ref('told.reason'),
  origin: sql.ref('told.origin'),
};

export const REASON_DIMENSIONS = Object.keys(REASONS);

export interface ReasonDay {
  readonly key: string | null;
  readonly day: string;
  readonly told: string;
  readonly commented: string;
}

/** Why customers left, by the day on which they did. */
export async function findReasonDays(
  executor: Executor,
  { range, by, filters, book }: SumsQuestion,
): Promise<ReasonDay[]> {
  const zone = book.rules.timeZone;
  const subject = sql`told.origin || ' ' || told.reason_key`;
  const held = joinToldAttributes(attributesOf(filters, by), 'told');
  const columns = { ...REASONS, ...held?.columns };
  const { rows } = await sql<ReasonDay>`
    SELECT ${keyColumn(by, { columns, subject })} AS key,
      (told.left_at AT TIME ZONE ${zone})::date AS day, count(*)::text AS told,
      count(*) FILTER (WHERE told.comment <> '')::text AS commented
    FROM leaving_reasons told ${held?.joins ?? sql``}
    WHERE ${within('told.left_at', range, zone)} AND ${matchingFilters(filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}

interface DescribedRow {
  key: string;
  label: string;
  account_id: number | null;
  external_id: string | null;
  details: Record<string, string>;
}

export async function describeTickets(
  executor: Executor,
  keys: readonly string[],
): Promise<Map<string, Subject>> {
  const { rows } = await sql<DescribedRow>`
    SELECT ticket.origin || ' ' || ticket_key AS key, ticket_key AS label, ticket.account_id,
      users.external_id, jsonb_build_object('plan', ${TICKETS['plan']}, 'priority', priority,
        'state', CASE WHEN closed_at IS NULL THEN 'open' ELSE 'closed' END) AS details
    FROM support_tickets ticket LEFT JOIN users ON users.external_id = ticket.user_key
    WHERE ticket.origin || ' ' || ticket_key = ANY(${textArray(keys)}::text[])`.execute(
    executor.sql,
  );
  return subjectsOf(rows);
}

export async function describeAnswers(
  executor: Executor,
  keys: readonly string[],
): Promise<Map<string, Subject>> {
  const { rows } = await sql<DescribedRow>`
    SELECT answer.origin || ' ' || answer_key AS key,
      COALESCE(users.email, NULLIF(answer.user_key, ''), answer_key) AS label, answer.account_id,
      users.external_id, jsonb_build_object('plan', ${ANSWERS['plan']}, 'score', score::text,
        'comment', left(comment, 200)) AS details
    FROM survey_answers answer LEFT JOIN users ON users.external_id = answer.user_key
    WHERE answer.origin || ' ' || answer_key = ANY(${textArray(keys)}::text[])`.execute(
    executor.sql,
  );
  return subjectsOf(rows);
}

export async function describeReasons(
  executor: Executor,
  keys: readonly string[],
): Promise<Map<string, Subject>> {
  const { rows } = await sql<DescribedRow>`
    SELECT told.origin || ' ' || reason_key AS key, COALESCE(users.email, user_key) AS label,
      told.account_id, users.external_id, jsonb_build_object('plan', ${REASONS['plan']},
        'reason', reason, 'comment', left(comment, 200)) AS details
    FROM leaving_reasons told LEFT JOIN users ON users.external_id = told.user_key
    WHERE told.origin || ' ' || reason_key = ANY(${textArray(keys)}::text[])`.execute(executor.sql);
  return subjectsOf(rows);
}

function subjectsOf(rows: readonly DescribedRow[]): Map<string, Subject> {
  return new Map(
    rows.map(({ key, label, account_id: accountId, external_id: user, details }) => [
      key,
      { label, accountId, user, details },
    ]),
  );
}
