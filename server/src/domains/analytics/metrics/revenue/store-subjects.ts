import { sql } from 'kysely';
import type { DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import type { Subject } from '../registry/metric.ts';

interface CustomersOf {
  readonly bookId: number;
  readonly span: DaySpan;
  readonly customerIds: readonly number[];
}

/** Who customers of the ledger are; their plan is what they had at the end, or else before. */
export async function describeCustomers(
  executor: Executor,
  { bookId, span, customerIds }: CustomersOf,
): Promise<Map<string, Subject>> {
  const { rows } = await sql<{
    id: number;
    account_id: number | null;
    external_id: string | null;
    label: string;
    origin: string;
    country: string;
    source: string;
    cohort: string | null;
    plan: string | null;
  }>`
    SELECT customer.id, customer.account_id, owner.external_id, customer.origin,
      coalesce(owner.email, nullif(customer.name, ''), nullif(customer.email, ''),
        customer.external_key) AS label, coalesce(standing.country, '') AS country,
      coalesce(standing.source, '') AS source, standing.cohort, had.plan
    FROM revenue_customers customer
    LEFT JOIN accounts account ON account.id = customer.account_id
    LEFT JOIN users owner ON owner.id = account.owner_user_id
    LEFT JOIN revenue_standings standing
      ON standing.customer_id = customer.id AND standing.book_id = ${bookId}
    LEFT JOIN LATERAL (
      SELECT plan FROM revenue_movements moved
      WHERE moved.book_id = ${bookId} AND moved.customer_id = customer.id
        AND moved.day <= ${span.to}::date
      GROUP BY plan
      ORDER BY sum(parts) DESC,
        coalesce(sum(parts) FILTER (WHERE day < ${span.from}::date), 0) DESC,
        max(effective_at) DESC, plan
      LIMIT 1) had ON true
    WHERE customer.id = ANY(${[...customerIds]}::bigint[])`.execute(executor.sql);
  return new Map(
    rows.map((row) => [
      String(row.id),
      {
        label: row.label,
        accountId: row.account_id,
        user: row.external_id,
        details: {
          plan: row.plan ?? '',
          country: row.country,
          source: row.source,
          cohort: row.cohort ?? '',
          origin: row.origin,
        },
      },
    ]),
  );
}
