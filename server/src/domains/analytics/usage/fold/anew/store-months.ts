import { sql } from 'kysely';
import { textArray } from '../../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../../platform/database.ts';

/** A month of the figures' time zone, by its first day, and whose use of it is in the sums. */
export interface MonthAnew {
  readonly month: string;
  readonly accountsDone: number;
}

/** Notes that these months, and no others, are to be added up from nothing. */
export async function putMonthsAnew(tx: Tx, months: readonly string[]): Promise<void> {
  await sql`DELETE FROM usage_fold_months`.execute(tx.sql);
  await sql`INSERT INTO usage_fold_months (month, accounts_done)
    SELECT month, 0 FROM unnest(${textArray(months)}::date[]) AS anew(month)`.execute(tx.sql);
}

export async function areMonthsAnew(executor: Executor): Promise<boolean> {
  const { rows } = await sql<{ anew: boolean }>`
    SELECT EXISTS (SELECT FROM usage_fold_months) AS anew`.execute(executor.sql);
  return rows[0]!.anew;
}

/** The earliest month that nobody else is at; nobody else is at it until the transaction ends. */
export async function lockMonthAnew(tx: Tx): Promise<MonthAnew | undefined> {
  const { rows } = await sql<MonthAnew>`
    SELECT month, accounts_done AS "accountsDone" FROM usage_fold_months
    ORDER BY month LIMIT 1 FOR UPDATE SKIP LOCKED`.execute(tx.sql);
  return rows[0];
}

export async function putMonthAnew(tx: Tx, { month, accountsDone }: MonthAnew): Promise<void> {
  await sql`UPDATE usage_fold_months SET accounts_done = ${accountsDone}
    WHERE month = ${month}::date`.execute(tx.sql);
}

/** All of a month is in the sums. */
export async function dropMonthAnew(tx: Tx, month: string): Promise<void> {
  await sql`DELETE FROM usage_fold_months WHERE month = ${month}::date`.execute(tx.sql);
}
