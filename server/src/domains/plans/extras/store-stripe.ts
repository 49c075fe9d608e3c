import type { Executor } from '../../../platform/database.ts';
import type { SoldPrice } from './sold-prices.ts';

/** Notes by which id Stripe knows a price; the one thing of a published price that may change. */
export async function noteStripePrice(
  executor: Executor,
  price: Pick<SoldPrice, 'kind' | 'id'>,
  stripePriceId: string,
): Promise<void> {
  const noted = { stripe_price_id: stripePriceId };
  switch (price.kind) {
    case 'plan':
      await executor.sql.updateTable('plan_prices').set(noted).where('id', '=', price.id).execute();
      return;
    case 'extra_seat':
      await executor.sql
        .updateTable('plan_seat_prices')
        .set(noted)
        .where('id', '=', price.id)
        .execute();
      return;
    case 'pack':
      await executor.sql.updateTable('pack_prices').set(noted).where('id', '=', price.id).execute();
  }
}
