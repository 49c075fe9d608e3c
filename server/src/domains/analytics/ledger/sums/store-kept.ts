import { sql } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Tx } from '../../../../platform/database.ts';
import type { KeptSum } from './kept-months.ts';

/** Adds to the months; rows come in the order of their keys, so that nobody waits in a circle. */
export async function addToKeptMonths(
  tx: Tx,
  bookId: number,
  sums: readonly KeptSum[],
): Promise<void> {
  if (sums.length === 0) return;
  await sql`
    INSERT INTO revenue_kept_months AS present (book_id, dimension, month, segment, currency,
      starts, ends, capped, customers, stayed)
    SELECT ${bookId}, dimension, month, segment, currency, sum(starts), sum(ends), sum(capped),
      sum(customers), sum(stayed)
    FROM unnest(
      ${textArray(sums.map(({ month }) => month))}::date[],
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
      AS row(month, currency, plan, cycle, country, source, cohort, starts, ends, capped,
        customers, stayed),
      LATERAL (VALUES ('', ''), ('plan', plan), ('cycle', cycle), ('country', country),
        ('source', source), ('cohort', cohort)) AS of(dimension, segment)
    GROUP BY dimension, month, segment, currency
    ORDER BY dimension COLLATE "C", month, segment COLLATE "C", currency COLLATE "C"
    ON CONFLICT (book_id, dimension, month, segment, currency) DO UPDATE
    SET starts = present.starts + excluded.starts, ends = present.ends + excluded.ends,
      capped = present.capped + excluded.capped,
      customers = present.customers + excluded.customers,
      stayed = present.stayed + excluded.stayed`.execute(tx.sql);
}
