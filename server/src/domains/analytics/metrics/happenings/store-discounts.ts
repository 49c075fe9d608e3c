import { sql, type RawBuilder } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import type { Period } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import { givenDiscounts } from '../../../billing/index.ts';
import type { DimensionFilters, FoundPage, PageAsked } from '../registry/metric.ts';
import { findPage } from '../rows/store-page.ts';
import type { RatesOfDays } from '../valued-days.ts';

/** What an invoice adds to a column: money, at the rate of its day, or a count. */
const ADDED: Readonly<Record<string, { readonly of: RawBuilder<unknown>; isMoney: boolean }>> = {
  value: { of: sql`invoice."discountMinor"`, isMoney: true },
  before: { of: sql`invoice."subtotalMinor"`, isMoney: true },
  discounted: { of: sql`(invoice."discountMinor" > 0)::int`, isMoney: false },
  invoices: { of: sql`1`, isMoney: false },
};

export interface DiscountsAsked {
  readonly column: string;
  readonly filters: DimensionFilters;
  readonly period: Period;
  /** Whose days invoices are valued by. */
  readonly timeZone: string;
  readonly rates: RatesOfDays;
}

/** A page of what accounts add to a column of discounts. */
export async function findDiscountPage(
  executor: Executor,
  asked: DiscountsAsked,
  page: PageAsked,
): Promise<FoundPage> {
  return findPage(executor, contributions(asked), { page, valueOf: (of) => of });
}

function contributions({
  column,
  filters,
  period,
  timeZone,
  rates: { base, list },
}: DiscountsAsked): RawBuilder<unknown> {
  const added = ADDED[column];
  assert(added !== undefined, `no column that adds up: ${column}`);
  const worth = sql`${added.of} * CASE WHEN invoice.currency = ${base} THEN 1
    ELSE coalesce(rate.rate, 0) END`;
  const conditions = Object.entries(filters).map(([dimension, values]) => {
    const has = dimension === 'currency' ? sql`invoice.currency` : sql.ref(`owner.${dimension}`);
    return sql`coalesce(${has}, '') = ANY(${textArray(values)}::text[])`;
  });
  return sql`
    SELECT invoice."accountId" AS key, sum(${added.isMoney ? worth : added.of}) AS value
    FROM (${givenDiscounts(period)}) AS invoice
    LEFT JOIN unnest(
        ${textArray(list.map(({ currency }) => currency))}::text[],
        ${textArray(list.map(({ day }) => day))}::date[],
        ${numberArray(list.map(({ rate }) => rate))}::numeric[]) AS rate(currency, day, rate)
      ON rate.currency = invoice.currency
        AND rate.day = (invoice."finalizedMs" AT TIME ZONE ${timeZone})::date
    LEFT JOIN accounts account ON account.id = invoice."accountId"
    LEFT JOIN users owner ON owner.id = account.owner_user_id
    WHERE ${sql.join([sql`true`, ...conditions], sql` AND `)}
    GROUP BY invoice."accountId" HAVING sum(${added.isMoney ? worth : added.of}) <> 0`;
}
