import { sql, type RawBuilder } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import type { Executor } from '../../../../platform/database.ts';
import type { DimensionFilters } from '../registry/metric.ts';
import { matching, mixed, openingAccounts, segmentsOf, type KeptQuery } from './store.ts';

/** What an account brought at the start of a span and brings at its end; decimals of parts. */
export interface KeptAccount {
  readonly customerId: number;
  readonly start: string;
  readonly kept: string;
}

/** The accounts of one span's start; the query has no other. */
export async function findKeptAccounts(
  executor: Executor,
  query: KeptQuery,
): Promise<KeptAccount[]> {
  const { rows } = await sql<{ customer_id: number; start: string; kept: string }>`
    SELECT opening.customer_id, starts::text AS start, ends::text AS kept
    FROM ${openingOfSpan(query)}`.execute(executor.sql);
  return rows.map(({ customer_id: customerId, ...rest }) => ({ ...rest, customerId }));
}

/** What an account adds to columns, in parts or counted. */
const ADDED: Readonly<Record<string, RawBuilder<unknown>>> = {
  mrr_start: sql`starts`,
  mrr_kept: sql`ends`,
  mrr_capped: sql`least(starts, ends)`,
  mrr_changed: sql`ends - starts`,
  mrr_lost: sql`starts - least(starts, ends)`,
  customers_start: sql`1`,
  customers_kept: sql`(ends > 0)::int`,
};

/** What each account adds to a column, as `findPage` reads it. */
export function keptContributions(query: KeptQuery, column: string): RawBuilder<unknown> {
  const added = ADDED[column];
  assert(added !== undefined, `no column that adds up: ${column}`);
  return sql`SELECT key, value FROM (
      SELECT opening.customer_id AS key, ${added} AS value FROM ${openingOfSpan(query)}) AS account
    WHERE value <> 0`;
}

/** Who never had several lines is looked up at once, in that of the start and that of the end. */
function openingOfSpan(query: KeptQuery): RawBuilder<unknown> {
  const { joins, columns } = segmentsOf(query, null);
  return sql`(
      ${plainAccounts(query)}
      UNION ALL
      (${openingAccounts(query, 'mixed')} SELECT starts, ends, customer_id, currency, plan, cycle,
        country, source, cohort FROM opening)
    ) AS opening ${joins} WHERE ${matching(query.filters, columns)}`;
}

function plainAccounts({ bookId, spans, rates, filters }: KeptQuery): RawBuilder<unknown> {
  const { from, to } = spans[0]!;
  const known = rates.map((each) => sql`WHEN ${each.currency} THEN ${each.rate}::numeric`);
  const rate = sql.join([sql`WHEN NULL THEN NULL`, ...known], sql` `);
  const worth = (level: 'was' | 'is') => sql`${sql.ref(`${level}.parts`)} *
    CASE was.currency ${rate} END`;
  return sql`
    SELECT ${worth('was')} AS starts, coalesce(${worth('is')}, 0) AS ends, was.customer_id,
      was.currency, was.plan, was.cycle, ${standingOf(bookId, filters).columns}
    FROM revenue_levels was
    LEFT JOIN revenue_levels "is" ON "is".book_id = ${bookId}
      AND "is".customer_id = was.customer_id AND "is".parts <> 0
      AND "is".from_day <= ${to}::date AND "is".to_day > ${to}::date
    ${standingOf(bookId, filters).joins}
    WHERE was.book_id = ${bookId} AND was.from_day < ${from}::date AND was.to_day >= ${from}::date
      AND was.parts > 0 AND was.currency = ANY(${rates.map(({ currency }) => currency)}::text[])
      AND was.customer_id NOT IN (${mixed(bookId)})`;
}

/** Standings are looked up only where they are asked about. */
function standingOf(bookId: number, filters: DimensionFilters) {
  const isAsked = ['country', 'source', 'cohort'].some((name) => filters[name] !== undefined);
  if (!isAsked) {
    const columns = sql`NULL::text AS country, NULL::text AS source, NULL::date AS cohort`;
    return { columns, joins: sql`` };
  }
  return {
    columns: sql`standing.country, standing.source, standing.cohort`,
    joins: sql`JOIN revenue_standings standing ON standing.book_id = ${bookId}
      AND standing.customer_id = was.customer_id`,
  };
}
