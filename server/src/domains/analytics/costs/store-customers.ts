import { sql } from 'kysely';
import { numberArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';

/** Which accounts customers of the ledger are; those of imported histories are none. */
export async function findAccountsOf(
  executor: Executor,
  customerIds: readonly number[],
): Promise<Map<number, number>> {
  const { rows } = await sql<{ id: number; account_id: number }>`
    SELECT id, account_id FROM revenue_customers
    WHERE account_id IS NOT NULL AND id = ANY(${numberArray(customerIds)}::bigint[])`.execute(
    executor.sql,
  );
  return new Map(rows.map(({ id, account_id }) => [id, account_id]));
}
