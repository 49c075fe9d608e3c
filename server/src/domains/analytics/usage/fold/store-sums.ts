import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS, dayStartIn, daySpans, shiftDay, shiftMonth } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import { settling } from '../../costs/settled/store.ts';

/** Which events are added to the sums, or taken from them again. */
export interface FoldedEvents {
  readonly where: RawBuilder<unknown>;
  readonly sign: 1 | -1;
  readonly timeZone: string;
  readonly nowMs: number;
}

/** Events that were booked by transactions from one up to another. */
export function bookedBetween(from: number, to: number): RawBuilder<unknown> {
  return sql`e.booked_in >= ${from}::bigint AND e.booked_in < ${to}::bigint`;
}

interface OfMonth {
  /** By its first day, in the time zone that days are of. */
  readonly month: string;
  readonly timeZone: string;
  readonly foldedTo: number;
}

/** Further than any time zone is from UTC. */
const SPARE_MS = DAY_MS;

/** Events of a month that some accounts made, of those that are to be in the sums. */
export function ofAccounts(
  of: OfMonth & { readonly accountIds: readonly number[] },
): RawBuilder<unknown> {
  return sql`e.account_id = ANY(${numberArray(of.accountIds)}::bigint[]) AND ${inMonth(of)}`;
}

/** The local day decides, in every time zone; instants say which partitions to look at. */
function inMonth({ month, timeZone, foldedTo }: OfMonth): RawBuilder<unknown> {
  const next = shiftMonth(month, 1);
  const day = sql`(e.occurred_at AT TIME ZONE ${timeZone})::date`;
  const spareMs = timeZone === 'UTC' ? 0 : SPARE_MS;
  return sql`e.occurred_at >= ${formatInstant(dayStartIn('UTC', month) - spareMs)}::timestamptz
    AND e.occurred_at < ${formatInstant(dayStartIn('UTC', next) + spareMs)}::timestamptz
    AND ${day} >= ${month}::date AND ${day} < ${next}::date
    AND e.booked_in < ${foldedTo}::bigint`;
}

const MEASURES = [
  'events',
  'over_limit',
  'amount',
  'tokens_in',
  'tokens_out',
  'stated_cents',
  'unstated_events',
  'unstated_amount',
  'unstated_tokens_in',
  'unstated_tokens_out',
];
const DETAIL = ['event_type', 'features', 'provider', 'model', 'prompt'];
const FEATURE_DETAIL = ['event_type', 'provider', 'model', 'prompt', 'feature'];

/** The longest name of a prompt that is kept apart. */
const LONGEST_PROMPT = 100;

/**
 * Adds events to all sums in one statement, so that each is read once. What was adopted is held
 * against what there was before, which is why two folds never run at once.
 */
export async function addEvents(tx: Tx, folded: FoldedEvents): Promise<number> {
  const { where, sign, timeZone, nowMs } = folded;
  const times = sql.raw(String(sign));
  const { rows } = await sql<{ events: string }>`
    WITH event AS MATERIALIZED (
      SELECT e.*, COALESCE(had.plan, '') AS plan,
        COALESCE((SELECT string_agg(name COLLATE "C", ',' ORDER BY name COLLATE "C")
          FROM jsonb_object_keys(e.counted) AS name), '') AS features
      FROM (${eventsOf(timeZone, where)}) AS e
      LEFT JOIN LATERAL (SELECT plan FROM account_plans
        WHERE account_id = e.account_id AND from_at <= e.occurred_at
        ORDER BY from_at DESC LIMIT 1) had ON true
    ), account_day AS MATERIALIZED (
      SELECT day, account_id, user_id, plan, ${sql.raw(DETAIL.join(', '))},
        ${times} * count(*) AS events, ${times} * count(*) FILTER (WHERE over_limit) AS over_limit,
        ${times} * sum(amount) AS amount, ${times} * sum(tokens_in) AS tokens_in,
        ${times} * sum(tokens_out) AS tokens_out,
        ${times} * COALESCE(sum(cost_cents), 0) AS stated_cents,
        ${times} * count(*) FILTER (WHERE cost_cents IS NULL) AS unstated_events,
        ${times} * COALESCE(sum(amount) FILTER (WHERE cost_cents IS NULL), 0) AS unstated_amount,
        ${times} * COALESCE(sum(tokens_in) FILTER (WHERE cost_cents IS NULL), 0)
          AS unstated_tokens_in,
        ${times} * COALESCE(sum(tokens_out) FILTER (WHERE cost_cents IS NULL), 0)
          AS unstated_tokens_out
      FROM event GROUP BY day, account_id, user_id, plan, ${sql.raw(DETAIL.join(', '))}
    ), feature_day AS MATERIALIZED (
      SELECT day, account_id, user_id, plan, event_type, provider, model, prompt, name AS feature,
        ${times} * count(*) AS events, ${times} * sum(counts::numeric) AS amount
      FROM event, jsonb_each_text(counted) AS counted_to(name, counts)
      GROUP BY day, account_id, user_id, plan, event_type, provider, model, prompt, name
    ), ${adoption(timeZone)},
    prices AS (${settling('account_day', nowMs)}),
    account_days AS (${adding('usage_account_days', 'account_day')}),
    days AS (${adding('usage_days', 'account_day')}),
    account_feature_days AS (${adding('usage_account_feature_days', 'feature_day')}),
    feature_days AS (${adding('usage_feature_days', 'feature_day')})
    SELECT COALESCE(sum(abs(events)), 0)::text AS events FROM account_day`.execute(tx.sql);
  return Number(rows[0]!.events);
}

