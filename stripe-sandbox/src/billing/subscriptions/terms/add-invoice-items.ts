import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { mergeMetadata } from '../../../http/params.ts';
import { amountOf } from '../../../money/pricing.ts';
import { requireActivePrice } from '../../../catalogue/price.ts';
import { findProduct } from '../../../catalogue/product.ts';
import { addInvoiceItem } from '../../invoices/items.ts';
import { priceFromData } from '../inline-prices.ts';
import { requireCurrency } from './pricing.ts';
import type { AddInvoiceItemParams } from '../params.ts';
import { subscriptionNow } from '../render.ts';
import type { SubscriptionRow } from '../rows.ts';

/** Puts what is paid once on the next invoice of a subscription; answers the ids of the items. */
export function addInvoiceItems(
  tx: Tx,
  row: SubscriptionRow,
  said: readonly AddInvoiceItemParams[],
): string[] {
  const now = subscriptionNow(tx, row);
  return said.map((item, index) => {
    const param = `add_invoice_items[${index}]`;
    const price = priceOf(tx, item, param);
    if (price.recurring !== null) {
      throw invalid(
        'The price specified is set to `type=recurring` but this field only accepts prices with ' +
          '`type=one_time`.',
        { param },
      );
    }
    requireCurrency(tx, price.id, { currency: row.currency, param });
    const quantity = item.quantity ?? 1;
    const { id } = addInvoiceItem(tx, {
      customer: row.customer,
      invoice: null,
      subscription: row.id,
      subscriptionItem: null,
      amount: amountOf(price, quantity, row.currency),
      currency: row.currency,
      description: findProduct(tx, price.product).name,
      period: { start: now, end: now },
      quantity,
      price: price.id,
      isProration: false,
      isDiscountable: item.discountable ?? true,
      discounts: [],
      metadata: mergeMetadata({}, item.metadata),
    });
    return id;
  });
}

function priceOf(tx: Tx, { price, price_data: data }: AddInvoiceItemParams, param: string) {
  if (data !== undefined) return priceFromData(tx, data, `${param}[price_data]`);
  if (price !== undefined) return requireActivePrice(tx, price, `${param}[price]`);
  throw invalid(`You must provide one of ${param}[price] or ${param}[price_data].`, { param });
}
