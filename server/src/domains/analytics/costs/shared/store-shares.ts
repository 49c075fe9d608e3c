import { sql, type RawBuilder } from 'kysely';
import { shiftMonth, type DaySpan } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import { attributesOf } from '../../metrics/attributes/attribute.ts';
import { joinAttributes } from '../../metrics/attributes/store.ts';
import type { DimensionFilters } from '../../metrics/registry/metric.ts';
import type { RatesOfDays } from '../../metrics/valued-days.ts';
import { matchingFilters, withAttributes } from '../../usage/store-use.ts';
import { BY_SUBJECT } from '../../usage/summed.ts';
import type { Moved } from '../weights.ts';

/** What a model and feature bring more or less in a part of a month, until the month ends. */
export interface Share extends Moved {
  /** A plan, a value of an attribute or a customer, where it is asked for by these. */
  readonly key: string | null;
  readonly model: string;
  readonly feature: string;
}

export interface SharesQuery {
  readonly bookId: number;
  /** They follow one another, and each is of one month. */
  readonly spans: readonly DaySpan[];
  readonly weights: RatesOfDays;
  /** By what customers pay for or are; all shares of theirs are told. */
  readonly filters: DimensionFilters;
  readonly by: string | null;
}

/**
 * How revenue of months is shared among models and features. It is on record by plan; of customers
 * one by one, or by their attributes, it is shared out anew.
 */
export async function findShares(executor: Executor, query: SharesQuery): Promise<Share[]> {
  const { bookId, spans, filters, by } = query;
  const months = [...new Set(spans.map(({ from }) => shiftMonth(from, 0)))];
  if (by === BY_SUBJECT || attributesOf(filters, by).length > 0) {
    const found: Share[] = [];
    for (const month of months) found.push(...(await shareOutNow(executor, query, month)));
    return found;
  }
  return readShares(
    executor,
    query,
    sql`share AS (
      SELECT ${by === 'plan' ? sql`plan` : sql`NULL::text`} AS key, model, feature, day, currency,
        parts
      FROM shared_revenue_days
      WHERE book_id = ${bookId} AND day >= ${months[0]!}::date
        AND ${matchingFilters(filters, { plan: sql.ref('plan') })})`,
  );
}

async function shareOutNow(executor: Executor, query: SharesQuery, month: string) {
  const { filters, by } = query;
  const columns = {
    plan: sql.ref('moved.plan'),
    ...joinAttributes(attributesOf(filters, by), OF_CUSTOMERS).columns,
  };
  const dimension = by === null ? undefined : columns[by as keyof typeof columns];
  const key = by === BY_SUBJECT ? sql`moved.customer_id::text` : (dimension ?? sql`NULL::text`);
  return readShares(executor, query, shares({ ...query, month, key }));
}

/** What moves before the first part of its month is told as of the part before that one. */
async function readShares(
  executor: Executor,
  { spans, weights }: SharesQuery,
  share: RawBuilder<unknown>,
): Promise<Share[]> {
  const { rows } = await sql<Omit<Share, 'parts'> & { parts: string }>`
    WITH ${share}
    SELECT key, model, feature, share.currency, sum(parts)::text AS parts,
      width_bucket(day, ${textArray(spans.map(({ from }) => from))}::date[]) - 1 AS part,
      trim_scale(coalesce(sum(parts * weight), 0))::text AS worth
    FROM share LEFT JOIN unnest(
        ${textArray(weights.list.map(({ currency }) => currency))}::text[],
        ${textArray(weights.list.map(({ day }) => day))}::date[],
        ${numberArray(weights.list.map(({ rate }) => rate))}::numeric[]
      ) AS weighed(weight_currency, weight_day, weight)
      ON weight_currency = share.currency AND weight_day = share.day
    WHERE day <= ${spans.at(-1)!.to}::date
    GROUP BY 1, 2, 3, 4, 6 HAVING sum(parts) <> 0 OR sum(parts * weight) <> 0`.execute(
    executor.sql,
  );
  return rows.map((row) => ({ ...row, parts: BigInt(row.parts) }));
}

const OF_CUSTOMERS = { holder: 'customer', column: 'moved.customer_id' } as const;

interface SharedMonth {
  readonly bookId: number;
  readonly month: string;
  readonly filters: DimensionFilters;
  readonly key: RawBuilder<unknown>;
}

/**
 * Shares what accounts bring in a month among the events by which they used AI in it, each the
 * same, and each event's share evenly among its features. An event has what lies between two marks
 * on the line from 0 to the whole, cut to whole parts, so that shares sum to the whole exactly: 100
 * parts and marks at 1/3 and 2/3 make 33, 33 and 34.
 */
export function shares({ bookId, month, filters, key }: SharedMonth): RawBuilder<unknown> {
  const next = shiftMonth(month, 1);
  const held = withAttributes({ by: null, filters }, OF_CUSTOMERS);
  const columns = { plan: sql.ref('moved.plan'), ...held?.columns };
  return sql`used AS MATERIALIZED (
      SELECT account_id, model, features, sum(events) AS events,
        sum(sum(events)) OVER (PARTITION BY account_id) AS of_all,
        sum(sum(events)) OVER (PARTITION BY account_id ORDER BY model, features) AS up_to
      FROM usage_account_days
      WHERE day >= ${month}::date AND day < ${next}::date AND (model <> '' OR stated_cents <> 0)
      GROUP BY account_id, model, features HAVING sum(events) > 0
    ), marked AS MATERIALIZED (
      SELECT account_id, model, feature, of_all * many AS whole,
        (up_to - events) * many + events * (place - 1) AS from_mark,
        (up_to - events) * many + events * place AS to_mark
      FROM used, LATERAL (SELECT CASE features WHEN '' THEN ARRAY['']
          ELSE string_to_array(features, ',') END AS names) AS listed,
        LATERAL (SELECT cardinality(names) AS many) AS counted,
        unnest(names) WITH ORDINALITY AS named(feature, place)
    ), brought AS MATERIALIZED (
      SELECT customer.account_id, ${key} AS key, GREATEST(moved.day, ${month}::date) AS day,
        moved.currency, moved.plan, sum(moved.parts) AS parts
      FROM revenue_movements moved JOIN revenue_customers customer
        ON customer.id = moved.customer_id
      ${held?.joins ?? sql``}
      WHERE moved.book_id = ${bookId} AND moved.day < ${next}::date
        AND customer.account_id IN (SELECT account_id FROM used)
        AND ${matchingFilters(filters, columns)}
      GROUP BY 1, 2, 3, 4, 5 HAVING sum(moved.parts) <> 0
    ), share AS (
      SELECT key, model, feature, day, currency, plan,
        div(parts * to_mark, whole) - div(parts * from_mark, whole) AS parts
      FROM brought JOIN marked USING (account_id))`;
}
