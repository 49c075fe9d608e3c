import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Interval } from '../../subscriptions/index.ts';
import type { NumberedLine, StoredStretch } from './decide-lines.ts';
import type { ImportProgress } from './lines/take-lines.ts';

/** Begins the import of a file, or finds where it was left; two at once wait for each other. */
export async function beginImport(
  tx: Tx,
  file: { readonly origin: string; readonly digest: string; readonly nowMs: number },
): Promise<ImportProgress> {
  const { origin, digest, nowMs } = file;
  await tx.sql
    .insertInto('revenue_imports')
    .values({ origin, digest, created_at: formatInstant(nowMs) })
    .onConflict((conflict) => conflict.columns(['origin', 'digest']).doNothing())
    .execute();
  return lockImport(tx, { origin, digest });
}

interface NamedFile {
  readonly origin: string;
  readonly digest: string;
}

export async function lockImport(tx: Tx, file: NamedFile): Promise<ImportProgress> {
  return progressOf(await importsOf(tx, file).forUpdate().executeTakeFirstOrThrow());
}

/** Where the import of a file was left; `undefined` of one that was never begun. */
export async function findImport(
  executor: Executor,
  file: NamedFile,
): Promise<ImportProgress | undefined> {
  const row = await importsOf(executor, file).executeTakeFirst();
  return row && progressOf(row);
}

function importsOf(executor: Executor, { origin, digest }: NamedFile) {
  return executor.sql
    .selectFrom('revenue_imports')
    .select(['id', 'lines_done', 'taken', 'known', 'refused', 'finished_at'])
    .where('origin', '=', origin)
    .where('digest', '=', digest);
}

/** How far an import is, as its row says. */
export function progressOf(row: {
  readonly id: number;
  readonly lines_done: number;
  readonly taken: number;
  readonly known: number;
  readonly refused: number;
  readonly finished_at: number | null;
}): ImportProgress {
  const { id, lines_done: linesDone, taken, known, refused } = row;
  return { id, linesDone, taken, known, refused, isFinished: row.finished_at !== null };
}

export async function putProgress(
  tx: Tx,
  { id, linesDone, taken, known, refused }: ImportProgress,
  finishedMs: number | null,
): Promise<void> {
  const finished_at = finishedMs === null ? null : formatInstant(finishedMs);
  await tx.sql
    .updateTable('revenue_imports')
    .set({ lines_done: linesDone, taken, known, refused, finished_at })
    .where('id', '=', id)
    .execute();
}

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
  // Of several lines of one customer, the last says what they are.
  const customers = new Map(lines.map(({ line }) => [line.customerKey, line]));
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
    SET country = excluded.country, source = excluded.source,
      attributes = present.attributes || excluded.attributes
    WHERE (present.country, present.source) <> (excluded.country, excluded.source)
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
