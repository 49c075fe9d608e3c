import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import type { MovementKind } from '../../fold/fold.ts';
import { attributesOf } from '../attributes/attribute.ts';
import { joinAttributes } from '../attributes/store.ts';
import type { BridgeKind, DayMovement, Opening } from '../bridge.ts';
import type { DimensionFilters } from '../registry/metric.ts';
import type { RateTable } from '../rates.ts';
import { dimensions, type Dimension } from '../store.ts';
import { rateDecimal, type RatesOfDays } from '../valued-days.ts';
import type { Term } from './summands.ts';

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

/** How what customers bring is valued. */
export interface Valued {
  readonly table: RateTable;
  readonly currencies: readonly string[];
  /** Of the days on which anything may have moved. */
  readonly days: RatesOfDays;
}

/** What each customer adds, as `findPage` reads it: parts of the reporting currency, or a count. */
export function contributionsOf(
  query: CustomerQuery,
  terms: readonly Term[],
  { span, valued }: { readonly span: DaySpan; readonly valued: Valued },
): RawBuilder<unknown> {
  const [first, ...others] = terms;
  if (first !== undefined && 'on' in first && others.length === 0) {
    return standingOnce(query, first, valued);
  }
  const selected = terms.map((term) => {
    return 'on' in term ? standingThen(query, term, valued) : movedIn(query, term, span, valued);
  });
  return sql`SELECT key, sum(amount) AS value
    FROM (${sql.join(selected, sql` UNION ALL `)}) AS term
    GROUP BY key HAVING sum(amount) <> 0`;
}

type StandingTerm = Extract<Term, { readonly on: string }>;

/** Who never had several lines has one at a time, so that there is nothing to add up. */
function standingOnce(
  query: CustomerQuery,
  term: StandingTerm,
  valued: Valued,
): RawBuilder<unknown> {
  const several = sql`(SELECT customer_id FROM revenue_standings
    WHERE book_id = ${query.bookId} AND is_mixed)`;
  return sql`
    SELECT key, amount AS value FROM (${standingThen(query, term, valued)}
      AND moved.customer_id NOT IN ${several}) AS line WHERE amount <> 0
    UNION ALL
    SELECT key, sum(amount) FROM (${standingThen(query, term, valued)}
      AND moved.customer_id IN ${several}) AS line GROUP BY key HAVING sum(amount) <> 0`;
}

function standingThen(
  query: CustomerQuery,
  { on, of, sign, only }: StandingTerm,
  { table, currencies }: Valued,
): RawBuilder<unknown> {
  const rates = currencies.map((currency) => {
    const rate = table.rateOn(currency, on);
    const text = rate === null ? '0' : rateDecimal(rate.perMinorUnit);
    return sql`WHEN ${currency} THEN moved.parts * ${text}::numeric`;
  });
  const worth = sql`CASE moved.currency WHEN ${table.base} THEN moved.parts
    ${sql.join(rates, sql` `)} END`;
  return sql`
    SELECT moved.customer_id AS key, ${amountOf({ of, sign }, worth)} AS amount
    FROM revenue_levels moved ${standingsFor(query)} ${attributesFor(query).joins}
    WHERE ${matching(query)} AND ${currencyOf(only, table)}
      AND moved.from_day <= ${on}::date AND moved.to_day > ${on}::date`;
}

function movedIn(
  query: CustomerQuery,
  { kinds, of, sign, only }: Exclude<Term, StandingTerm>,
  { from, to }: DaySpan,
  { table, days: { list } }: Valued,
): RawBuilder<unknown> {
  const worth = sql`CASE moved.currency WHEN ${table.base} THEN moved.parts
    ELSE moved.parts * coalesce(rate.rate, 0) END`;
  return sql`
    SELECT moved.customer_id AS key, ${amountOf({ of, sign }, worth)} AS amount
    FROM revenue_movements moved ${standingsFor(query)} ${attributesFor(query).joins}
    LEFT JOIN unnest(
        ${textArray(list.map(({ currency }) => currency))}::text[],
        ${textArray(list.map(({ day }) => day))}::date[],
        ${numberArray(list.map(({ rate }) => rate))}::numeric[]) AS rate(currency, day, rate)
      ON rate.currency = moved.currency AND rate.day = moved.day
    WHERE ${matching(query)} AND ${currencyOf(only, table)}
      AND moved.day BETWEEN ${from}::date AND ${to}::date
      AND ${kinds === 'all' ? sql`true` : sql`moved.kind = ANY(${textArray(kinds)}::text[])`}`;
}

function currencyOf(only: Term['only'], { base }: RateTable): RawBuilder<unknown> {
  if (only === undefined) return sql`true`;
  return only === 'foreign' ? sql`moved.currency <> ${base}` : sql`moved.currency = ${base}`;
}

function amountOf(
  { of, sign }: Pick<Term, 'of' | 'sign'>,
  worth: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const amount = of === 'parts' ? worth : sql.ref('moved.customers');
  return sign === 1 ? amount : sql`-(${amount})`;
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
