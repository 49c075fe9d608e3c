// pure
import type { SoldPrice } from '../../plans/index.ts';
import type { NewPrice, NewProduct } from '../gateway/gateway.ts';
import type { RemotePrice } from '../gateway/remote.ts';

/** A price as it has to stand at Stripe; those that were agreed upon have no row of their own. */
export type PriceToPush = Omit<SoldPrice, 'kind' | 'id'> & {
  readonly row: Pick<SoldPrice, 'kind' | 'id'> | null;
};

/** What stands at Stripe under a name of ours and says something else. */
export interface PriceConflict {
  readonly lookupKey: string;
  readonly stripePriceId: string;
  /** In words, such as `costs 1900 usd there and 2900 usd here`. */
  readonly difference: string;
}

export interface PushDecision {
  readonly products: readonly NewProduct[];
  readonly prices: readonly { readonly price: PriceToPush; readonly made: NewPrice }[];
  /** Which row is known by which id at Stripe, of prices that stand there as they should. */
  readonly found: readonly { readonly price: PriceToPush; readonly stripePriceId: string }[];
  readonly conflicts: readonly PriceConflict[];
}

export interface PushFacts {
  readonly wanted: readonly PriceToPush[];
  readonly productIds: ReadonlySet<string>;
  readonly remote: readonly RemotePrice[];
}

export function priceToPush({ kind, id, ...price }: SoldPrice): PriceToPush {
  return { ...price, row: { kind, id } };
}

/**
 * What has to be made at Stripe for prices to stand there. Nothing there is changed: an amount
 * never changes, and a price that says something else under our name is a conflict for people.
 */
export function decidePush({ wanted, productIds, remote }: PushFacts): PushDecision {
  const products = new Map<string, NewProduct>();
  const prices: { price: PriceToPush; made: NewPrice }[] = [];
  const found: { price: PriceToPush; stripePriceId: string }[] = [];
  const conflicts: PriceConflict[] = [];
  for (const price of wanted) {
    const { productId, lookupKey } = price;
    if (!productIds.has(productId)) products.set(productId, productOf(price));
    const known = remote.find((each) => each.lookupKey === lookupKey);
    if (known === undefined) {
      prices.push({ price, made: newPriceOf(price) });
      continue;
    }
    const difference = differenceOf(price, known);
    if (difference === undefined) found.push({ price, stripePriceId: known.id });
    else conflicts.push({ lookupKey, stripePriceId: known.id, difference });
  }
  return { products: [...products.values()], prices, found, conflicts };
}

function productOf({ productId, productName }: PriceToPush): NewProduct {
  return { id: productId, name: productName, description: productName, metadata: {} };
}

function newPriceOf(price: PriceToPush): NewPrice {
  return {
    productId: price.productId,
    lookupKey: price.lookupKey,
    currency: price.currency,
    unitAmountMinor: price.amountMinor,
    interval: intervalOf(price),
    metadata: { wf_price: price.lookupKey },
  };
}

function intervalOf({ billingCycle }: PriceToPush): 'month' | 'year' | null {
  if (billingCycle === null) return null;
  return billingCycle === 'monthly' ? 'month' : 'year';
}

function differenceOf(price: PriceToPush, known: RemotePrice): string | undefined {
  const here = `${price.amountMinor} ${price.currency}`;
  const there = `${known.unitAmountDecimal ?? 'tiers'} ${known.currency}`;
  if (Number(known.unitAmountDecimal) !== price.amountMinor || known.currency !== price.currency) {
    return `costs ${there} there and ${here} here`;
  }
  if (known.interval !== intervalOf(price) || known.intervalCount !== 1) {
    const every = known.interval === null ? 'once' : `${known.intervalCount} ${known.interval}`;
    return `is paid ${every} there and ${intervalOf(price) ?? 'once'} here`;
  }
  if (known.productId !== price.productId) {
    return `belongs to ${known.productId} there and to ${price.productId} here`;
  }
  return known.isActive ? undefined : 'is archived there and on sale here';
}
