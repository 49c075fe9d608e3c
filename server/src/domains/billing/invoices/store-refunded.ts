import type { Executor } from '../../../platform/database.ts';

/** How much staff have given back of each of some invoices; those of which nothing was are none. */
export async function loadRefunded(
  executor: Executor,
  invoiceIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (invoiceIds.length === 0) return new Map();
  const rows = await executor.sql
    .selectFrom('invoice_refunds')
    .select(['stripe_invoice_id', 'amount_minor'])
    .where('stripe_invoice_id', 'in', [...invoiceIds])
    .where('state', '=', 'done')
    .execute();
  const refunded = new Map<string, number>();
  for (const { stripe_invoice_id: id, amount_minor: amountMinor } of rows) {
    refunded.set(id, (refunded.get(id) ?? 0) + amountMinor);
  }
  return refunded;
}
