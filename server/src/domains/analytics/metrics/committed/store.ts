import { sql, type RawBuilder } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import type { DimensionFilters } from '../registry/metric.ts';
import { attributesOf } from '../attributes/attribute.ts';
import { joinAttributes } from '../attributes/store.ts';
import { dimensions, type Dimension } from '../store.ts';

/** What was known on a day of the time after it; parts of a currency. */
export interface AheadSum {
  readonly key: string | null;
  readonly span: number;
  readonly currency: string;
  readonly coming: bigint;
  readonly going: bigint;
}

export interface AheadQuery {
  readonly bookId: number;
  /** The day of each span that it was known on. */
  readonly days: readonly string[];
  readonly filters: DimensionFilters;
  /** `customer` is each customer by itself. */
  readonly by: string | null;
}

export async function findAheadSums(executor: Executor, query: AheadQuery): Promise<AheadSum[]> {
  const { days } = query;
  const { rows } = await sql<{
    key: string | null;
    span: number;
    currency: string;
    coming: string;
    going: string;
  }>`
    SELECT ${keyOf(query)} AS key, asked.span, ahead.currency,
      coalesce(sum(ahead.parts) FILTER (WHERE ahead.parts > 0), 0)::text AS coming,
      coalesce(sum(ahead.parts) FILTER (WHERE ahead.parts < 0), 0)::text AS going
    FROM unnest(
      ${numberArray(days.map((_, index) => index))}::int[],
      ${textArray(days)}::date[]) AS asked(span, day)
    CROSS JOIN LATERAL (
      SELECT customer_id, effective_at, kind, currency, plan, cycle, sum(parts) AS parts
      FROM revenue_ahead
      WHERE book_id = ${query.bookId} AND day > asked.day AND recorded_on <= asked.day
      GROUP BY customer_id, effective_at, kind, currency, plan, cycle
      HAVING sum(parts) <> 0) ahead
    JOIN revenue_standings standing
      ON standing.book_id = ${query.bookId} AND standing.customer_id = ahead.customer_id
    ${attributesFor(query).joins}
    WHERE ${matching(query)}
    GROUP BY 1, 2, 3`.execute(executor.sql);
  return rows.map((row) => ({ ...row, coming: BigInt(row.coming), going: BigInt(row.going) }));
}

function keyOf(query: AheadQuery): RawBuilder<string | null> {
  const { by } = query;
  if (by === null) return sql`NULL::text`;
  return by === 'customer' ? sql`ahead.customer_id::text` : sql`${columnsOf(query)[by]}::text`;
}

const OF_MOVEMENTS: readonly string[] = ['plan', 'cycle', 'currency'];

function columnOf(dimension: Dimension): RawBuilder<unknown> {
  const table = OF_MOVEMENTS.includes(dimension) ? 'ahead' : 'standing';
  return sql.ref(`${table}.${dimension}`);
}

function attributesFor({ filters, by }: AheadQuery) {
  const of = { holder: 'customer', column: 'ahead.customer_id' } as const;
  return joinAttributes(attributesOf(filters, by), of);
}

function columnsOf(query: AheadQuery): Readonly<Record<string, RawBuilder<unknown>>> {
  const own = dimensions.map((dimension) => [dimension, columnOf(dimension)] as const);
  return { ...Object.fromEntries(own), ...attributesFor(query).columns };
}

function matching(query: AheadQuery): RawBuilder<unknown> {
  const conditions = Object.entries(columnsOf(query)).flatMap(([dimension, column]) => {
    const values = query.filters[dimension];
    if (values === undefined) return [];
    return [sql`${column}::text = ANY(${[...values]}::text[])`];
  });
  return sql.join([sql`true`, ...conditions], sql` AND `);
}
