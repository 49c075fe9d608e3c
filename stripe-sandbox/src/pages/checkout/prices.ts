import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { mergeMetadata } from '../../http/params.ts';
import { pricingIn } from '../../money/pricing.ts';
import { addPriceOf } from '../../catalogue/price-data.ts';
import {
  findPrice,
  renderPrice,
  requireActivePrice,
  type PriceRow,
} from '../../catalogue/price.ts';
import { addProduct, findProduct, getProduct } from '../../catalogue/product.ts';
import type { LineItemParams, PriceDataParams } from './create-params.ts';

/** The price that a line item names, or describes; `param` is its name, as `line_items[0]`. */
export function priceSaid(tx: Tx, said: LineItemParams, param: string): PriceRow {
  const { price, price_data: data } = said;
  if (price !== undefined && data !== undefined) {
    throw invalid(`You may only specify one of these parameters: price, price_data.`, { param });
  }
  if (data !== undefined) {
    const described = `${param}[price_data]`;
    const product = productOf(tx, data, described);
    return addPriceOf(tx, data, { product, isActive: true, param: described });
  }
  if (price !== undefined) return requireActivePrice(tx, price, `${param}[price]`);
  throw invalid(`You must provide one of \`price\` or \`price_data\` for each line item.`, {
    param,
  });
}

function productOf(tx: Tx, data: PriceDataParams, param: string): string {
  const { product, product_data: said } = data;
  if (product !== undefined && said === undefined) {
    return getProduct(tx, product, `${param}[product]`).id;
  }
  if (said === undefined || product !== undefined) {
    throw invalid(`You must specify one of \`product\` or \`product_data\`.`, { param });
  }
  return addProduct(tx, {
    name: said.name,
    description: said.description ?? null,
    metadata: mergeMetadata({}, said.metadata),
    unitLabel: said.unit_label ?? null,
  }).id;
}

/** Refuses a price that cannot be paid in the session's currency. */
export function requireCurrency(price: PriceRow, currency: string): void {
  if (pricingIn(price, currency) !== undefined) return;
  throw invalid(
    `The price specified only supports \`${price.currency}\`. This doesn't match the expected ` +
      `currency: \`${currency}\`.`,
    { param: 'line_items' },
  );
}

export function nameOfPrice(tx: Tx, price: string): string {
  return findProduct(tx, findPrice(tx, price).product).name;
}

export function shownPrice(tx: Tx, price: string): Stripe.Price {
  return renderPrice(findPrice(tx, price));
}

/** `every month`, or `every 3 months`; `null` for what is paid once. */
export function intervalText({ recurring }: PriceRow): string | null {
  if (recurring === null) return null;
  const { interval, intervalCount } = recurring;
  return intervalCount === 1 ? `every ${interval}` : `every ${intervalCount} ${interval}s`;
}
