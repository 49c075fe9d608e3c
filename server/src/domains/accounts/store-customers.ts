import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';

export async function findAccountOfCustomer(
  executor: Executor,
  stripeCustomerId: string,
): Promise<number | undefined> {
  const row = await executor.sql
    .selectFrom('accounts')
    .select('id')
    .where('stripe_customer_id', '=', stripeCustomerId)
    .executeTakeFirst();
  return row?.id;
}

export async function findCustomerOfAccount(
  executor: Executor,
  accountId: number,
): Promise<string | null> {
  const row = await executor.sql
    .selectFrom('accounts')
    .select('stripe_customer_id')
    .where('id', '=', accountId)
    .executeTakeFirst();
  return row?.stripe_customer_id ?? null;
}

/**
 * Notes by which customer Stripe knows an account, where it knew none; answers the one on record,
 * which is another where somebody was faster. `undefined` where there is no such account.
 */
export async function noteStripeCustomer(
  tx: Tx,
  of: { readonly accountId: number; readonly stripeCustomerId: string; readonly nowMs: number },
): Promise<string | undefined> {
  const row = await tx.sql
    .selectFrom('accounts')
    .select('stripe_customer_id')
    .where('id', '=', of.accountId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.stripe_customer_id !== null) return row.stripe_customer_id;
  const noted = { stripe_customer_id: of.stripeCustomerId };
  await tx.sql.updateTable('accounts').set(noted).where('id', '=', of.accountId).execute();
  await tx.sql
    .updateTable('users')
    .set({ ...noted, updated_at: formatInstant(of.nowMs) })
    .where('account_id', '=', of.accountId)
    .execute();
  return of.stripeCustomerId;
}

/** Forgets a customer that Stripe has deleted, so that the account can have another. */
export async function forgetStripeCustomer(
  tx: Tx,
  of: { readonly accountId: number; readonly stripeCustomerId: string; readonly nowMs: number },
): Promise<void> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('accounts')
    .set({ stripe_customer_id: null })
    .where('id', '=', of.accountId)
    .where('stripe_customer_id', '=', of.stripeCustomerId)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  await tx.sql
    .updateTable('users')
    .set({ stripe_customer_id: null, updated_at: formatInstant(of.nowMs) })
    .where('account_id', '=', of.accountId)
    .execute();
}

/** In which currency an account buys, as its first purchase has decided. */
export async function setCurrency(tx: Tx, accountId: number, currency: string): Promise<void> {
  await tx.sql.updateTable('accounts').set({ currency }).where('id', '=', accountId).execute();
}

/** An account that Stripe knows, and by which customer. */
export interface AccountOfCustomer {
  readonly accountId: number;
  readonly stripeCustomerId: string;
}

/** Some of the accounts that Stripe knows, in the order of their ids. */
export async function listCustomers(
  executor: Executor,
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
): Promise<AccountOfCustomer[]> {
  const rows = await executor.sql
    .selectFrom('accounts')
    .select(['id', 'stripe_customer_id'])
    .where('stripe_customer_id', 'is not', null)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.flatMap(({ id, stripe_customer_id: stripeCustomerId }) =>
    stripeCustomerId === null ? [] : [{ accountId: id, stripeCustomerId }],
  );
}
