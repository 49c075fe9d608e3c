import { sql } from 'kysely';
import type { Executor } from '../../../../platform/database.ts';
import type { Subject } from '../registry/metric.ts';

export interface AccountSegments {
  readonly country: string;
  readonly source: string;
}

/** The segments that accounts are in, as their owners are. */
export async function loadSegments(
  executor: Executor,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, AccountSegments>> {
  const rows = await owners(executor, accountIds);
  return new Map(rows.map(({ id, country, source }) => [id, { country, source }]));
}

/** Who accounts are, by their number. */
export async function describeAccounts(
  executor: Executor,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Subject>> {
  const rows = await owners(executor, keys.map(Number));
  return new Map(
    rows.map(({ id, external_id: user, email, country, source }) => [
      String(id),
      { label: email ?? String(id), accountId: id, user, details: { country, source } },
    ]),
  );
}

async function owners(executor: Executor, accountIds: readonly number[]) {
  const { rows } = await sql<
    AccountSegments & {
      readonly id: number;
      readonly external_id: string | null;
      readonly email: string | null;
    }
  >`
    SELECT account.id, owner.external_id, owner.email, coalesce(owner.country, '') AS country,
      coalesce(owner.source, '') AS source
    FROM accounts account LEFT JOIN users owner ON owner.id = account.owner_user_id
    WHERE account.id = ANY(${[...new Set(accountIds)]}::bigint[])`.execute(executor.sql);
  return rows;
}

export interface SignUp {
  readonly accountId: number;
  readonly signedUpMs: number;
  readonly country: string;
  readonly source: string;
  readonly campaign: string;
  readonly hasPaid: boolean;
  readonly hasTried: boolean;
}

/** Who signed up in a period, and whether they have tried or paid since by this book. */
export async function findSignUps(
  executor: Executor,
  bookId: number,
  period: { readonly start: string; readonly end: string },
): Promise<SignUp[]> {
  const { rows } = await sql<SignUp>`
    SELECT account.id AS "accountId", owner.signed_up_at AS "signedUpMs",
      coalesce(owner.country, '') AS country, coalesce(owner.source, '') AS source,
      coalesce(owner.campaign, '') AS campaign, standing.paid_on IS NOT NULL AS "hasPaid",
      standing.trial_from IS NOT NULL AS "hasTried"
    FROM users owner
    JOIN accounts account ON account.owner_user_id = owner.id
    LEFT JOIN revenue_customers customer ON customer.account_id = account.id
    LEFT JOIN revenue_standings standing
      ON standing.customer_id = customer.id AND standing.book_id = ${bookId}
    WHERE owner.signed_up_at >= ${period.start}::timestamptz
      AND owner.signed_up_at < ${period.end}::timestamptz`.execute(executor.sql);
  return rows;
}
