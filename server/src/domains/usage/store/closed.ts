import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityFromDatabase, type Quantity } from '@whisperforge/kernel/quantity';
import type { Executor } from '../../../platform/database.ts';

/** A quota period that is over, of which more was used than its limit and its packs gave. */
export interface ExceededPeriod {
  readonly feature: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What was used beyond them; what is only held does not count. */
  readonly over: Quantity;
}

interface Row {
  feature: string;
  period_start: number;
  period_end: number;
  over: string;
}

/** The exceeded periods of an account that ended after an instant, as they were closed last. */
export async function findExceededPeriods(
  executor: Executor,
  of: { readonly accountId: number; readonly endedAfterMs: number },
): Promise<ExceededPeriod[]> {
  const { rows } = await sql<Row>`
    SELECT feature, period_start, period_end, used - base_limit - pack_amount AS over
    FROM balances
    WHERE account_id = ${of.accountId} AND period_end > ${formatInstant(of.endedAfterMs)}
      AND computed_at >= period_end AND used > base_limit + pack_amount
    ORDER BY feature, period_start`.execute(executor.sql);
  return rows.map((row) => ({
    feature: row.feature,
    startMs: row.period_start,
    endMs: row.period_end,
    over: quantityFromDatabase(row.over),
  }));
}
