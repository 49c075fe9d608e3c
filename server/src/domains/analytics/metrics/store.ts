import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import type { MovementKind } from '../fold/fold.ts';
import { attributeDimension, attributesOf } from './attributes/attribute.ts';
import { joinAttributes } from './attributes/store.ts';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Opening } from './bridge.ts';
import type { SpanMovement } from './bridge-spans.ts';
import type { DayRate } from './rates.ts';
import type { RatesOfDays } from './valued-days.ts';
import type { DimensionFilters } from './registry/metric.ts';

/** The segments that figures can be asked for; of each, any of the values. */
export const dimensions = ['plan', 'cycle', 'currency', 'country', 'source', 'cohort'] as const;

export type Dimension = (typeof dimensions)[number];

export interface DayQuery {
  readonly bookId: number;
  /** By dimensions, and by attributes of the owners of accounts. */
  readonly filters: DimensionFilters;
  /** What figures are taken apart by; rows of the whole have no key. */
  readonly breakdown: string | null;
}

/** Of one value of the dimension that is broken down. */
export interface Keyed {
  readonly key: string | null;
}

/** What moved in spans that follow one another, by span, kind and currency. */
export async function findSpanMovements(
  executor: Executor,
  query: DayQuery,
  { spans, rates, kind }: SpansAsked,
): Promise<(SpanMovement & Keyed)[]> {
  const { rows } = await sql<{
    key: string | null;
    span: number;
    kind: string;
    currency: string;
    parts: string;
    worth: string;
    customers: number;
    since: string;
  }>`
    SELECT ${keyOf(query)} AS key, width_bucket(day, ${days(spans)}) - 1 AS span, kind,
      days.currency, sum(parts)::text AS parts, sum(customers)::int AS customers,
      trim_scale(sum(CASE WHEN days.currency = ${rates.base} THEN parts
        ELSE parts * coalesce(rate.rate, 0) END))::text AS worth,
      min(day)::text AS since
    FROM ${daysOf(query)} LEFT JOIN unnest(
        ${textArray(rates.list.map(({ currency }) => currency))}::text[],
        ${textArray(rates.list.map(({ day }) => day))}::date[],
        ${numberArray(rates.list.map(({ rate }) => rate))}::numeric[]
      ) AS rate(rate_currency, rate_day, rate)
      ON rate_currency = days.currency AND rate_day = days.day
    WHERE ${matching(query)} AND (parts <> 0 OR customers <> 0)
      AND day BETWEEN ${spans[0]!.from}::date AND ${spans.at(-1)!.to}::date
      AND ${kind === undefined ? sql`true` : sql`kind = ${kind}`}
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`.execute(executor.sql);
  return rows.map((row) => ({ ...row, kind: row.kind as MovementKind, parts: BigInt(row.parts) }));
}

export interface SpansAsked {
  readonly spans: readonly DaySpan[];
  readonly rates: RatesOfDays;
  readonly kind?: MovementKind;
}

function days(spans: readonly DaySpan[]): RawBuilder<unknown> {
  return sql`${textArray(spans.map(({ from }) => from))}::date[]`;
}

/** The currencies that a book has, and when each came first. */
export async function findCurrencies(
  executor: Executor,
  bookId: number,
): Promise<{ readonly currency: string; readonly since: string }[]> {
  const { rows } = await sql<{ currency: string; since: string }>`
    SELECT currency, min(day)::text AS since FROM revenue_segment_days
    WHERE book_id = ${bookId} AND dimension = '' GROUP BY currency ORDER BY currency`.execute(
    executor.sql,
  );
  return rows;
}

/** What there was before a day: MRR and customers by currency. */
export async function findOpening(
  executor: Executor,
  query: DayQuery,
  before: string,
): Promise<(Opening & Keyed)[]> {
  const { rows } = await sql<{
    key: string | null;
    currency: string;
    parts: string;
    customers: number;
  }>`
    SELECT ${keyOf(query)} AS key, currency, sum(parts)::text AS parts,
      sum(customers)::int AS customers
    FROM ${daysOf(query)} WHERE ${matching(query)} AND day < ${before}::date
    GROUP BY 1, currency ORDER BY 1, currency`.execute(executor.sql);
  return rows.map((row) => ({ ...row, parts: BigInt(row.parts) }));
}