/** By which prompt an event came about, as far as its name is kept apart; empty where by none. */
export const PROMPT = sql`COALESCE(left(e.metadata ->> 'prompt', ${LONGEST_PROMPT}::integer), '')`;

/** Events as sums tell them apart, and what they add. */
function eventsOf(timeZone: string, where: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`SELECT e.account_id, e.user_id, e.event_type, e.occurred_at, e.counted, e.cost_cents,
      e.over_limit, (e.occurred_at AT TIME ZONE ${timeZone})::date AS day,
      COALESCE(e.provider, '') AS provider, COALESCE(e.model, '') AS model,
      ${PROMPT} AS prompt,
      e.resource_consumed AS amount, COALESCE(e.tokens_in, 0) AS tokens_in,
      COALESCE(e.tokens_out, 0) AS tokens_out
    FROM usage_events e WHERE ${where}`;
}

const ACCOUNT = ['account_id', 'user_id'];

/** Tables of sums: what their rows are told apart by, and what is added up. */
const TABLES = {
  usage_account_days: { key: ['day', ...ACCOUNT, 'plan', ...DETAIL], measures: MEASURES },
  usage_days: { key: ['day', 'plan', ...DETAIL], measures: MEASURES },
  usage_account_feature_days: {
    key: ['day', ...ACCOUNT, 'plan', ...FEATURE_DETAIL],
    measures: ['events', 'amount'],
  },
  usage_feature_days: { key: ['day', 'plan', ...FEATURE_DETAIL], measures: ['events', 'amount'] },
} as const;

/** Adds rows of an input to those of a table that have the same key. */
export function adding(table: keyof typeof TABLES, input: string): RawBuilder<unknown> {
  const { key, measures } = TABLES[table];
  const sums = measures.map((name) => `sum(${name})`).join(', ');
  const raised = measures.map((name) => `${name} = present.${name} + excluded.${name}`).join(', ');
  const keys = key.join(', ');
  return sql.raw(`INSERT INTO ${table} AS present (${keys}, ${measures.join(', ')})
    SELECT ${keys}, ${sums} FROM ${input} GROUP BY ${keys}
    ON CONFLICT (${keys}) DO UPDATE SET ${raised}`);
}

/** The same where the table has none of them: what is told by account is already one row each. */
export function addingNew(table: keyof typeof TABLES, input: string): RawBuilder<unknown> {
  const { key, measures } = TABLES[table];
  const columns = [...key, ...measures].join(', ');
  return sql.raw(`INSERT INTO ${table} (${columns})
    SELECT ${columns} FROM ${input} ORDER BY day, account_id`);
}

/**
 * Who used what in which month, of any plan (`*`) and of each, and how many came to use it or no
 * longer do; and that the months have changed, for whoever shares revenue by them. What is on
 * record is looked up row by row, so that a fold costs by what it adds and not by what there is,
 * however much Postgres takes that to be.
 */
