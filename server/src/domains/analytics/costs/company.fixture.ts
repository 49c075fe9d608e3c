import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';

export interface Subscribing {
  readonly accountId: number;
  readonly user: string;
  readonly plan: string;
  readonly amountMinor: number;
}

/** From the first of January on, for so much a month. */
export async function subscribe(
  executor: Executor,
  { accountId, user, plan, amountMinor }: Subscribing,
): Promise<void> {
  const item = {
    priceId: 'price',
    unitAmountDecimal: String(amountMinor),
    currency: 'usd',
    interval: 'month',
    intervalCount: 1,
    quantity: 1,
    isMetered: false,
  };
  await sql`INSERT INTO subscription_changes (account_id, subscription_key, source, effective_at,
      recorded_at, cause, status, currency, items, discounts, plan_ids)
    SELECT ${accountId}, ${user}, 'stripe', '2026-01-01', '2026-01-01', 'started', 'active', 'usd',
      jsonb_build_array(${JSON.stringify(item)}::jsonb || jsonb_build_object('planId', id)), '[]',
      ARRAY[id] FROM subscription_plans WHERE slug = ${plan} AND is_current`.execute(executor.sql);
}
