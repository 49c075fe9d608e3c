import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { DaySpan } from '@whisperforge/kernel/period';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { DimensionFilters } from '../../metrics/registry/metric.ts';
import {
  keyColumn,
  matchingFilters,
  shownPlan,
  withAttributes,
  type DimensionColumns,
} from '../store-use.ts';

/** From which share of a quota on it is under pressure. */
const NEAR = 0.8;

/** Looks at all quotas as they stand, in place of how they stood earlier that day. */
export async function putPressure(
  tx: Tx,
  { day, nowMs }: { readonly day: string; readonly nowMs: number },
): Promise<void> {
  const now = sql`${formatInstant(nowMs)}::timestamptz`;
  await sql`DELETE FROM quota_pressure WHERE day = ${day}::date`.execute(tx.sql);
  await sql`
    INSERT INTO quota_pressure (day, account_id, feature, plan, used, quota)
    SELECT ${day}::date, stands.account_id, stands.feature, COALESCE((
        SELECT plan FROM account_plans had
        WHERE had.account_id = stands.account_id AND from_at <= ${now}
        ORDER BY from_at DESC LIMIT 1), ''), stands.used, stands.quota
    FROM (SELECT account_id, feature, used, base_limit + pack_amount AS quota FROM balances
      WHERE period_start <= ${now} AND period_end > ${now}) AS stands
    WHERE quota > 0 AND used >= quota * ${NEAR}::numeric`.execute(tx.sql);
}

const COLUMNS: DimensionColumns = {
  plan: shownPlan('plan'),
  feature: sql.ref('feature'),
};

interface PressureQuery {
  readonly spans: readonly DaySpan[];
  readonly filters: DimensionFilters;
  readonly by: string | null;
}

export interface Pressure {
  /** The first day of the span. */
  readonly from: string;
  readonly key: string | null;
  readonly near: string;
  readonly full: string;
}

/** How many quotas were under pressure when each span was looked at last. */
export async function findPressure(
  executor: Executor,
  { spans, filters, by }: PressureQuery,
): Promise<Pressure[]> {
  const of = { holder: 'account', column: 'quota_pressure.account_id' } as const;
  const held = withAttributes({ by, filters }, of);
  const columns = { ...COLUMNS, ...held?.columns };
  const { rows } = await sql<Pressure>`
    SELECT first AS from, ${keyColumn(by, { columns, subject: sql.ref('account_id') })} AS key,
      count(*) FILTER (WHERE used < quota)::text AS near,
      count(*) FILTER (WHERE used >= quota)::text AS full
    FROM unnest(${textArray(spans.map(({ from }) => from))}::date[],
      ${textArray(spans.map(({ to }) => to))}::date[]) AS span(first, last)
    CROSS JOIN LATERAL (SELECT max(day) AS day FROM quota_pressure
      WHERE day BETWEEN first AND last) AS looked
    JOIN quota_pressure USING (day) ${held?.joins ?? sql``}
    WHERE ${matchingFilters(filters, columns)}
    GROUP BY 1, 2`.execute(executor.sql);
  return rows;
}
