import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';
import { keyColumn, matchingFilters, USE_DIMENSIONS, withAttributes } from '../usage/store-use.ts';
import { BY_SUBJECT, type SumsQuestion } from '../usage/summed.ts';

/** Use of a day as far as it matters for what it cost. */
export interface CostlyUse {
  readonly key: string | null;
  readonly day: string;
  /** What the events count to, separated by commas. */
  readonly features: string;
  readonly provider: string;
  readonly model: string;
  readonly events: string;
  readonly tokensIn: string;
  readonly tokensOut: string;
  readonly statedCents: string;
  readonly unstatedEvents: string;
  readonly unstatedAmount: string;
  readonly unstatedTokensIn: string;
  readonly unstatedTokensOut: string;
}

/**
 * Use that had to do with AI: that names a model, or says what it cost. By subject it is that of
 * users or of accounts.
 */
export async function findCostlyUse(
  executor: Executor,
  {
    range,
    by,
    filters,
    subject = 'user_id',
  }: Pick<SumsQuestion, 'range' | 'by' | 'filters'> & {
    readonly subject?: 'user_id' | 'account_id';
  },
): Promise<CostlyUse[]> {
  const holder = subject === 'account_id' ? 'account' : 'user';
  const held = withAttributes({ by, filters }, { holder, column: `used.${subject}` });
  const table = by === BY_SUBJECT || held !== null ? 'usage_account_days' : 'usage_days';
  const columns = { ...USE_DIMENSIONS, ...held?.columns };
  // What is broken down by feature is shared out among the features of each row.
  const key = keyColumn(by === 'feature' ? null : by, { columns, subject: sql.ref(subject) });
  const { rows } = await sql<CostlyUse>`
    SELECT ${key} AS key, day, features, provider, model, sum(events)::text AS events,
      sum(tokens_in)::text AS "tokensIn", sum(tokens_out)::text AS "tokensOut",
      sum(stated_cents)::text AS "statedCents", sum(unstated_events)::text AS "unstatedEvents",
      sum(unstated_amount)::text AS "unstatedAmount",
      sum(unstated_tokens_in)::text AS "unstatedTokensIn",
      sum(unstated_tokens_out)::text AS "unstatedTokensOut"
    FROM ${sql.table(table)} AS used ${held?.joins ?? sql``}
    WHERE day BETWEEN ${range.from}::date AND ${range.to}::date
      AND (model <> '' OR stated_cents <> 0) AND ${matchingFilters(filters, columns)}
    GROUP BY 1, 2, 3, 4, 5`.execute(executor.sql);
  return rows;
}

/** The features that count in a unit, such as `minute`. */
export async function findFeaturesOfUnit(executor: Executor, unit: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    SELECT key FROM features WHERE unit = ${unit} ORDER BY key`.execute(executor.sql);
  return rows.map(({ key }) => key);
}
