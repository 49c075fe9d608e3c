import { sql } from 'kysely';
import type { Money } from '@whisperforge/kernel/money';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../platform/database.ts';
import type { Redemption } from '../../pricing/index.ts';

/**
 * What accounts have paid since they began to use a code, by the code and in each currency. Stripe
 * counts whole seconds, so that an invoice of the same second is of the minute before as well.
 */
export async function loadCodeRevenue(
  executor: Executor,
  redemptions: readonly Redemption[],
): Promise<ReadonlyMap<number, readonly Money[]>> {
  const redeemed = redemptions.flatMap(({ codeId, accountId, heldMs, redeemedMs }) =>
    redeemedMs === null
      ? []
      : [{ code_id: codeId, account_id: accountId, since: formatInstant(heldMs) }],
  );
  const revenue = new Map<number, Money[]>();
  if (redeemed.length === 0) return revenue;
  const { rows } = await sql<{ code_id: number; currency: string; paid: number }>`
    SELECT used.code_id, invoices.currency, sum(invoices.amount_paid_minor)::bigint AS paid
    FROM (
      SELECT code_id, account_id, min(since) - interval '1 minute' AS since
      FROM jsonb_to_recordset(${JSON.stringify(redeemed)}::jsonb)
        AS each(code_id bigint, account_id bigint, since timestamptz)
      GROUP BY code_id, account_id
    ) AS used
    JOIN invoices ON invoices.account_id = used.account_id
      AND invoices.created_at >= used.since AND invoices.amount_paid_minor > 0
    GROUP BY used.code_id, invoices.currency
    ORDER BY used.code_id, invoices.currency`.execute(executor.sql);
  for (const { code_id: codeId, currency, paid } of rows) {
    const amount = { amountMinor: paid, currency };
    revenue.set(codeId, [...(revenue.get(codeId) ?? []), amount]);
  }
  return revenue;
}
