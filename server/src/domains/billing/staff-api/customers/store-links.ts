import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';

/** Whether staff have taken a customer off the account that it had. */
export async function isUnlinked(executor: Executor, customerId: string): Promise<boolean> {
  const row = await executor.sql
    .selectFrom('unlinked_customers')
    .select('stripe_customer_id')
    .where('stripe_customer_id', '=', customerId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function noteUnlinked(
  tx: Tx,
  of: { readonly customerId: string; readonly accountId: number; readonly nowMs: number },
): Promise<void> {
  const noted = { account_id: of.accountId, unlinked_at: formatInstant(of.nowMs) };
  await tx.sql
    .insertInto('unlinked_customers')
    .values({ stripe_customer_id: of.customerId, ...noted })
    .onConflict((conflict) => conflict.column('stripe_customer_id').doUpdateSet(noted))
    .execute();
}

export async function forgetUnlinked(tx: Tx, customerId: string): Promise<void> {
  await tx.sql
    .deleteFrom('unlinked_customers')
    .where('stripe_customer_id', '=', customerId)
    .execute();
}

/** Another account of which some of these invoices are on record. */
export async function findOtherOwner(
  executor: Executor,
  of: { readonly accountId: number; readonly invoiceIds: readonly string[] },
): Promise<number | undefined> {
  if (of.invoiceIds.length === 0) return undefined;
  const row = await executor.sql
    .selectFrom('invoices')
    .select('account_id')
    .where('stripe_invoice_id', 'in', [...of.invoiceIds])
    .where('account_id', '<>', of.accountId)
    .limit(1)
    .executeTakeFirst();
  return row?.account_id;
}

/** Whether anything is under way at Stripe whose end would come to nobody. */
export async function hasUnderWay(executor: Executor, accountId: number): Promise<boolean> {
  const checkout = await executor.sql
    .selectFrom('checkouts')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', 'in', ['opening', 'open'])
    .limit(1)
    .executeTakeFirst();
  const command = await executor.sql
    .selectFrom('subscription_commands')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', 'in', ['begun', 'sending'])
    .limit(1)
    .executeTakeFirst();
  const refund = await executor.sql
    .selectFrom('invoice_refunds')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', '=', 'sending')
    .limit(1)
    .executeTakeFirst();
  return checkout !== undefined || command !== undefined || refund !== undefined;
}
