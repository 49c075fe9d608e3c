import { sql, type RawBuilder } from 'kysely';
import type { DaySpan, Granularity } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import { attributesOf } from '../attributes/attribute.ts';
import { joinAttributes } from '../attributes/store.ts';
import { dimensions } from '../store.ts';
import type { DimensionFilters } from '../registry/metric.ts';

/** What a unit of a currency is worth at the start of a span, as a decimal. */
export interface SpanRate {
  readonly span: number;
  readonly currency: string;
  readonly rate: string;
}

export interface KeptQuery {
  readonly bookId: number;
  readonly spans: readonly NumberedSpan[];
  readonly rates: readonly SpanRate[];
  readonly filters: DimensionFilters;
}

export interface NumberedSpan extends DaySpan {
  readonly span: number;
}

/** A span of which sums are kept. */
export interface SummedSpan extends NumberedSpan {
  readonly unit: Granularity;
}

/**
 * Of whom sums are made: of everybody; of those who ever had several lines or currencies; or of the
 * others, as far as they moved in a span, since all the rest bring what they did.
 */
export type KeptOf = 'everybody' | 'mixed' | 'moved';

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
  { breakdown, of }: { readonly breakdown: string | null; readonly of: KeptOf },
): Promise<KeptSum[]> {
  if (query.spans.length === 0) return [];
  const { joins, columns } = segmentsOf(query, breakdown);
  const key = breakdown === null ? sql`NULL::text` : sql`${columns[breakdown]}::text`;
  const { rows } = await sql<KeptSum>`
    ${openingAccounts(query, of)}
    SELECT ${key} AS key, span::int, sum(starts)::text AS start, sum(ends)::text AS kept,
      sum(least(starts, ends))::text AS capped, count(*)::int AS customers,
      count(*) FILTER (WHERE ends > 0)::int AS stayed
    FROM opening ${joins} WHERE ${matching(query.filters, columns)}
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(executor.sql);
  return rows;
}

/**
 * An account is in the segment of the line that brought most at the start, wherever it went since:
 * who moved to a higher plan was kept by the plan left.
 */
export function openingAccounts(query: KeptQuery, of: KeptOf): RawBuilder<unknown> {
  const { bookId } = query;
  return sql`
    WITH ${spansAndRates(query)}, line AS (
      SELECT span.span, level.customer_id, level.currency, level.plan, level.cycle,
        coalesce(sum(level.parts) FILTER (WHERE ${AT_START}), 0) * rate.rate AS starts,
        coalesce(sum(level.parts) FILTER (WHERE ${AT_END}), 0) * rate.rate AS ends
      FROM span
      ${levelsIn(bookId, of)}
      JOIN rate ON rate.span = span.span AND rate.currency = level.currency
      GROUP BY span.span, level.customer_id, level.currency, level.plan, level.cycle, rate.rate
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

function spansAndRates({ spans, rates }: KeptQuery): RawBuilder<unknown> {
  return sql`span AS (
      SELECT * FROM unnest(
        ${numberArray(spans.map(({ span }) => span))}::int[],
        ${textArray(spans.map(({ from }) => from))}::date[],
        ${textArray(spans.map(({ to }) => to))}::date[]) AS s(span, from_day, to_day)
    ), rate AS (
      SELECT * FROM unnest(
        ${numberArray(rates.map(({ span }) => span))}::int[],
        ${textArray(rates.map(({ currency }) => currency))}::text[],
        ${textArray(rates.map(({ rate }) => rate))}::numeric[]) AS r(span, currency, rate)
    )`;
}

const AT_START = sql`level.from_day < span.from_day AND level.to_day >= span.from_day`;
const AT_END = sql`level.from_day <= span.to_day AND level.to_day > span.to_day`;

function levelsIn(bookId: number, of: KeptOf): RawBuilder<unknown> {
  const theirs = sql`level.book_id = ${bookId} AND level.from_day <= span.to_day
        AND level.to_day >= span.from_day`;
  switch (of) {
    case 'everybody':
      return sql`JOIN revenue_levels level ON ${theirs}`;
    case 'mixed':
      return sql`CROSS JOIN (${mixed(bookId)}) several
        JOIN revenue_levels level ON ${theirs} AND level.customer_id = several.customer_id`;
    case 'moved':
      return sql`CROSS JOIN LATERAL (
          SELECT DISTINCT customer_id FROM revenue_movements
          WHERE book_id = ${bookId} AND day BETWEEN span.from_day AND span.to_day
          EXCEPT ${mixed(bookId)}) changed
        JOIN revenue_levels level ON ${theirs} AND level.customer_id = changed.customer_id`;
  }
}

export function mixed(bookId: number): RawBuilder<unknown> {
  return sql`SELECT customer_id FROM revenue_standings WHERE book_id = ${bookId} AND is_mixed`;
}

/** Sums of spans from those that are kept of them, by up to two dimensions. */
export async function findKeptSums(
  executor: Executor,
  query: Omit<KeptQuery, 'spans'> & { readonly spans: readonly SummedSpan[] },
  { breakdown, told }: { readonly breakdown: string | null; readonly told: readonly string[] },
): Promise<KeptSum[]> {
  if (query.spans.length === 0) return [];
  const segments = [sql.ref('kept.segment'), sql.ref('kept.other')];
  const columns: SegmentColumns = {
    ...Object.fromEntries(told.map((dimension, place) => [dimension, segments[place]!])),
    currency: sql.ref('kept.currency'),
  };
  const key = breakdown === null ? sql`NULL::text` : columns[breakdown];
  const { rows } = await sql<KeptSum>`
    WITH ${spansAndRates(query)}, summed AS (
      SELECT * FROM unnest(
        ${numberArray(query.spans.map(({ span }) => span))}::int[],
        ${textArray(query.spans.map(({ unit }) => unit))}::text[]) AS s(span, unit)
    )
    SELECT ${key} AS key, span.span, sum(starts * rate.rate)::text AS start,
      sum(ends * rate.rate)::text AS kept, sum(capped * rate.rate)::text AS capped,
      sum(customers)::int AS customers, sum(stayed)::int AS stayed
    FROM span JOIN summed ON summed.span = span.span
    JOIN revenue_kept_spans kept ON kept.book_id = ${query.bookId} AND kept.unit = summed.unit
      AND kept.told = ${told.join(' ')} AND kept.from_day = span.from_day
    JOIN rate ON rate.span = span.span AND rate.currency = kept.currency
    WHERE ${matching(query.filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}

/** What there was of customers who had several lines at each start, in the segments of these. */
export async function findMixedOpening(
  executor: Executor,
  query: KeptQuery,
  breakdown: string | null,
): Promise<Pick<KeptSum, 'key' | 'span' | 'start' | 'customers'>[]> {
  const { joins, columns: held } = joinAttributes(attributesOf(query.filters, breakdown), {
    holder: 'customer',
    column: 'level.customer_id',
  });
  const own = dimensions.map((name) => {
    const table = OF_LINES.includes(name) ? 'level' : 'standing';
    return [name, sql.ref(`${table}.${name}`)] as const;
  });
  const columns: SegmentColumns = { ...Object.fromEntries(own), ...held };
  const key = breakdown === null ? sql`NULL::text` : sql`${columns[breakdown]}::text`;
  const { rows } = await sql<Pick<KeptSum, 'key' | 'span' | 'start' | 'customers'>>`
    WITH ${spansAndRates(query)}
    SELECT ${key} AS key, span.span, sum(level.parts * rate.rate)::text AS start,
      sum(level.customers)::int AS customers
    FROM span
    JOIN revenue_levels level ON level.book_id = ${query.bookId} AND ${AT_START}
    JOIN revenue_standings standing ON standing.book_id = ${query.bookId}
      AND standing.customer_id = level.customer_id AND standing.is_mixed
    JOIN rate ON rate.span = span.span AND rate.currency = level.currency
    ${joins}
    WHERE ${matching(query.filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}

const OF_LINES: readonly string[] = ['plan', 'cycle', 'currency'];

type SegmentColumns = Readonly<Record<string, RawBuilder<unknown>>>;

export function segmentsOf({ filters }: KeptQuery, breakdown: string | null) {
  const of = { holder: 'customer', column: 'opening.customer_id' } as const;
  const { joins, columns: held } = joinAttributes(attributesOf(filters, breakdown), of);
  const own = dimensions.map((name) => [name, sql.ref(`opening.${name}`)] as const);
  const columns: SegmentColumns = { ...Object.fromEntries(own), ...held };
  return { joins, columns };
}

export function matching(filters: DimensionFilters, columns: SegmentColumns): RawBuilder<unknown> {
  const conditions = Object.entries(columns).flatMap(([dimension, column]) => {
    const values = filters[dimension];
    if (values === undefined) return [];
    return [sql`${column}::text = ANY(${[...values]}::text[])`];
  });
  return sql.join([sql`true`, ...conditions], sql` AND `);
}
