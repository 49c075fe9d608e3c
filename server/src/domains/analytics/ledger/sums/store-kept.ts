import { sql } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Tx } from '../../../../platform/database.ts';
import type { KeptSum } from './kept-spans.ts';

/**
 * Adds to the sums, by each dimension and of months by each two of them. Rows come in the order of
 * their keys, so that nobody waits in a circle.
 */
export async function addToKept(tx: Tx, bookId: number, sums: readonly KeptSum[]): Promise<void> {
  if (sums.length === 0) return;
  await sql`
    INSERT INTO revenue_kept_spans AS present (book_id, unit, told, from_day, segment, other,
      currency, starts, ends, capped, customers, stayed)
    SELECT ${bookId}, unit, told, from_day, segment, other, currency, sum(starts), sum(ends),
      sum(capped), sum(customers), sum(stayed)
    FROM unnest(
      ${textArray(sums.map(({ unit }) => unit))}::text[],
      ${textArray(sums.map(({ from }) => from))}::date[],
      ${textArray(sums.map(({ currency }) => currency))}::text[],
      ${textArray(sums.map(({ plan }) => plan))}::text[],
      ${textArray(sums.map(({ cycle }) => cycle))}::text[],
      ${textArray(sums.map(({ country }) => country))}::text[],
      ${textArray(sums.map(({ source }) => source))}::text[],
      ${textArray(sums.map(({ cohort }) => cohort))}::text[],
      ${numberArray(sums.map(({ starts }) => starts))}::numeric[],
      ${numberArray(sums.map(({ ends }) => ends))}::numeric[],
      ${numberArray(sums.map(({ capped }) => capped))}::numeric[],
      ${numberArray(sums.map(({ customers }) => customers))}::integer[],
      ${numberArray(sums.map(({ stayed }) => stayed))}::integer[])
      AS row(unit, from_day, currency, plan, cycle, country, source, cohort, starts, ends, capped,
        customers, stayed),
      LATERAL (VALUES ('', '', ''), ('plan', plan, ''), ('cycle', cycle, ''),
        ('country', country, ''), ('source', source, ''), ('cohort', cohort, ''),
        ('plan cycle', plan, cycle), ('plan country', plan, country),
        ('plan source', plan, source), ('plan cohort', plan, cohort),
        ('cycle country', cycle, country), ('cycle source', cycle, source),
        ('cycle cohort', cycle, cohort), ('country source', country, source),
        ('country cohort', country, cohort), ('source cohort', source, cohort))
        AS of(told, segment, other)
    WHERE unit = 'month' OR told NOT LIKE '% %'
    GROUP BY unit, told, from_day, segment, other, currency
    ORDER BY unit COLLATE "C", told COLLATE "C", from_day, segment COLLATE "C", other COLLATE "C",
      currency COLLATE "C"
    ON CONFLICT (book_id, unit, told, from_day, segment, other, currency) DO UPDATE
    SET starts = present.starts + excluded.starts, ends = present.ends + excluded.ends,
      capped = present.capped + excluded.capped,
      customers = present.customers + excluded.customers,
      stayed = present.stayed + excluded.stayed`.execute(tx.sql);
}
