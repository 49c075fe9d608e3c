import { sql } from 'kysely';
import { numberArray, textArray } from '../../../../platform/array-literal.ts';
import type { Tx } from '../../../../platform/database.ts';
import type { DaySum } from '../roll-up.ts';

/**
 * Adds to the days, of all segments at once and of each dimension by itself. Rows come in the order
 * of their keys, so that nobody waits in a circle.
 */
export async function addToDays(tx: Tx, bookId: number, sums: readonly DaySum[]): Promise<void> {
  if (sums.length === 0) return;
  await sql`
    WITH added AS MATERIALIZED (
      SELECT * FROM unnest(
        ${textArray(sums.map(({ day }) => day))}::date[],
        ${textArray(sums.map(({ kind }) => kind))}::text[],
        ${textArray(sums.map(({ currency }) => currency))}::text[],
        ${textArray(sums.map(({ plan }) => plan))}::text[],
        ${textArray(sums.map(({ cycle }) => cycle))}::text[],
        ${textArray(sums.map(({ country }) => country))}::text[],
        ${textArray(sums.map(({ source }) => source))}::text[],
        ${textArray(sums.map(({ cohort }) => cohort))}::date[],
        ${numberArray(sums.map(({ parts }) => parts))}::numeric[],
        ${numberArray(sums.map(({ customers }) => customers))}::integer[])
        AS row(day, kind, currency, plan, cycle, country, source, cohort, parts, customers)
    ), days AS (
      INSERT INTO revenue_days AS present (book_id, day, kind, currency, plan, cycle, country,
        source, cohort, parts, customers)
      SELECT ${bookId}, * FROM added
      ON CONFLICT (book_id, day, kind, currency, plan, cycle, country, source, cohort) DO UPDATE
      SET parts = present.parts + excluded.parts,
        customers = present.customers + excluded.customers
    )
    INSERT INTO revenue_segment_days AS present (book_id, dimension, day, segment, kind, currency,
      parts, customers)
    SELECT ${bookId}, dimension, day, segment, kind, currency, sum(parts), sum(customers)
    FROM added, LATERAL (VALUES ('', ''), ('plan', plan), ('cycle', cycle), ('country', country),
      ('source', source), ('cohort', cohort::text)) AS of(dimension, segment)
    GROUP BY dimension, day, segment, kind, currency
    ORDER BY dimension COLLATE "C", day, segment COLLATE "C", kind COLLATE "C", currency COLLATE "C"
    ON CONFLICT (book_id, dimension, day, segment, kind, currency) DO UPDATE
    SET parts = present.parts + excluded.parts,
      customers = present.customers + excluded.customers`.execute(tx.sql);
}
