import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import { dimensions, type Dimension } from '../store.ts';
import type { DimensionFilters } from '../registry/metric.ts';

/** What a unit of a currency is worth at the start of a span, as a decimal. */
export interface SpanRate {
  readonly span: number;
  readonly currency: string;
  readonly rate: string;
}

export interface KeptQuery {
  readonly bookId: number;
  readonly spans: readonly DaySpan[];
  readonly rates: readonly SpanRate[];
  readonly filters: DimensionFilters;
  /** Whether only accounts that moved in a span are looked at; all others bring what they did. */
  readonly isOfMoved: boolean;
}

/** Sums over accounts that paid at the start of a span; decimals of parts. */
export interface KeptSum {
  readonly key: string | null;
  readonly span: number;
  readonly start: string;
  readonly kept: string;
  readonly capped: string;
  readonly customers: number;
  readonly stayed: number;
}

/** What the accounts of each span's start brought then and bring at its end. */
export async function findKept(
  executor: Executor,
  query: KeptQuery,
  breakdown: Dimension | null,
): Promise<KeptSum[]> {
  const key = breakdown === null ? sql`NULL::text` : sql`${sql.ref(breakdown)}::text`;
  const { rows } = await sql<KeptSum>`
    ${openingAccounts(query)}
    SELECT ${key} AS key, span::int, sum(starts)::text AS start, sum(ends)::text AS kept,
      sum(least(starts, ends))::text AS capped, count(*)::int AS customers,
      count(*) FILTER (WHERE ends > 0)::int AS stayed
    FROM opening WHERE ${matching(query.filters)}
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(executor.sql);
  return rows;
}

export interface KeptAccount {
  readonly customerId: number;
  readonly start: string;
  readonly kept: string;
}

/** The same by account, of one span. */
export async function findKeptAccounts(
  executor: Executor,
  query: KeptQuery,
): Promise<KeptAccount[]> {
  const { rows } = await sql<{ customer_id: number; start: string; kept: string }>`
    ${openingAccounts(query)}
    SELECT customer_id, starts::text AS start, ends::text AS kept
    FROM opening WHERE ${matching(query.filters)}`.execute(executor.sql);
  return rows.map(({ customer_id: customerId, ...rest }) => ({ ...rest, customerId }));
}

/**
 * An account is in the segment of the line that brought most at the start, wherever it went since:
 * who moved to a higher plan was kept by the plan left.
 */
function openingAccounts(query: KeptQuery): RawBuilder<unknown> {
  const { bookId, spans, rates } = query;
  return sql`
    WITH span AS (
      SELECT * FROM unnest(
        ${textArray(spans.map(({ from }) => from))}::date[],
        ${textArray(spans.map(({ to }) => to))}::date[]) WITH ORDINALITY
        AS s(from_day, to_day, span)
    ), rate AS (
      SELECT * FROM unnest(
        ${numberArray(rates.map(({ span }) => span))}::int[],
        ${textArray(rates.map(({ currency }) => currency))}::text[],
        ${textArray(rates.map(({ rate }) => rate))}::numeric[]) AS r(span, currency, rate)
    ), line AS (
      SELECT span.span, moved.customer_id, moved.currency, moved.plan, moved.cycle,
        coalesce(sum(moved.parts) FILTER (WHERE moved.day < span.from_day), 0) * rate.rate
          AS starts,
        sum(moved.parts) * rate.rate AS ends
      FROM span
      ${movementsUpTo(query)}
      JOIN rate ON rate.span = span.span AND rate.currency = moved.currency
      GROUP BY span.span, moved.customer_id, moved.currency, moved.plan, moved.cycle, rate.rate
    ), account AS (
      SELECT span, customer_id, sum(starts) AS starts, sum(ends) AS ends,
        (array_agg(ARRAY[currency, plan, cycle] ORDER BY starts DESC, currency, plan, cycle))[1:1]
          AS main
      FROM line GROUP BY span, customer_id HAVING sum(starts) > 0
    ), opening AS (
      SELECT account.span, account.customer_id, account.starts, account.ends,
        account.main[1][1] AS currency, account.main[1][2] AS plan, account.main[1][3] AS cycle,
        standing.country, standing.source, standing.cohort
      FROM account JOIN revenue_standings standing
        ON standing.book_id = ${bookId} AND standing.customer_id = account.customer_id)`;
}

function movementsUpTo({ bookId, isOfMoved }: KeptQuery): RawBuilder<unknown> {
  if (!isOfMoved) {
    return sql`JOIN revenue_movements moved
      ON moved.book_id = ${bookId} AND moved.day <= span.to_day`;
  }
  return sql`CROSS JOIN LATERAL (
      SELECT DISTINCT customer_id FROM revenue_movements
      WHERE book_id = ${bookId} AND day BETWEEN span.from_day AND span.to_day) changed
    JOIN revenue_movements moved ON moved.book_id = ${bookId}
      AND moved.customer_id = changed.customer_id AND moved.day <= span.to_day`;
}

function matching(filters: DimensionFilters): RawBuilder<unknown> {
  const conditions = dimensions.flatMap((dimension) => {
    const values = filters[dimension];
    if (values === undefined) return [];
    return [sql`${sql.ref(dimension)}::text = ANY(${[...values]}::text[])`];
  });
  return sql.join([sql`true`, ...conditions], sql` AND `);
}

/** The currencies that a book has. */
export async function findCurrencies(executor: Executor, bookId: number): Promise<string[]> {
  const rows = await executor.sql
    .selectFrom('revenue_days')
    .select('currency')
    .distinct()
    .where('book_id', '=', bookId)
    .orderBy('currency')
    .execute();
  return rows.map(({ currency }) => currency);
}
