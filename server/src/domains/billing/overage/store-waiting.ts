import { sql } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';

/** What Stripe has been told to charge, and is not known to have billed. */
export interface WaitingCharge {
  readonly id: string;
  readonly accountId: number;
  readonly itemId: string;
  readonly customerId: string;
  /** On whose invoice it is to come; `null` for the customer's next one, whichever that is. */
  readonly subscriptionId: string | null;
  readonly currency: string;
}

/** Accounts after one of them of whom something waits. */
export async function findAccountsWaiting(
  executor: Executor,
  of: { readonly afterId: number; readonly most: number },
): Promise<number[]> {
  const rows = await executor.sql
    .selectFrom('overage_charges')
    .select('account_id')
    .distinct()
    .where('state', '=', 'charged')
    .where('account_id', '>', of.afterId)
    .orderBy('account_id')
    .limit(of.most)
    .execute();
  return rows.map((row) => row.account_id);
}

export async function findWaiting(executor: Executor, accountId: number): Promise<WaitingCharge[]> {
  const rows = await executor.sql
    .selectFrom('overage_charges')
    .select([
      'id',
      'stripe_invoice_item_id',
      'stripe_customer_id',
      'stripe_subscription_id',
      'currency',
    ])
    .where('account_id', '=', accountId)
    .where('state', '=', 'charged')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.flatMap((row): WaitingCharge[] => {
    const { id, currency, stripe_invoice_item_id: itemId } = row;
    if (itemId === null) return [];
    const subscriptionId = row.stripe_subscription_id;
    return [
      { id, accountId, itemId, customerId: row.stripe_customer_id, subscriptionId, currency },
    ];
  });
}

/**
 * The key under which charges are billed together: the one that was written down for any of them,
 * unless an invoice came of it; `null` where nothing of them waits any more. The caller holds the
 * account's lock.
 */
export async function requestInvoice(
  tx: Tx,
  { ids, request }: { readonly ids: readonly string[]; readonly request: string },
): Promise<string | null> {
  const { rows } = await sql<{ request: string }>`
    UPDATE overage_charges SET invoice_request = COALESCE((
      SELECT min(asked.invoice_request) FROM overage_charges asked
      WHERE asked.id = ANY(${ids}::text[]) AND asked.state = 'charged' AND NOT EXISTS (
        SELECT FROM overage_charges billed
        WHERE billed.account_id = asked.account_id AND billed.state = 'billed'
          AND billed.invoice_request = asked.invoice_request
      )
    ), ${request})
    WHERE id = ANY(${ids}::text[]) AND state = 'charged'
    RETURNING invoice_request AS request`.execute(tx.sql);
  return rows[0]?.request ?? null;
}

/** Notes on which invoice a charge has come; without one it was deleted at Stripe. */
export async function markSettled(
  executor: Executor,
  of: { readonly id: string; readonly invoiceId: string | null },
): Promise<void> {
  const { id, invoiceId } = of;
  await executor.sql
    .updateTable('overage_charges')
    .set({ state: invoiceId === null ? 'waived' : 'billed', stripe_invoice_id: invoiceId })
    .where('id', '=', id)
    .where('state', '=', 'charged')
    .execute();
}
