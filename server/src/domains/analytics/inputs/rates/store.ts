import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { RateLine } from './rate-line.ts';

/** The latest word on the days that the lines are about. */
export async function findTold(
  executor: Executor,
  lines: readonly RateLine[],
): Promise<RateLine[]> {
  const { rows } = await sql<RateLine>`
    SELECT DISTINCT ON (base, currency, day) base, currency, day,
      trim_scale(rate)::text AS rate
    FROM exchange_rates
    WHERE (base, currency, day) IN (SELECT base, currency, day FROM ${told(lines)})
    ORDER BY base, currency, day, recorded_at DESC`.execute(executor.sql);
  return rows;
}

/** A later word; of two at the same instant the second counts as a millisecond later. */
export async function putRates(
  tx: Tx,
  lines: readonly RateLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  await sql`
    INSERT INTO exchange_rates (base, currency, day, rate, source, recorded_at)
    SELECT told.base, told.currency, told.day, told.rate, 'told', GREATEST(
      ${formatInstant(nowMs)}::timestamptz,
      (SELECT max(before.recorded_at) + interval '1 millisecond' FROM exchange_rates before
       WHERE before.base = told.base AND before.currency = told.currency
         AND before.day = told.day))
    FROM ${told(lines)}`.execute(tx.sql);
}

function told(lines: readonly RateLine[]) {
  return sql`jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS told(
    base text, currency text, day date, rate numeric)`;
}
