import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import type { MovementKind } from '../../fold/fold.ts';
import { attributesOf } from '../attributes/attribute.ts';
import { joinAttributes } from '../attributes/store.ts';
import type { BridgeKind, DayMovement, Opening } from '../bridge.ts';
import type { DimensionFilters } from '../registry/metric.ts';
import { dimensions, type Dimension } from '../store.ts';

export interface CustomerQuery {
  readonly bookId: number;
  readonly filters: DimensionFilters;
}

interface OfCustomer {
  readonly customerId: number;
}

/** What customers brought before a day. */
export async function findCustomerOpenings(
  executor: Executor,
  query: CustomerQuery,
  before: string,
): Promise<(Opening & OfCustomer)[]> {
  const { rows } = await sql<{
    customer_id: number;
    currency: string;
    parts: string;
    customers: number;
  }>`
    SELECT moved.customer_id, moved.currency, sum(moved.parts)::text AS parts,
      sum(moved.customers)::int AS customers
    FROM revenue_levels moved ${standingsFor(query)} ${attributesFor(query).joins}
    WHERE ${matching(query)}
      AND moved.from_day < ${before}::date AND moved.to_day >= ${before}::date
    GROUP BY moved.customer_id, moved.currency
    HAVING sum(moved.parts) <> 0 OR sum(moved.customers) <> 0`.execute(executor.sql);
  return rows.map(({ customer_id: customerId, parts, ...rest }) => ({
    ...rest,
    customerId,
    parts: BigInt(parts),
  }));
}

/** How customers moved on the days of a span, where need be in one way only. */
export async function findCustomerMovements(
  executor: Executor,
  query: CustomerQuery,
  { from, to, kind }: DaySpan & { readonly kind: BridgeKind | null },
): Promise<(DayMovement & OfCustomer)[]> {
  const ofKind = kind === null ? sql`true` : sql`moved.kind = ${kind}`;
  const { rows } = await sql<{
    customer_id: number;
    day: string;
    kind: string;
    currency: string;
    parts: string;
    customers: number;
  }>`
    SELECT moved.customer_id, moved.day, moved.kind, moved.currency,
      sum(moved.parts)::text AS parts, sum(moved.customers)::int AS customers
    FROM revenue_movements moved JOIN revenue_standings standing USING (book_id, customer_id)
    ${attributesFor(query).joins}
    WHERE ${matching(query)} AND moved.day BETWEEN ${from}::date AND ${to}::date AND ${ofKind}
    GROUP BY 1, 2, 3, 4
    HAVING sum(moved.parts) <> 0 OR sum(moved.customers) <> 0
    ORDER BY 1, 2, 3, 4`.execute(executor.sql);
  return rows.map(({ customer_id: customerId, ...row }) => ({
    ...row,
    customerId,
    kind: row.kind as MovementKind,
    parts: BigInt(row.parts),
  }));
}

/** Customers have their standings looked up only where these are asked about. */
function standingsFor({ filters }: CustomerQuery): RawBuilder<unknown> {
  const isAsked = dimensions.some((dimension) => {
    return TABLES[dimension] === 'standing' && filters[dimension] !== undefined;
  });
  return isAsked ? sql`JOIN revenue_standings standing USING (book_id, customer_id)` : sql``;
}

/** Plan, cycle and currency are of the movement or level; the rest is of the customer. */
const TABLES: Readonly<Record<Dimension, 'moved' | 'standing'>> = {
  plan: 'moved',
  cycle: 'moved',
  currency: 'moved',
  country: 'standing',
  source: 'standing',
  cohort: 'standing',
};

function attributesFor({ filters }: CustomerQuery) {
  return joinAttributes(attributesOf(filters), { holder: 'customer', column: 'moved.customer_id' });
}

function matching({ bookId, filters }: CustomerQuery): RawBuilder<unknown> {
  const own = dimensions.map((dimension) => {
    return [dimension, sql.ref(`${TABLES[dimension]}.${dimension}`)] as const;
  });
  const { columns } = attributesFor({ bookId, filters });
  const conditions = [...own, ...Object.entries(columns)].flatMap(([dimension, column]) => {
    const values = filters[dimension];
    if (values === undefined) return [];
    return [sql`${column}::text = ANY(${[...values]}::text[])`];
  });
  return sql.join([sql`moved.book_id = ${bookId}`, ...conditions], sql` AND `);
}
