import { sql } from 'kysely';
import type { Executor } from '../../../../platform/database.ts';

/** How far the books are, in customers. */
export interface BookCount {
  readonly bookId: number;
  readonly done: number;
  readonly all: number;
}

export async function countBuilt(executor: Executor): Promise<BookCount[]> {
  const { rows } = await sql<{ book_id: number; done: number; all: number }>`
    SELECT book.id AS book_id, count(customer.id)::int AS all,
      count(customer.id) FILTER (WHERE customer.id <= book.built_to)::int AS done
    FROM revenue_books book LEFT JOIN revenue_customers customer ON true
    WHERE book.state <> 'retired' GROUP BY book.id`.execute(executor.sql);
  return rows.map(({ book_id: bookId, done, all }) => ({ bookId, done, all }));
}

/** A row that makes a book say otherwise what it had said of an instant. */
export interface Correction {
  readonly id: number;
  readonly customerId: number;
  readonly accountId: number | null;
  readonly label: string;
  readonly effectiveMs: number;
  readonly day: string;
  readonly kind: string;
  readonly currency: string;
  readonly plan: string;
  readonly parts: bigint;
  readonly customers: number;
  readonly recordedMs: number;
}

/** Newest first. */
export async function findCorrections(
  executor: Executor,
  bookId: number,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<Correction[]> {
  const rows = await executor.sql
    .selectFrom('revenue_movements as moved')
    .innerJoin('revenue_customers as customer', 'customer.id', 'moved.customer_id')
    .select(['moved.id', 'moved.customer_id', 'moved.effective_at', 'moved.day', 'moved.kind'])
    .select(['moved.currency', 'moved.plan', 'moved.parts', 'moved.customers'])
    .select(['moved.recorded_at', 'customer.account_id', 'customer.external_key'])
    .where('moved.book_id', '=', bookId)
    .where('moved.is_correction', '=', true)
    .$if(before !== null, (query) => query.where('moved.id', '<', before))
    .orderBy('moved.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    accountId: row.account_id,
    label: row.external_key,
    effectiveMs: row.effective_at,
    day: row.day,
    kind: row.kind,
    currency: row.currency,
    plan: row.plan,
    parts: BigInt(row.parts),
    customers: row.customers,
    recordedMs: row.recorded_at,
  }));
}
