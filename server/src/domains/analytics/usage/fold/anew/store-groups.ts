import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../../../platform/array-literal.ts';
import { PROMPT } from '../store-sums.ts';
import { maskColumns } from './columns.ts';
import type { LocalDays } from './local-days.ts';

/** The events of some accounts in a month, none of which are in the sums. */
export interface Slice {
  readonly month: string;
  readonly nextMonth: string;
  readonly localDays: LocalDays;
  readonly afterAccount: number;
  readonly upToAccount: number;
  /** Events of transactions below it are to be in the sums. */
  readonly foldedTo: number;
  /** The features that are looked for in what events count to, in order. */
  readonly features: readonly string[];
  readonly timeZone: string;
  readonly nowMs: number;
}

/**
 * From when to when accounts had a plan. Most have one for all of a month and are joined when their
 * events are grouped; the events of others are looked at one by one.
 */
export function plansHad({ afterAccount, upToAccount, localDays }: Slice): RawBuilder<unknown> {
  const { from, to } = bounds(localDays);
  return sql`had AS MATERIALIZED (
    SELECT account_id, plan, from_at, to_at, from_at <= ${from} AND to_at >= ${to} AS is_steady
    FROM (SELECT account_id, plan, from_at, lead(from_at, 1, 'infinity')
        OVER (PARTITION BY account_id ORDER BY from_at) AS to_at
      FROM account_plans
      WHERE account_id > ${afterAccount}::bigint AND account_id <= ${upToAccount}::bigint) AS span
    WHERE to_at > ${from} AND from_at < ${to})`;
}

function bounds({ fromMs, toMs }: LocalDays) {
  const instant = (atMs: number) => sql`${formatInstant(atMs)}::timestamptz`;
  return { from: instant(fromMs), to: instant(toMs) };
}

/** Those of the slice's accounts in its month that are to be in the sums. */
export function whereOf(slice: Slice): RawBuilder<unknown> {
  const { from, to } = bounds(slice.localDays);
  return sql`e.account_id > ${slice.afterAccount}::bigint
    AND e.account_id <= ${slice.upToAccount}::bigint
    AND e.occurred_at >= ${from} AND e.occurred_at < ${to}
    AND e.booked_in < ${slice.foldedTo}::bigint`;
}

/** The day of an event, by a list of when days begin, which costs less than to ask for each. */
function dayOf({ turnsMs, days }: LocalDays): RawBuilder<unknown> {
  const turns = textArray(turnsMs.map((atMs) => formatInstant(atMs)));
  return sql`(${textArray(days)}::date[])
    [width_bucket(e.occurred_at, ${turns}::timestamptz[]) + 1]`;
}

const UNSTATED = sql`FILTER (WHERE cost_cents IS NULL)`;

/**
 * Alike events of an account and day, added up in one pass. What each counts to a feature is read
 * once, as a column; which features it counts to at all is told by the bits of a number.
 */
export function groups(slice: Slice): RawBuilder<unknown> {
  const { features, localDays } = slice;
  const counts = features.map(
    (feature, index) =>
      sql`, (e.counted ->> ${feature}::text)::numeric AS ${sql.raw(`counts_${index}`)}`,
  );
  const counted = features.map(
    (_, index) =>
      `, sum(counts_${index}) FILTER (WHERE counts_${index} IS NOT NULL) AS counted_${index}`,
  );
  const masks = maskColumns(features).map(({ name, bits }) => ({
    name,
    is: bits.map(({ index, bit }) => ` + CASE WHEN counts_${index} IS NULL THEN 0 ELSE ${bit} END`),
  }));
  // Without OFFSET each column would be computed wherever it is named.
  return sql`event AS (
      SELECT e.account_id, e.user_id, e.event_type, e.occurred_at, e.cost_cents, e.over_limit,
        ${dayOf(localDays)} AS day, COALESCE(e.provider, '') AS provider,
        COALESCE(e.model, '') AS model, ${PROMPT} AS prompt, e.resource_consumed, e.tokens_in,
        e.tokens_out, e.counted
        ${counts.length === 0 ? sql`` : sql.join(counts, sql` `)}
      FROM usage_events e WHERE ${whereOf(slice)} OFFSET 0
    ), grouped AS (
      SELECT e.day, e.account_id, e.user_id, COALESCE(had.plan, '') AS plan, e.event_type,
        e.provider, e.model, e.prompt,
        ${sql.raw(masks.map(({ name, is }) => `0${is.join('')} AS ${name}`).join(', '))},
        count(*)::int AS events, (count(*) FILTER (WHERE over_limit))::int AS over_limit,
        sum(resource_consumed) AS amount, sum(tokens_in) AS tokens_in,
        sum(tokens_out) AS tokens_out, sum(cost_cents) AS stated_cents,
        (count(*) ${UNSTATED})::int AS unstated_events,
        sum(resource_consumed) ${UNSTATED} AS unstated_amount,
        sum(tokens_in) ${UNSTATED} AS unstated_tokens_in,
        sum(tokens_out) ${UNSTATED} AS unstated_tokens_out,
        ${overlooking(features)} AS overlooked ${sql.raw(counted.join(''))}
      FROM event e LEFT JOIN had ON NOT had.is_steady AND had.account_id = e.account_id
        AND had.from_at <= e.occurred_at AND e.occurred_at < had.to_at
      GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, ${sql.raw(masks.map(({ name }) => name).join(', '))})`;
}

/**
 * How many events count to more features than were found of them. An object is greater than those
 * of fewer pairs, and the empty name makes each of these the least of its size
 * (https://www.postgresql.org/docs/18/datatype-json.html#JSON-INDEXING).
 */
function overlooking(features: readonly string[]): RawBuilder<unknown> {
  const names = ['', ...features];
  const least = names.map((_, found) =>
    JSON.stringify(Object.fromEntries(names.slice(0, found + 1).map((name) => [name, '']))),
  );
  const found = features.map((_, index) => `counts_${index}`);
  const place = found.length === 0 ? '1' : `num_nonnulls(${found.join(', ')}) + 1`;
  return sql`count(*) FILTER (WHERE counted >= (${textArray(least)}::jsonb[])[${sql.raw(place)}])`;
}
