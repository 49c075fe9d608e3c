import { sql, type RawBuilder } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';
import type { HappenedKind, HappenedSums } from '../../ledger/accounts/happened.ts';
import type { DimensionFilters } from '../registry/metric.ts';
import type { ValuedDays } from '../valued-days.ts';

/** What is told apart in the sums, and what a metric calls it, such as `label` a code. */
export type Segment = 'country' | 'source' | 'label' | 'currency';

export interface SumsQuery {
  readonly bookId: number;
  readonly kind: HappenedKind;
  readonly filters: DimensionFilters;
  readonly breakdown: string | null;
  /** The column of each dimension. */
  readonly segments: Readonly<Record<string, Segment>>;
}

/** What happened in a span; money in the reporting currency, as decimals of minor units. */
export type SpanSums = { readonly [Measure in keyof HappenedSums]: string } & {
  readonly key: string | null;
  readonly span: number;
  readonly currency: string;
  /** Whether any day of it is valued at an earlier day's rate, or cannot be valued. */
  readonly isCarried: boolean;
  readonly isMissing: boolean;
};

/** What happened in spans that follow one another, by span and currency. */
export async function findSpanSums(
  executor: Executor,
  query: SumsQuery,
  { spans, rates }: { readonly spans: readonly DaySpan[]; readonly rates: ValuedDays },
): Promise<SpanSums[]> {
  const { list, base } = rates;
  const worth = (column: string) => sql`trim_scale(coalesce(sum(${sql.ref(column)} * CASE
    WHEN days.currency IN (${base}, '') THEN 1 ELSE rate.rate END), 0))::text`;
  const { rows } = await sql<SpanSums>`
    SELECT ${keyOf(query)} AS key,
      width_bucket(day, ${textArray(spans.map(({ from }) => from))}::date[]) - 1 AS span,
      days.currency, sum(total)::text AS total, sum(first)::text AS first,
      sum(second)::text AS second, ${worth('total_minor')} AS "totalMinor",
      ${worth('first_minor')} AS "firstMinor", ${worth('second_minor')} AS "secondMinor",
      coalesce(bool_or(rate.is_carried), false) AS "isCarried",
      bool_or(days.currency NOT IN (${base}, '') AND rate.rate IS NULL) AS "isMissing"
    FROM happening_days days LEFT JOIN unnest(
        ${textArray(list.map(({ currency }) => currency))}::text[],
        ${textArray(list.map(({ day }) => day))}::date[],
        ${numberArray(list.map(({ rate }) => rate))}::numeric[],
        ${textArray(list.map(({ isCarried }) => String(isCarried)))}::boolean[]
      ) AS rate(rate_currency, rate_day, rate, is_carried)
      ON rate_currency = days.currency AND rate_day = days.day
    WHERE ${matching(query)} AND (total <> 0 OR total_minor <> 0)
      AND day BETWEEN ${spans[0]!.from}::date AND ${spans.at(-1)!.to}::date
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`.execute(executor.sql);
  return rows;
}

/** The currencies in which anything of a kind was, and since when. */
export async function findHappenedCurrencies(
  executor: Executor,
  { bookId, kind }: Pick<SumsQuery, 'bookId' | 'kind'>,
): Promise<{ readonly currency: string; readonly since: string }[]> {
  const { rows } = await sql<{ currency: string; since: string }>`
    SELECT currency, min(day)::text AS since FROM happening_days
    WHERE book_id = ${bookId} AND kind = ${kind} AND told = '' AND currency <> ''
    GROUP BY currency ORDER BY currency`.execute(executor.sql);
  return rows;
}

const ORDER: readonly Segment[] = ['country', 'source', 'label'];

/** Which sums are read: those that tell apart just what is asked for; all tell currencies apart. */
function matching({ bookId, kind, filters, breakdown, segments }: SumsQuery): RawBuilder<unknown> {
  const asked = [...Object.keys(filters), ...(breakdown === null ? [] : [breakdown])];
  const columns = new Set(asked.map((dimension) => segments[dimension]));
  const told = ORDER.filter((segment) => columns.has(segment)).join(' ');
  const conditions = Object.entries(filters).map(([dimension, values]) => {
    const column = sql.ref(`days.${segments[dimension]!}`);
    return sql`${column} = ANY(${[...values]}::text[])`;
  });
  const of = sql`book_id = ${bookId} AND kind = ${kind} AND told = ${told}`;
  return sql.join([of, ...conditions], sql` AND `);
}

function keyOf({ breakdown, segments }: SumsQuery): RawBuilder<string | null> {
  if (breakdown === null) return sql`NULL::text`;
  return sql`${sql.ref(`days.${segments[breakdown]!}`)}`;
}