function adoption(timeZone: string): RawBuilder<unknown> {
  return sql`used AS (
      SELECT date_trunc('month', day)::date AS month, feature, account_id, plan, events
      FROM feature_day
      UNION ALL
      SELECT date_trunc('month', day)::date, '', account_id, plan, events FROM account_day
    ), adopting AS MATERIALIZED (
      SELECT month, feature, account_id, COALESCE(plan, '*') AS plan, sum(events) AS events
      FROM used
      GROUP BY GROUPING SETS ((month, feature, account_id, plan), (month, feature, account_id))
    ), changed AS (
      INSERT INTO use_months AS present (month, changes)
      SELECT DISTINCT month, 1 FROM adopting ORDER BY month
      ON CONFLICT (month) DO UPDATE SET changes = present.changes + 1
    ), adopted AS MATERIALIZED (
      SELECT adopting.*, COALESCE(
        (SELECT known.cohort FROM usage_cohorts known
         WHERE known.account_id = adopting.account_id),
        (SELECT date_trunc('month', COALESCE(owner.signed_up_at, account.created_at)
           AT TIME ZONE ${timeZone})::date
         FROM accounts account LEFT JOIN users owner ON owner.id = account.owner_user_id
         WHERE account.id = adopting.account_id)) AS cohort,
        COALESCE((
          SELECT known.events FROM usage_adopters known
          WHERE known.month = adopting.month AND known.feature = adopting.feature
            AND known.account_id = adopting.account_id AND known.plan = adopting.plan), 0) AS before
      FROM adopting
    ), cohorts AS (
      INSERT INTO usage_cohorts (account_id, cohort) SELECT DISTINCT account_id, cohort FROM adopted
      ON CONFLICT DO NOTHING
    ), adopters AS (
      INSERT INTO usage_adopters AS present (month, feature, account_id, plan, cohort, events)
      SELECT month, feature, account_id, plan, cohort, events FROM adopted
      ON CONFLICT (month, feature, account_id, plan)
      DO UPDATE SET events = present.events + excluded.events
    ), adoption AS (
      INSERT INTO usage_adoption AS present (month, feature, plan, cohort, accounts)
      SELECT month, feature, plan, cohort, sum(CASE
        WHEN before = 0 AND events > 0 THEN 1 WHEN before > 0 AND before + events = 0 THEN -1
        ELSE 0 END)
      FROM adopted GROUP BY month, feature, plan, cohort
      ON CONFLICT (month, feature, plan, cohort)
      DO UPDATE SET accounts = present.accounts + excluded.accounts
    )`;
}

const OF_ACCOUNTS = ['usage_account_days', 'usage_account_feature_days', 'usage_adopters'];

/** The months in which accounts have use in the sums. */
export async function findMonthsOfUse(
  executor: Executor,
  accountIds: readonly number[],
): Promise<{ readonly month: string; readonly accountId: number }[]> {
  const { rows } = await sql<{ month: string; accountId: number }>`
    SELECT used.month, used.account_id AS "accountId"
    FROM (SELECT min(month) AS first, max(month) AS last FROM usage_adopters) AS known,
      generate_series(first, last, interval '1 month') AS each(month)
    JOIN usage_adopters used ON used.month = each.month::date AND used.feature = ''
      AND used.account_id = ANY(${numberArray(accountIds)}::bigint[]) AND used.plan = '*'
    WHERE used.events > 0 ORDER BY 1, 2`.execute(executor.sql);
  return rows;
}

/** Takes away what has become nothing in a month: of accounts, and of the sums they were in. */
export async function dropNothing(
  tx: Tx,
  { month, accountIds }: { readonly month: string; readonly accountIds: readonly number[] },
): Promise<void> {
  const last = shiftDay(shiftMonth(month, 1), -1);
  const days = daySpans({ from: month, to: last }, 'day').map(({ from }) => from);
  for (const table of OF_ACCOUNTS) {
    const [day, among] = table === 'usage_adopters' ? ['month', [month]] : ['day', days];
    await sql`DELETE FROM ${sql.table(table)}
      WHERE ${sql.ref(day)} = ANY(${textArray(among)}::date[]) AND events = 0
        AND account_id = ANY(${numberArray(accountIds)}::bigint[])`.execute(tx.sql);
  }
  for (const table of ['usage_days', 'usage_feature_days']) {
    await sql`DELETE FROM ${sql.table(table)} WHERE day BETWEEN ${month}::date AND ${last}::date
      AND events = 0`.execute(tx.sql);
  }
  await sql`DELETE FROM usage_adoption WHERE month = ${month}::date AND accounts = 0`.execute(
    tx.sql,
  );
}

/** Forgets all sums, to add everything up anew. */
export async function clearSums(tx: Tx): Promise<void> {
  const tables = [...OF_ACCOUNTS, 'usage_days', 'usage_feature_days', 'usage_adoption'];
  await sql`TRUNCATE ${sql.join(tables.map((table) => sql.table(table)))}`.execute(tx.sql);
}
