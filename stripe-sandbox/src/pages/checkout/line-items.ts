import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { mergeMetadata } from '../../http/params.ts';
import { findPrice, type PriceRow } from '../../catalogue/price.ts';
import type { LineItemParams } from './create-params.ts';
import { intervalText, priceSaid } from './prices.ts';
import type { LineItemRow, SessionMode } from './session-rows.ts';

/** The line items of a session that can be bought together; what they cost is worked out later. */
export function readLineItems(
  tx: Tx,
  said: readonly LineItemParams[],
  mode: 'payment' | 'subscription',
): LineItemRow[] {
  const items = said.map((item, index) => readLineItem(tx, item, `line_items[${index}]`));
  const prices = items.map(({ price }) => findPrice(tx, price));
  requireMode(prices, mode);
  requireOneInterval(prices);
  return items;
}

function readLineItem(tx: Tx, said: LineItemParams, param: string): LineItemRow {
  const price = priceSaid(tx, said, param);
  return {
    id: tx.newId('li'),
    price: price.id,
    quantity: quantityOf(price, said.quantity, param),
    metadata: mergeMetadata({}, said.metadata),
    subtotal: 0,
    discount: 0,
  };
}

function quantityOf(price: PriceRow, said: number | undefined, param: string): number | null {
  if (price.recurring?.usageType === 'metered') {
    if (said === undefined) return null;
    throw invalid('Quantity should not be specified for metered prices.', {
      param: `${param}[quantity]`,
    });
  }
  if (said !== undefined && said > 0) return said;
  throw invalid(
    said === undefined
      ? 'Quantity is required. Add `quantity` to each line item.'
      : 'This value must be greater than or equal to 1.',
    { param: `${param}[quantity]` },
  );
}

function requireMode(prices: readonly PriceRow[], mode: SessionMode): void {
  const recurring = prices.filter((price) => price.recurring !== null);
  if (mode === 'payment' && recurring.length > 0) {
    throw invalid(
      'You specified `payment` mode but passed a recurring price. Either switch to ' +
        '`subscription` mode or use only one-time prices.',
      { param: 'line_items' },
    );
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw invalid(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
      { param: 'line_items' },
    );
  }
}

function requireOneInterval(prices: readonly PriceRow[]): void {
  const intervals = prices.map(intervalText).filter((text) => text !== null);
  if (new Set(intervals).size <= 1) return;
  throw invalid('Checkout does not support multiple prices with different billing intervals.', {
    param: 'line_items',
  });
}
