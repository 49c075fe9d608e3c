import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { SpendLine } from './spend-line.ts';

/** What is told of these channels on any of the days that the lines are about. */
export async function findSpend(
  executor: Executor,
  lines: readonly SpendLine[],
): Promise<SpendLine[]> {
  const channels = [...new Set(lines.map(({ channel }) => channel))];
  const from = lines.map(({ startsOn }) => startsOn).toSorted()[0];
  const to = lines
    .map(({ endsOn }) => endsOn)
    .toSorted()
    .at(-1);
  if (from === undefined || to === undefined) return [];
  const { rows } = await sql<SpendLine>`
    SELECT channel, campaign, starts_on AS "startsOn", ends_on AS "endsOn",
      amount_minor AS "amountMinor", currency
    FROM marketing_spend
    WHERE superseded_at IS NULL AND channel = ANY(${textArray(channels)}::text[])
      AND starts_on < ${to}::date AND ends_on > ${from}::date`.execute(executor.sql);
  return rows;
}

/** What was told of the same days before stays on record as superseded. */
export async function putSpend(
  tx: Tx,
  lines: readonly SpendLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const now = formatInstant(nowMs);
  const told = sql`jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS told(
    channel text, campaign text, "startsOn" date, "endsOn" date, "amountMinor" bigint,
    currency text)`;
  await sql`
    UPDATE marketing_spend AS before SET superseded_at = ${now}::timestamptz FROM ${told}
    WHERE before.superseded_at IS NULL AND before.channel = told.channel
      AND before.campaign = told.campaign AND before.starts_on = told."startsOn"`.execute(tx.sql);
  await sql`
    INSERT INTO marketing_spend (channel, campaign, starts_on, ends_on, amount_minor, currency,
      recorded_at)
    SELECT channel, campaign, "startsOn", "endsOn", "amountMinor", currency, ${now}::timestamptz
    FROM ${told}`.execute(tx.sql);
}
