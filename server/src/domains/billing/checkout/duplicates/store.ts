import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';

export interface Duplicate {
  readonly subscriptionId: string;
  readonly accountId: number;
  readonly customerId: string;
}

/** Notes a subscription that should not be; answers whether that was news. */
export async function insertDuplicate(tx: Tx, of: Duplicate, nowMs: number): Promise<boolean> {
  const result = await tx.sql
    .insertInto('duplicate_subscriptions')
    .values({
      stripe_subscription_id: of.subscriptionId,
      account_id: of.accountId,
      stripe_customer_id: of.customerId,
      found_at: formatInstant(nowMs),
    })
    .onConflict((conflict) => conflict.column('stripe_subscription_id').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function settleDuplicate(
  executor: Executor,
  subscriptionId: string,
  nowMs: number,
): Promise<void> {
  await executor.sql
    .updateTable('duplicate_subscriptions')
    .set({ settled_at: formatInstant(nowMs) })
    .where('stripe_subscription_id', '=', subscriptionId)
    .where('settled_at', 'is', null)
    .execute();
}
