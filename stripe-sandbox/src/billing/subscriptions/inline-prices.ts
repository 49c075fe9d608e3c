import { addPriceOf, type PriceData } from '../../catalogue/price-data.ts';
import type { PriceRow } from '../../catalogue/price.ts';
import { getProduct } from '../../catalogue/product.ts';
import type { Tx } from '../../engine/transaction.ts';

interface InlinePrice extends PriceData {
  readonly product: string;
}

/**
 * A price that is made on the way, for one item; it is kept as inactive, as Stripe does.
 *
 * @param param what errors call its description, such as `items[0][price_data]`
 */
export function priceFromData(tx: Tx, said: InlinePrice, param: string): PriceRow {
  const product = getProduct(tx, said.product, `${param}[product]`).id;
  return addPriceOf(tx, said, { product, isActive: false, param });
}
