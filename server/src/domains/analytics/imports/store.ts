import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Interval } from '../../subscriptions/index.ts';
import type { NumberedLine, StoredStretch } from './decide-lines.ts';
import { customersOf, type ToldCustomer } from './told-customers.ts';

/** What is on record of subscriptions of this origin. */
export async function findStretches(
  executor: Executor,
  origin: string,
  subscriptionKeys: readonly string[],
): Promise<StoredStretch[]> {
  const rows = await executor.sql
    .selectFrom('revenue_history as stretch')
    .innerJoin('revenue_customers as customer', 'customer.id', 'stretch.customer_id')
    .select([
      'stretch.id',
      'customer.external_key',
      'customer.country',
      'customer.source',
      'customer.attributes',
      'stretch.subscription_key',
      'stretch.plan',
      'stretch.starts_on',
      'stretch.ends_on',
      'stretch.amount',
      'stretch.currency',
      'stretch.interval',
      'stretch.interval_count',
      'stretch.is_trial',
    ])
    .where('customer.origin', '=', origin)
    .where(sql<boolean>`stretch.subscription_key = ANY(${textArray(subscriptionKeys)}::text[])`)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    customerKey: row.external_key,
    subscriptionKey: row.subscription_key,
    plan: row.plan,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    amount: shortDecimal(row.amount),
    currency: row.currency,
    interval: row.interval as Interval,
    intervalCount: row.interval_count,
    isTrial: row.is_trial,
    country: row.country,
    source: row.source,
    attributes: row.attributes as Record<string, string>,
  }));
}

/** What is on record of customers of this origin. */
export async function findCustomers(
  executor: Executor,
  origin: string,
  customerKeys: readonly string[],
): Promise<ToldCustomer[]> {
  const { rows } = await sql<ToldCustomer>`
    SELECT external_key AS "customerKey", country, source, attributes FROM revenue_customers
    WHERE origin = ${origin} AND external_key = ANY(${textArray(customerKeys)}::text[])`.execute(
    executor.sql,
  );
  return rows;
}

/** `100.000000` as a line says it: `100`. */
function shortDecimal(text: string): string {
  return text.replace(/\.0+$/, '');
}

/** Writes stretches with their customers, who are then to be folded anew. */
export async function putStretches(
  tx: Tx,
  { origin, importId, nowMs }: { origin: string; importId: number; nowMs: number },
  lines: readonly NumberedLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const nowText = formatInstant(nowMs);
  const customers = customersOf(lines.map(({ line }) => line));
  const ordered = [...customers.values()].toSorted((first, second) =>
    first.customerKey < second.customerKey ? -1 : 1,
  );
  await sql`
    INSERT INTO revenue_customers AS present
      (origin, external_key, country, source, attributes, created_at)
    SELECT ${origin}, key, country, source, attributes, ${nowText}::timestamptz FROM unnest(
      ${textArray(ordered.map(({ customerKey }) => customerKey))}::text[],
      ${textArray(ordered.map(({ country }) => country))}::text[],
      ${textArray(ordered.map(({ source }) => source))}::text[],
      ${textArray(ordered.map(({ attributes }) => JSON.stringify(attributes)))}::jsonb[]
    ) AS row(key, country, source, attributes)
    ON CONFLICT (origin, external_key) DO UPDATE
    SET country = coalesce(nullif(excluded.country, ''), present.country),
      source = coalesce(nullif(excluded.source, ''), present.source),
      attributes = present.attributes || excluded.attributes
    WHERE excluded.country NOT IN ('', present.country)
      OR excluded.source NOT IN ('', present.source)
      OR NOT present.attributes @> excluded.attributes`.execute(tx.sql);
  const column = (of: (line: NumberedLine['line']) => string | null) =>
    textArray(lines.map(({ line }) => of(line)));
  await sql`
    INSERT INTO revenue_history (customer_id, subscription_key, plan, starts_on, ends_on, amount,
      currency, interval, interval_count, is_trial, import_id, line)
    SELECT customer.id, subscription_key, plan, starts_on, ends_on, amount, currency, interval,
      interval_count, is_trial, ${importId}, line
    FROM unnest(
      ${column(({ customerKey }) => customerKey)}::text[],
      ${column(({ subscriptionKey }) => subscriptionKey)}::text[],
      ${column(({ plan }) => plan)}::text[],
      ${column(({ startsOn }) => startsOn)}::date[],
      ${column(({ endsOn }) => endsOn)}::date[],
      ${column(({ amount }) => amount)}::numeric[],
      ${column(({ currency }) => currency)}::text[],
      ${column(({ interval }) => interval)}::text[],
      ${numberArray(lines.map(({ line }) => line.intervalCount))}::integer[],
      ${column(({ isTrial }) => String(isTrial))}::boolean[],
      ${numberArray(lines.map(({ number }) => number))}::bigint[]
    ) AS row(customer_key, subscription_key, plan, starts_on, ends_on, amount, currency, interval,
      interval_count, is_trial, line)
    JOIN revenue_customers customer
      ON customer.origin = ${origin} AND customer.external_key = row.customer_key
    ON CONFLICT (customer_id, subscription_key, starts_on) DO UPDATE
    SET plan = excluded.plan, ends_on = excluded.ends_on, amount = excluded.amount,
      currency = excluded.currency, interval = excluded.interval,
      interval_count = excluded.interval_count, is_trial = excluded.is_trial,
      import_id = excluded.import_id, line = excluded.line`.execute(tx.sql);
  await sql`
    INSERT INTO revenue_pending (customer_id, since)
    SELECT id, ${nowText}::timestamptz FROM revenue_customers
    WHERE origin = ${origin}
      AND external_key = ANY(${textArray(ordered.map(({ customerKey }) => customerKey))}::text[])
    ORDER BY id
    ON CONFLICT DO NOTHING`.execute(tx.sql);
}
