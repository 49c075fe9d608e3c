import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Claim, Entry } from './decide-entry.ts';

/** An import that has begun. */
export interface ImportRun {
  readonly id: number;
  readonly userFrom: string;
  readonly state: 'reading' | 'writing';
  /** The page of customers to be read next. */
  readonly cursor: string | null;
}

export async function findUnfinished(executor: Executor): Promise<ImportRun | undefined> {
  const row = await executor.sql
    .selectFrom('stripe_imports')
    .select(['id', 'user_from', 'state', 'cursor'])
    .where('state', 'in', ['reading', 'writing'])
    .where('is_dry', '=', false)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const state = row.state === 'reading' ? 'reading' : 'writing';
  return { id: row.id, userFrom: row.user_from, state, cursor: row.cursor };
}

export interface NewImport {
  readonly userFrom: string;
  readonly isDry: boolean;
  readonly nowMs: number;
}

/**
 * One that has only read gives way, since it has written nothing; a unique violation where one is
 * writing.
 */
export async function insertImport(
  tx: Tx,
  { userFrom, isDry, nowMs }: NewImport,
): Promise<ImportRun> {
  const reading = await tx.sql
    .selectFrom('stripe_imports')
    .select('id')
    .where('state', '=', 'reading')
    .execute();
  for (const { id } of reading) await endImport(tx, id, { state: 'dropped', nowMs });
  const row = await tx.sql
    .insertInto('stripe_imports')
    .values({
      user_from: userFrom,
      is_dry: isDry,
      state: 'reading',
      started_at: formatInstant(nowMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { id: row.id, userFrom, state: 'reading', cursor: null };
}

/** The customers of a page, and where the next one begins; nothing where another has begun. */
export async function savePage(
  tx: Tx,
  importId: number,
  { entries, next }: { readonly entries: readonly Entry[]; readonly next: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('stripe_imports')
    .set({ cursor: next })
    .where('id', '=', importId)
    .where('state', '=', 'reading')
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  for (const entry of entries) await putEntry(tx, importId, entry);
  return true;
}

async function putEntry(tx: Tx, importId: number, entry: Entry): Promise<void> {
  const { knownSinceMs, skippedBecause } = entry;
  const columns = {
    external_id: entry.externalId,
    email: skippedBecause === null ? entry.email : null,
    known_since: knownSinceMs === null ? null : formatInstant(knownSinceMs),
    live_count: entry.liveCount,
    subscription_count: entry.subscriptionCount,
    invoice_count: entry.invoiceCount,
    price_ids: [...entry.unknownPriceIds],
    state: skippedBecause === null ? 'waiting' : 'skipped',
    reason: skippedBecause,
  };
  const key = { import_id: importId, stripe_customer_id: entry.customerId };
  await tx.sql
    .insertInto('stripe_import_customers')
    .values({ ...key, ...columns })
    .onConflict((conflict) =>
      conflict.columns(['import_id', 'stripe_customer_id']).doUpdateSet(columns),
    )
    .execute();
}

/** What decides between customers who name one user. */
export async function findRivals(executor: Executor, importId: number): Promise<Claim[]> {
  const { rows } = await sql<{
    id: string;
    external_id: string;
    live: number;
    subscriptions: number;
    invoices: number;
  }>`
    SELECT stripe_customer_id AS id, external_id, live_count AS live,
      subscription_count AS subscriptions, invoice_count AS invoices
    FROM (
      SELECT *, count(*) OVER (PARTITION BY external_id) AS rivals
      FROM stripe_import_customers
      WHERE import_id = ${importId} AND state = 'waiting' AND external_id IS NOT NULL
    ) AS claim
    WHERE rivals > 1
  `.execute(executor.sql);
  return rows.map((row) => ({
    customerId: row.id,
    externalId: row.external_id,
    liveCount: row.live,
    subscriptionCount: row.subscriptions,
    invoiceCount: row.invoices,
  }));
}

/** Everybody is read and decided about; what follows is written. */
export async function beginWriting(tx: Tx, importId: number): Promise<void> {
  await tx.sql
    .updateTable('stripe_imports')
    .set({ state: 'writing', cursor: null })
    .where('id', '=', importId)
    .execute();
}

export async function skip(
  executor: Executor,
  importId: number,
  { customerId, reason }: { readonly customerId: string; readonly reason: string },
): Promise<void> {
  await executor.sql
    .updateTable('stripe_import_customers')
    .set({ state: 'skipped', reason, email: null })
    .where('import_id', '=', importId)
    .where('stripe_customer_id', '=', customerId)
    .execute();
}

export async function markDone(
  executor: Executor,
  importId: number,
  customerId: string,
): Promise<void> {
  await executor.sql
    .updateTable('stripe_import_customers')
    .set({ state: 'done', email: null })
    .where('import_id', '=', importId)
    .where('stripe_customer_id', '=', customerId)
    .execute();
}

/** A customer that is to come in. */
export interface Incoming {
  readonly customerId: string;
  readonly externalId: string | null;
  readonly email: string | null;
  readonly knownSinceMs: number | null;
}

export async function findIncoming(
  executor: Executor,
  importId: number,
  limit: number,
): Promise<Incoming[]> {
  const rows = await executor.sql
    .selectFrom('stripe_import_customers')
    .select(['stripe_customer_id', 'external_id', 'email', 'known_since'])
    .where('import_id', '=', importId)
    .where('state', '=', 'waiting')
    .orderBy('stripe_customer_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    customerId: row.stripe_customer_id,
    externalId: row.external_id,
    email: row.email,
    knownSinceMs: row.known_since,
  }));
}

/** `dropped` is of one that only looked: then nothing of what was read is kept. */
export async function endImport(
  tx: Tx,
  importId: number,
  { state, nowMs }: { readonly state: 'done' | 'dropped'; readonly nowMs: number },
): Promise<void> {
  await tx.sql
    .updateTable('stripe_imports')
    .set({ state, ended_at: formatInstant(nowMs) })
    .where('id', '=', importId)
    .execute();
  if (state === 'done') return;
  await tx.sql.deleteFrom('stripe_import_customers').where('import_id', '=', importId).execute();
}

export interface ImportCounts {
  readonly waiting: number;
  readonly done: number;
  readonly skipped: number;
  readonly subscriptions: number;
  readonly invoices: number;
}

/** Of how many customers what has become; what they bring counts where they are not skipped. */
export async function countImport(executor: Executor, importId: number): Promise<ImportCounts> {
  const { rows } = await sql<ImportCounts>`
    SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting,
      count(*) FILTER (WHERE state = 'done') AS done,
      count(*) FILTER (WHERE state = 'skipped') AS skipped,
      COALESCE(sum(subscription_count) FILTER (WHERE state <> 'skipped'), 0)::integer
        AS subscriptions,
      COALESCE(sum(invoice_count) FILTER (WHERE state <> 'skipped'), 0)::integer AS invoices
    FROM stripe_import_customers WHERE import_id = ${importId}
  `.execute(executor.sql);
  const row = rows[0];
  if (row === undefined) throw new TypeError('a count has a row');
  return row;
}

export interface SkippedCustomer {
  readonly customerId: string;
  readonly externalId: string | null;
  readonly reason: string;
  readonly unknownPriceIds: readonly string[];
}

export async function findSkipped(
  executor: Executor,
  importId: number,
): Promise<SkippedCustomer[]> {
  const rows = await executor.sql
    .selectFrom('stripe_import_customers')
    .select(['stripe_customer_id', 'external_id', 'reason', 'price_ids'])
    .where('import_id', '=', importId)
    .where('state', '=', 'skipped')
    .orderBy('stripe_customer_id')
    .execute();
  return rows.map((row) => ({
    customerId: row.stripe_customer_id,
    externalId: row.external_id,
    reason: row.reason ?? '',
    unknownPriceIds: row.price_ids,
  }));
}
