import { sql } from 'kysely';
import { numberArray } from '../../../../platform/array-literal.ts';
import type { Executor } from '../../../../platform/database.ts';

/** What is told of whoever owns an account. */
export interface Owner {
  readonly country: string;
  readonly source: string;
  readonly campaign: string;
  /** `null` of an account that nobody owns yet. */
  readonly signedUpMs: number | null;
}

/** The accounts that there are, with who owns them. */
export async function findOwners(
  executor: Executor,
  accountIds: readonly number[],
): Promise<Map<number, Owner>> {
  const { rows } = await sql<Owner & { readonly id: number }>`
    SELECT account.id, coalesce(owner.country, '') AS country, coalesce(owner.source, '') AS source,
      coalesce(owner.campaign, '') AS campaign, owner.signed_up_at AS "signedUpMs"
    FROM accounts account LEFT JOIN users owner ON owner.id = account.owner_user_id
    WHERE account.id = ANY(${numberArray(accountIds)}::bigint[])
    ORDER BY account.id`.execute(executor.sql);
  return new Map(rows.map(({ id, ...owner }) => [id, owner]));
}

/** Whether an account has tried and paid, by a book. */
export interface Begun {
  readonly hasPaid: boolean;
  readonly hasTried: boolean;
}

export async function findBegun(
  executor: Executor,
  bookId: number,
  accountIds: readonly number[],
): Promise<Map<number, Begun>> {
  const { rows } = await sql<Begun & { readonly id: number }>`
    SELECT customer.account_id AS id, standing.paid_on IS NOT NULL AS "hasPaid",
      standing.trial_from IS NOT NULL AS "hasTried"
    FROM revenue_customers customer
    JOIN revenue_standings standing
      ON standing.book_id = ${bookId} AND standing.customer_id = customer.id
    WHERE customer.account_id = ANY(${numberArray(accountIds)}::bigint[])`.execute(executor.sql);
  return new Map(rows.map(({ id, ...begun }) => [id, begun]));
}

/** The next accounts by id, to look at all of them in order. */
export async function findNextAccounts(
  executor: Executor,
  afterId: number,
  limit: number,
): Promise<number[]> {
  const rows = await executor.sql
    .selectFrom('accounts')
    .select('id')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
