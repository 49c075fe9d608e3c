import { sql } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';

export interface Trial {
  readonly customerId: number;
  readonly trialFrom: string;
  readonly isOver: boolean;
  readonly hasPaid: boolean;
  readonly country: string;
  readonly source: string;
}

/** Whose first trial began on the days of a span. */
export async function findTrialsBegun(
  executor: Executor,
  bookId: number,
  days: { readonly from: string; readonly to: string },
): Promise<Trial[]> {
  const { rows } = await sql<Trial>`
    SELECT customer_id AS "customerId", trial_from AS "trialFrom", trial_to IS NOT NULL AS "isOver",
      coalesce(paid_on >= trial_from, false) AS "hasPaid", country, source
    FROM revenue_standings
    WHERE book_id = ${bookId} AND trial_from BETWEEN ${days.from}::date AND ${days.to}::date
    `.execute(executor.sql);
  return rows;
}

/** How many first trials began in a span, and what became of them. */
export interface TrialSums {
  /** Its place among the spans. */
  readonly span: number;
  readonly segments: Readonly<Record<string, string>>;
  readonly trials: number;
  readonly undecided: number;
  readonly paid: number;
}

/** The same added up by spans that follow one another, and by country or source where told. */
export async function findTrialSums(
  executor: Executor,
  {
    bookId,
    spans,
    dimensions,
  }: {
    readonly bookId: number;
    readonly spans: readonly DaySpan[];
    readonly dimensions: readonly string[];
  },
): Promise<TrialSums[]> {
  const column = (name: string) => (dimensions.includes(name) ? sql.ref(name) : sql`''`);
  const { rows } = await sql<TrialSums>`
    SELECT span, jsonb_build_object('country', country, 'source', source) AS segments,
      count(*)::int AS trials, count(*) FILTER (WHERE has_paid)::int AS paid,
      count(*) FILTER (WHERE NOT is_over AND NOT has_paid)::int AS undecided
    FROM (
      SELECT ${column('country')} AS country, ${column('source')} AS source,
        width_bucket(trial_from, ${textArray(spans.map(({ from }) => from))}::date[]) - 1 AS span,
        trial_to IS NOT NULL AS is_over, coalesce(paid_on >= trial_from, false) AS has_paid
      FROM revenue_standings
      WHERE book_id = ${bookId}
        AND trial_from BETWEEN ${spans[0]!.from}::date AND ${spans.at(-1)!.to}::date) AS begun
    GROUP BY span, country, source`.execute(executor.sql);
  return rows;
}