/**
 * The days of a book, by the one dimension that is asked for, or else by segment. What is asked
 * for by attributes is added up from the movements of each customer, since no sums are kept of what
 * anybody may tell of users.
 */
function daysOf({ bookId, filters, breakdown }: DayQuery): RawBuilder<unknown> {
  const keys = attributesOf(filters, breakdown);
  if (keys.length === 0) return summedDays({ bookId, filters, breakdown });
  const { joins, columns } = joinAttributes(keys, {
    holder: 'customer',
    column: 'moved.customer_id',
  });
  const told = keys.map((key, index) => {
    return sql`${columns[attributeDimension(key)]} AS ${sql.id(columnAt(index))}`;
  });
  return sql`(
      SELECT moved.book_id, moved.day, moved.kind, moved.currency, moved.plan, moved.cycle,
        standing.country, standing.source, standing.cohort, moved.parts, moved.customers,
        ${sql.join(told)}
      FROM revenue_movements moved JOIN revenue_standings standing USING (book_id, customer_id)
      ${joins}
      WHERE moved.book_id = ${bookId}) AS days`;
}

function summedDays(query: DayQuery): RawBuilder<unknown> {
  const dimension = dimensionOf(query);
  if (dimension === null) return sql`revenue_days AS days`;
  const column = sql.id(dimension === '' ? 'segment' : dimension);
  return sql`(
      SELECT book_id, day, kind, currency, segment AS ${column}, parts, customers
      FROM revenue_segment_days WHERE dimension = ${dimension}) AS days`;
}

/** The one dimension that is asked for, empty where none is, and `null` where there are more. */
function dimensionOf(query: Pick<DayQuery, 'filters' | 'breakdown'>): Dimension | '' | null {
  const asked = dimensionsOf(query);
  return asked === null || asked.length > 1 ? null : (asked[0] ?? '');
}

/** The dimensions that are asked for; `null` where attributes are, of which no sums are kept. */
export function dimensionsOf({
  filters,
  breakdown,
}: Pick<DayQuery, 'filters' | 'breakdown'>): readonly Dimension[] | null {
  if (attributesOf(filters, breakdown).length > 0) return null;
  return dimensions.filter((dimension) => {
    // All sums are told apart by currency.
    return dimension !== 'currency' && (dimension === breakdown || isFiltered(filters[dimension]));
  });
}

function isFiltered(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0;
}

function columnAt(index: number): string {
  return `attribute_${index}`;
}

function columnsOf({ filters, breakdown }: DayQuery): Readonly<Record<string, string>> {
  const attributes = attributesOf(filters, breakdown).map(
    (key, index) => [attributeDimension(key), columnAt(index)] as const,
  );
  const others = dimensions.map((dimension) => [dimension, dimension] as const);
  return Object.fromEntries([...others, ...attributes]);
}

function keyOf(query: DayQuery): RawBuilder<string | null> {
  const { breakdown } = query;
  if (breakdown === null) return sql`NULL::text`;
  return sql`${sql.id(columnsOf(query)[breakdown]!)}::text`;
}

function matching(query: DayQuery): RawBuilder<unknown> {
  const conditions = Object.entries(columnsOf(query)).flatMap(([dimension, column]) => {
    const values = query.filters[dimension];
    if (!isFiltered(values)) return [];
    return [sql`${sql.id(column)}::text = ANY(${[...values]}::text[])`];
  });
  return sql.join([sql`book_id = ${query.bookId}`, ...conditions], sql` AND `);
}

/** The latest word on each day's rate. */
export async function findRates(executor: Executor, base: string): Promise<DayRate[]> {
  const { rows } = await sql<DayRate>`
    SELECT DISTINCT ON (currency, day) currency, day, rate::text AS rate FROM exchange_rates
    WHERE base = ${base} ORDER BY currency, day, recorded_at DESC`.execute(executor.sql);
  return rows;
}
