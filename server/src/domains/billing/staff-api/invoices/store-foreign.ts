import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../../../platform/database.ts';
import { termsOf, type Refund } from './store-refunds.ts';

export type ForeignRefund = Omit<Refund, 'refusal' | 'state' | 'source'>;

/** Under its name at Stripe, which none of ours has; answers whether that was news. */
export async function putForeignRefund(
  tx: Tx,
  refund: ForeignRefund,
  nowMs: number,
): Promise<boolean> {
  const result = await tx.sql
    .insertInto('invoice_refunds')
    .values({ ...termsOf(refund), state: 'done', settled_at: formatInstant(nowMs) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
