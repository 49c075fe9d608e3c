import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  boolean,
  emptyable,
  hash,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { currencyCode } from '../../money/parameters.ts';
import { createPrice, priceCreateSpecs } from '../../catalogue/price-making.ts';
import {
  currencyOptionsOf,
  currencyOptionsSpec,
  taxBehaviorSpec,
} from '../../catalogue/price-parameters.ts';
import {
  changePrice,
  claimLookupKey,
  findPrice,
  getPrice,
  prices,
  renderPrice,
  type CurrencyOption,
  type PriceRow,
  type TaxBehavior,
} from '../../catalogue/price.ts';
import { getProduct } from '../../catalogue/product.ts';

const updateSpecs = paramsOf<Stripe.PriceUpdateParams>()({
  active: optional(boolean),
  currency_options: emptyable(currencyOptionsSpec),
  lookup_key: emptyable(text(200)),
  metadata,
  nickname: emptyable(text()),
  tax_behavior: taxBehaviorSpec,
  transfer_lookup_key: optional(boolean),
});

type UpdateParams = Params<typeof updateSpecs>;

function update(tx: Tx, id: string, said: UpdateParams): PriceRow {
  const price = getPrice(tx, id);
  if (said.active === false) requireNoDefault(tx, price);
  const key = said.lookup_key === undefined ? price.lookupKey : said.lookup_key;
  if (key !== null) {
    claimLookupKey(tx, key, { owner: price.id, transfers: said.transfer_lookup_key ?? false });
  }
  return changePrice(tx, {
    ...price,
    isActive: said.active ?? price.isActive,
    currencyOptions: optionsAfter(price, said.currency_options),
    lookupKey: key,
    metadata: mergeMetadata(price.metadata, said.metadata),
    nickname: said.nickname === undefined ? price.nickname : said.nickname,
    taxBehavior: taxBehaviorAfter(price.taxBehavior, said.tax_behavior),
  });
}

function requireNoDefault(tx: Tx, { id, product }: PriceRow): void {
  if (getProduct(tx, product).defaultPrice !== id) return;
  const message = 'This price cannot be archived because it is the default price of its product.';
  throw invalid(message, { param: 'active' });
}

/** Currencies that are named take the place of what they were; an empty value takes all away. */
function optionsAfter(
  price: PriceRow,
  said: UpdateParams['currency_options'],
): Record<string, CurrencyOption> {
  if (said === null) return {};
  const { pricing, currency, currencyOptions } = price;
  const tiersMode = pricing.scheme === 'tiered' ? pricing.mode : null;
  const named = currencyOptionsOf(said, { currency, tiersMode, nameOf: (name) => name });
  return { ...currencyOptions, ...named };
}

function taxBehaviorAfter(known: TaxBehavior, said: TaxBehavior | undefined): TaxBehavior {
  if (said === undefined || said === known || known === 'unspecified') return said ?? known;
  const message = `The \`tax_behavior\` of a price cannot be changed once it is ${known}.`;
  throw invalid(message, { param: 'tax_behavior' });
}

const listSpecs = paramsOf<Stripe.PriceListParams>()({
  ...pageSpecs,
  active: optional(boolean),
  created: instantRange,
  currency: optional(currencyCode),
  lookup_keys: optional(list(text(200), 10)),
  product: optional(text()),
  recurring: optional(
    hash({
      interval: optional(oneOf('day', 'week', 'month', 'year')),
      meter: optional(text()),
      usage_type: optional(oneOf('licensed', 'metered')),
    }),
  ),
  type: optional(oneOf('one_time', 'recurring')),
});

type ListParams = Params<typeof listSpecs>;

function isWanted(price: PriceRow, said: ListParams): boolean {
  const { active, currency, lookup_keys: keys, type } = said;
  if (price.isDeleted || !isWithin(price.created, said.created)) return false;
  if (keys !== undefined && (price.lookupKey === null || !keys.includes(price.lookupKey))) {
    return false;
  }
  return (
    isAsked(active, price.isActive) &&
    isAsked(currency, price.currency) &&
    isAsked(type, price.recurring === null ? 'one_time' : 'recurring') &&
    hasRecurrence(price, said.recurring)
  );
}

function hasRecurrence({ recurring }: PriceRow, said: ListParams['recurring']): boolean {
  if (said === undefined) return true;
  if (recurring === null) return false;
  return (
    isAsked(said.interval, recurring.interval) &&
    isAsked(said.meter, recurring.meter) &&
    isAsked(said.usage_type, recurring.usageType)
  );
}

function listPrices(tx: Tx, said: ListParams): ListObject<Stripe.Price> {
  const { product } = said;
  if (product !== undefined) getProduct(tx, product, 'product');
  return pageOf(rowsOf(tx, prices, findPrice, narrowestKey({ product })), said, {
    url: all,
    render: renderPrice,
    passes: (price) => isWanted(price, said),
  });
}

const all = '/v1/prices';
const one = `${all}/{price}`;

export const priceRoutes: readonly Route[] = [
  route('POST', all, priceCreateSpecs, (tx, { params }) => renderPrice(createPrice(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listPrices(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderPrice(getPrice(tx, ids['price']!))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderPrice(update(tx, ids['price']!, params)),
  ),
];
