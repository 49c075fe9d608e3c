import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { DaySpan } from '@whisperforge/kernel/period';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';
import type { SettledPrice } from './settled-price.ts';

/** The price of a row's model on its day: of its provider before one of any, the latest first. */
function inForce(row: string): RawBuilder<unknown> {
  const of = (column: string) => sql.ref(`${row}.${column}`);
  return sql`(SELECT price.id FROM ai_prices price
    WHERE price.superseded_at IS NULL AND price.model = ${of('model')}
      AND price.provider IN (${of('provider')}, '') AND price.starts_on <= ${of('day')}
    ORDER BY price.provider = ${of('provider')} DESC, price.starts_on DESC LIMIT 1)`;
}

/**
 * Settles by which price use is valued that did not say what it cost, as part of the statement that
 * adds it up: the first use of a model on a day settles it for all of that day.
 */
export function settling(input: string, nowMs: number): RawBuilder<unknown> {
  const current = sql`pin.superseded_at IS NULL AND pin.day = used.day
    AND pin.model = used.model AND pin.provider = used.provider`;
  return sql`
    INSERT INTO usage_prices (day, provider, model, price_id, settled_at)
    SELECT used.day, used.provider, used.model, ${inForce('used')},
      ${formatInstant(nowMs)}::timestamptz
    FROM (SELECT DISTINCT day, provider, model FROM ${sql.table(input)}
      WHERE model <> '' AND unstated_events <> 0) AS used
    WHERE NOT EXISTS (SELECT FROM usage_prices pin WHERE ${current})
    ON CONFLICT (day, model, provider) WHERE superseded_at IS NULL DO NOTHING`;
}

/** Prices are told by one at a time; whoever settles by them waits for whoever tells. */
export async function lockPricesToSettle(tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(hashtext('inputs ai-prices'))`.execute(tx.sql);
}

/** Settles use of models that there was no price for, now that there is one. */
export async function settleUnpriced(
  tx: Tx,
  models: readonly string[],
  nowMs: number,
): Promise<void> {
  await sql`
    UPDATE usage_prices AS pin
    SET price_id = ${inForce('pin')}, settled_at = ${formatInstant(nowMs)}::timestamptz
    WHERE pin.superseded_at IS NULL AND pin.price_id IS NULL
      AND pin.model = ANY(${textArray([...new Set(models)])}::text[])
      AND ${inForce('pin')} IS NOT NULL`.execute(tx.sql);
}

export async function findSettledPrices(
  executor: Executor,
  { from, to }: DaySpan,
): Promise<SettledPrice[]> {
  const { rows } = await sql<SettledPrice>`
    SELECT pin.day, pin.provider, pin.model, CASE WHEN price.id IS NOT NULL THEN
      jsonb_build_object('currency', price.currency,
        'perMillionTokensIn', trim_scale(price.per_million_tokens_in)::text,
        'perMillionTokensOut', trim_scale(price.per_million_tokens_out)::text,
        'perUnit', trim_scale(price.per_unit)::text) END AS price
    FROM usage_prices pin LEFT JOIN ai_prices price ON price.id = pin.price_id
    WHERE pin.superseded_at IS NULL AND pin.day BETWEEN ${from}::date AND ${to}::date`.execute(
    executor.sql,
  );
  return rows;
}

/** Days of a model that were settled by a price that has been corrected since. */
export interface OutdatedPrices {
  readonly provider: string;
  readonly model: string;
  readonly days: number;
  readonly from: string;
  readonly to: string;
}

interface Settling extends DaySpan {
  /** Only of these; all where nothing is said. */
  readonly models: readonly string[] | null;
}

export async function findOutdated(
  executor: Executor,
  { from, to, models }: Settling,
): Promise<OutdatedPrices[]> {
  const { rows } = await sql<OutdatedPrices>`
    SELECT pin.provider, pin.model, count(*)::int AS days, min(pin.day) AS from, max(pin.day) AS to
    FROM usage_prices pin
    WHERE pin.superseded_at IS NULL AND pin.day BETWEEN ${from}::date AND ${to}::date
      AND ${ofModels(models)} AND pin.price_id IS DISTINCT FROM ${inForce('pin')}
    GROUP BY pin.provider, pin.model ORDER BY pin.model, pin.provider`.execute(executor.sql);
  return rows;
}

function ofModels(models: readonly string[] | null): RawBuilder<unknown> {
  return models === null ? sql`true` : sql`pin.model = ANY(${textArray(models)}::text[])`;
}

/** Settles days anew by the prices in force; by what they were valued before stays on record. */
export async function settleAnew(tx: Tx, of: Settling, nowMs: number): Promise<void> {
  const { from, to, models } = of;
  const now = sql`${formatInstant(nowMs)}::timestamptz`;
  const { rows } = await sql<{ day: string; provider: string; model: string }>`
    UPDATE usage_prices AS pin SET superseded_at = ${now}
    WHERE pin.superseded_at IS NULL AND pin.day BETWEEN ${from}::date AND ${to}::date
      AND ${ofModels(models)} AND pin.price_id IS DISTINCT FROM ${inForce('pin')}
    RETURNING pin.day, pin.provider, pin.model`.execute(tx.sql);
  await sql`
    INSERT INTO usage_prices (day, provider, model, price_id, settled_at)
    SELECT used.day, used.provider, used.model, ${inForce('used')}, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS used(day date, provider text, model text)`.execute(tx.sql);
}
