import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import { settleUnpriced } from '../../costs/settled/store.ts';
import type { PriceLine } from './price-line.ts';

/** What is told of these models. */
export async function findPrices(
  executor: Executor,
  lines: readonly Pick<PriceLine, 'model'>[],
): Promise<PriceLine[]> {
  const models = [...new Set(lines.map(({ model }) => model))];
  return readPrices(executor, models);
}

/** All prices in force, or those of some models; without needless zeros, as lines say them. */
export async function readPrices(
  executor: Executor,
  models: readonly string[] | null,
): Promise<PriceLine[]> {
  const wanted = models === null ? sql`true` : sql`model = ANY(${textArray(models)}::text[])`;
  const { rows } = await sql<PriceLine>`
    SELECT provider, model, starts_on AS "startsOn", currency,
      trim_scale(per_million_tokens_in)::text AS "perMillionTokensIn",
      trim_scale(per_million_tokens_out)::text AS "perMillionTokensOut",
      trim_scale(per_unit)::text AS "perUnit"
    FROM ai_prices WHERE superseded_at IS NULL AND ${wanted}
    ORDER BY model, provider, starts_on`.execute(executor.sql);
  return rows;
}

/**
 * What was told of the same day before stays on record as superseded. Only use that there was no
 * price for is valued by it at once.
 */
export async function putPrices(
  tx: Tx,
  lines: readonly PriceLine[],
  { nowMs }: { readonly nowMs: number },
): Promise<void> {
  const now = formatInstant(nowMs);
  const told = sql`jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS told(
    provider text, model text, "startsOn" date, currency text, "perMillionTokensIn" numeric,
    "perMillionTokensOut" numeric, "perUnit" numeric)`;
  await sql`
    UPDATE ai_prices AS before SET superseded_at = ${now}::timestamptz FROM ${told}
    WHERE before.superseded_at IS NULL AND before.provider = told.provider
      AND before.model = told.model AND before.starts_on = told."startsOn"`.execute(tx.sql);
  await sql`
    INSERT INTO ai_prices (provider, model, starts_on, currency, per_million_tokens_in,
      per_million_tokens_out, per_unit, recorded_at)
    SELECT provider, model, "startsOn", currency, "perMillionTokensIn", "perMillionTokensOut",
      "perUnit", ${now}::timestamptz FROM ${told}`.execute(tx.sql);
  const models = lines.map(({ model }) => model);
  await settleUnpriced(tx, models, nowMs);
}
