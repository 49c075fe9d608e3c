import type { SubscriptionRow } from '../../billing/subscriptions/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import { amountOf } from '../../money/pricing.ts';
import { findPrice, type PriceRow } from '../../catalogue/price.ts';
import { findProduct } from '../../catalogue/product.ts';
import { intervalText } from '../checkout/prices.ts';
import { moneyText } from '../words.ts';
import type { Features } from './features.ts';

const allows = ({ subscription_update: update }: Features, what: string): boolean =>
  update.default_allowed_updates.includes(what);

/** What a subscription can be changed to: prices in its currency that can be bought. */
export function pricesOffered(tx: Tx, row: SubscriptionRow, features: Features): PriceRow[] {
  if (!allows(features, 'price')) return [];
  return (features.subscription_update.products ?? [])
    .flatMap(({ prices }) => prices)
    .map((id) => findPrice(tx, id))
    .filter((price) => price.isActive && price.currency === row.currency);
}

/** Between what a quantity can be chosen for a price; `null` where it cannot. */
export function quantityLimits(
  tx: Tx,
  price: string,
  features: Features,
): { readonly least: number; readonly most: number } | null {
  const { product } = findPrice(tx, price);
  const offered = features.subscription_update.products?.find((each) => each.product === product);
  const adjustable = offered?.adjustable_quantity;
  if (adjustable?.enabled !== true || !allows(features, 'quantity')) return null;
  return { least: adjustable.minimum, most: adjustable.maximum ?? 999_999 };
}

/** `Gold, $10.00 every month`. */
export function priceText(tx: Tx, id: string): string {
  const price = findPrice(tx, id);
  const { name } = findProduct(tx, price.product);
  const cost = moneyText(amountOf(price, 1), price.currency);
  return `${name}, ${cost} ${intervalText(price) ?? 'once'}`;
}
