import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import type { MovementKind } from '../fold/fold.ts';
import type { DayMovement, Opening } from './bridge.ts';
import type { DayRate } from './rates.ts';

/** The segments that figures can be asked for; of each, any of the values. */
export const dimensions = ['plan', 'cycle', 'currency', 'country', 'source', 'cohort'] as const;

export type Dimension = (typeof dimensions)[number];

export type Filters = Readonly<Partial<Record<Dimension, readonly string[]>>>;

export interface DayQuery {
  readonly bookId: number;
  readonly filters: Filters;
  /** The dimension that figures are taken apart by; rows of the whole have no key. */
  readonly breakdown: Dimension | null;
}

/** Of one value of the dimension that is broken down. */
export interface Keyed {
  readonly key: string | null;
}

/** What moved on the days of a span, by day, kind and currency. */
export async function findDayMovements(
  executor: Executor,
  query: DayQuery,
  { from, to, kind }: DaySpan & { readonly kind?: MovementKind },
): Promise<(DayMovement & Keyed)[]> {
  const { rows } = await sql<{
    key: string | null;
    day: string;
    kind: string;
    currency: string;
    parts: string;
    customers: number;
  }>`
    SELECT ${keyOf(query)} AS key, day, kind, currency, sum(parts)::text AS parts,
      sum(customers)::int AS customers
    FROM revenue_days
    WHERE ${matching(query)} AND day BETWEEN ${from}::date AND ${to}::date
      AND ${kind === undefined ? sql`true` : sql`kind = ${kind}`}
    GROUP BY 1, day, kind, currency ORDER BY 1, day, kind, currency`.execute(executor.sql);
  return rows.map((row) => ({
    ...row,
    kind: row.kind as MovementKind,
    parts: BigInt(row.parts),
  }));
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
    FROM revenue_days WHERE ${matching(query)} AND day < ${before}::date
    GROUP BY 1, currency ORDER BY 1, currency`.execute(executor.sql);
  return rows.map((row) => ({ ...row, parts: BigInt(row.parts) }));
}

function keyOf({ breakdown }: DayQuery): RawBuilder<string | null> {
  return breakdown === null ? sql`NULL::text` : sql`${sql.ref(breakdown)}::text`;
}

function matching({ bookId, filters }: DayQuery): RawBuilder<unknown> {
  const conditions = dimensions.flatMap((dimension) => {
    const values = filters[dimension];
    if (values === undefined || values.length === 0) return [];
    return [sql`${sql.ref(dimension)}::text = ANY(${[...values]}::text[])`];
  });
  return sql.join([sql`book_id = ${bookId}`, ...conditions], sql` AND `);
}

/** The latest word on each day's rate. */
export async function findRates(executor: Executor, base: string): Promise<DayRate[]> {
  const { rows } = await sql<DayRate>`
    SELECT DISTINCT ON (currency, day) currency, day, rate::text AS rate FROM exchange_rates
    WHERE base = ${base} ORDER BY currency, day, recorded_at DESC`.execute(executor.sql);
  return rows;
}
