import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { MappedPrice, MappedPrices } from './plan-of-price.ts';

/** What operators have said of prices that were at Stripe before; few, where there are any. */
export async function loadMappedPrices(executor: Executor): Promise<MappedPrices> {
  const rows = await executor.sql
    .selectFrom('stripe_price_map')
    .select(['stripe_price_id', 'kind', 'plan_id', 'billing_cycle'])
    .execute();
  return new Map<string, MappedPrice>(
    rows.map(({ stripe_price_id: id, kind, plan_id: planId, billing_cycle: cycle }) => {
      if (kind === 'none') return [id, { kind }] as const;
      assert(planId !== null && cycle !== null, 'a mapped price names a plan and a cycle');
      const billingCycle = cycle as 'monthly' | 'yearly';
      return [id, { kind: kind as 'plan' | 'extra_seat', planId, billingCycle }] as const;
    }),
  );
}

/** What is said last of a price holds. */
export async function putMappedPrices(tx: Tx, prices: MappedPrices, nowMs: number): Promise<void> {
  for (const [id, mapped] of prices) {
    const columns = { ...columnsOf(mapped), mapped_at: formatInstant(nowMs) };
    await tx.sql
      .insertInto('stripe_price_map')
      .values({ stripe_price_id: id, ...columns })
      .onConflict((conflict) => conflict.column('stripe_price_id').doUpdateSet(columns))
      .execute();
  }
}

function columnsOf(mapped: MappedPrice) {
  if (mapped.kind === 'none') return { kind: 'none', plan_id: null, billing_cycle: null };
  return { kind: mapped.kind, plan_id: mapped.planId, billing_cycle: mapped.billingCycle };
}
