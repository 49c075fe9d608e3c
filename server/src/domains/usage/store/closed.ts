import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityFromDatabase, type Quantity } from '@whisperforge/kernel/quantity';
import type { Executor } from '../../../platform/database.ts';

/** A quota period that is over, of which more was used than its limit and its packs gave. */
export interface ExceededPeriod {
  readonly feature: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly used: Quantity;
  /** What was used beyond them; what is only held does not count. */
  readonly over: Quantity;
}

interface Row {
  feature: string;
  period_start: number;
  period_end: number;
  used: string;
  over: string;
}

/** The exceeded periods of an account that ended after an instant, as they were closed last. */
export async function findExceededPeriods(
  executor: Executor,
  of: { readonly accountId: number; readonly endedAfterMs: number },
): Promise<ExceededPeriod[]> {
  const { rows } = await sql<Row>`
    SELECT feature, period_start, period_end, used, used - base_limit - pack_amount AS over
    FROM balances
    WHERE account_id = ${of.accountId} AND period_end > ${formatInstant(of.endedAfterMs)}
      AND computed_at >= period_end AND used > base_limit + pack_amount
    ORDER BY feature, period_start`.execute(executor.sql);
  return rows.map((row) => ({
    feature: row.feature,
    startMs: row.period_start,
    endMs: row.period_end,
    used: quantityFromDatabase(row.used),
    over: quantityFromDatabase(row.over),
  }));
}

/** A quota period that is not over, as it was computed last. */
export interface OpenPeriod {
  readonly feature: string;
  readonly startMs: number;
  readonly used: Quantity;
  /** What is included, boosts and packs; `null` is unlimited. */
  readonly limit: Quantity | null;
}

export async function findOpenPeriods(
  executor: Executor,
  accountId: number,
): Promise<Map<string, OpenPeriod>> {
  const { rows } = await sql<{
    feature: string;
    period_start: number;
    used: string;
    limit: string | null;
  }>`
    SELECT DISTINCT ON (feature) feature, period_start, used, base_limit + pack_amount AS limit
    FROM balances
    WHERE account_id = ${accountId} AND computed_at < period_end
    ORDER BY feature, period_start DESC`.execute(executor.sql);
  return new Map(
    rows.map(({ feature, period_start: startMs, used, limit }) => {
      const known = limit === null ? null : quantityFromDatabase(limit);
      return [feature, { feature, startMs, used: quantityFromDatabase(used), limit: known }];
    }),
  );
}

/** An instant of a quota period, and what is counted in it. */
export interface PeriodInstant {
  readonly accountId: number;
  readonly feature: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly atMs: number;
}

/** What belongs before an instant of a period and was booked after it: late, or held by then. */
export async function sumBookedLate(executor: Executor, of: PeriodInstant): Promise<Quantity> {
  const { rows } = await sql<{ amount: string }>`
    SELECT COALESCE(sum((e.counted ->> ${of.feature}::text)::numeric), 0)::text AS amount
    FROM usage_events e
    LEFT JOIN reservations r ON r.account_id = e.account_id AND r.id = e.reservation_id
    WHERE e.account_id = ${of.accountId} AND e.occurred_at >= ${formatInstant(of.startMs)}
      AND e.occurred_at < ${formatInstant(of.endMs)} AND e.recorded_at > ${formatInstant(of.atMs)}
      AND (e.occurred_at < ${formatInstant(of.atMs)} OR r.created_at < ${formatInstant(of.atMs)})
      AND e.counted ? ${of.feature}::text`.execute(executor.sql);
  return quantityFromDatabase(rows[0]!.amount);
}
