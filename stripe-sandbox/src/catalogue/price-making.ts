import type Stripe from 'stripe';
import type { Tx } from '../engine/transaction.ts';
import { invalid } from '../http/errors.ts';
import {
  boolean,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../http/params.ts';
import { amountSpec, currencyCode, decimalAmountSpec } from '../money/parameters.ts';
import { getMeter } from '../meters/meter.ts';
import {
  currencyOptionsOf,
  currencyOptionsSpec,
  pricingOf,
  recurrenceOf,
  recurringSpec,
  taxBehaviorSpec,
  tiersSpec,
  transformSpec,
  type PricingContext,
} from './price-parameters.ts';
import { addPrice, claimLookupKey, type PriceRow } from './price.ts';
import { newProductOf, productDataSpec } from './product-parameters.ts';
import { addProduct, getProduct } from './product.ts';

/** What a price takes wherever it is made. */
const amountSpecs = {
  currency: currencyCode,
  currency_options: currencyOptionsSpec,
  custom_unit_amount: unsupported,
  metadata,
  recurring: recurringSpec,
  tax_behavior: taxBehaviorSpec,
  unit_amount: optional(amountSpec),
  unit_amount_decimal: optional(decimalAmountSpec),
} as const;

export const defaultPriceSpecs = paramsOf<Stripe.ProductCreateParams.DefaultPriceData>()({
  ...amountSpecs,
});

export const priceCreateSpecs = paramsOf<Stripe.PriceCreateParams>()({
  ...amountSpecs,
  active: optional(boolean),
  billing_scheme: optional(oneOf('per_unit', 'tiered')),
  lookup_key: optional(text(200)),
  nickname: optional(text()),
  product: optional(text()),
  product_data: optional(productDataSpec),
  tiers: optional(tiersSpec),
  tiers_mode: optional(oneOf('graduated', 'volume')),
  transfer_lookup_key: optional(boolean),
  transform_quantity: transformSpec,
});

type DefaultPriceParams = Params<typeof defaultPriceSpecs>;
export type PriceCreateParams = Params<typeof priceCreateSpecs>;

/** The whole row of what a request asks for. */
export function newPrice(
  tx: Tx,
  said: Omit<PriceCreateParams, 'product' | 'product_data'>,
  { product, id, prefix = '' }: { product: string; id?: string | undefined; prefix?: string },
): PriceRow {
  const nameOf = (name: string): string => (prefix === '' ? name : `${prefix}[${name}]`);
  const context: PricingContext = { currency: said.currency, tiersMode: modeOf(said), nameOf };
  const transform = said.transform_quantity;
  const meter = said.recurring?.meter;
  if (meter !== undefined) getMeter(tx, meter, nameOf('recurring[meter]'));
  return {
    id: id ?? tx.newId('price'),
    created: tx.sandboxNow,
    isDeleted: false,
    isActive: said.active ?? true,
    currency: said.currency,
    pricing: pricingOf(said, context),
    currencyOptions: currencyOptionsOf(said.currency_options, context),
    transformQuantity: transform ? { divideBy: transform.divide_by, round: transform.round } : null,
    lookupKey: said.lookup_key ?? null,
    metadata: mergeMetadata({}, said.metadata),
    nickname: said.nickname ?? null,
    product,
    recurring: said.recurring ? recurrenceOf(said.recurring, nameOf('recurring')) : null,
    taxBehavior: said.tax_behavior ?? 'unspecified',
  };
}

function modeOf(
  said: Pick<
    PriceCreateParams,
    'billing_scheme' | 'tiers_mode' | 'recurring' | 'transform_quantity'
  >,
): 'graduated' | 'volume' | null {
  const { billing_scheme: scheme, tiers_mode: mode } = said;
  if (scheme !== 'tiered') {
    if (mode === undefined) return null;
    const message = 'You can only pass `tiers_mode` when `billing_scheme=tiered`.';
    throw invalid(message, { param: 'tiers_mode' });
  }
  if (said.recurring === undefined) {
    const message = 'Prices with `type=one_time` are not supported with tiered billing.';
    throw invalid(message, { param: 'interval' });
  }
  if (said.transform_quantity !== undefined) {
    const message = '`transform_quantity` cannot be used with `billing_scheme=tiered`.';
    throw invalid(message, { param: 'transform_quantity' });
  }
  if (mode !== undefined) return mode;
  throw invalid('Missing required param: tiers_mode.', {
    code: 'parameter_missing',
    param: 'tiers_mode',
  });
}

function productOf(tx: Tx, said: Pick<PriceCreateParams, 'product' | 'product_data'>): string {
  const { product, product_data: data } = said;
  if (product !== undefined && data !== undefined) {
    const message = 'You may only specify one of these parameters: product, product_data.';
    throw invalid(message, { param: 'product' });
  }
  if (product !== undefined) return getProduct(tx, product, 'product').id;
  if (data !== undefined) return addProduct(tx, newProductOf(data)).id;
  throw invalid('You must specify either `product` or `product_data` when creating a price.');
}

export function createPrice(tx: Tx, said: PriceCreateParams): PriceRow {
  const price = newPrice(tx, said, { product: productOf(tx, said) });
  if (price.lookupKey !== null) {
    const transfers = said.transfer_lookup_key ?? false;
    claimLookupKey(tx, price.lookupKey, { owner: price.id, transfers });
  }
  return addPrice(tx, price);
}

/** The price that a product is made with. */
export function newDefaultPrice(tx: Tx, said: DefaultPriceParams, product: string): PriceRow {
  const nothingMore = {
    active: undefined,
    billing_scheme: undefined,
    lookup_key: undefined,
    nickname: undefined,
    tiers: undefined,
    tiers_mode: undefined,
    transfer_lookup_key: undefined,
    transform_quantity: undefined,
  };
  return newPrice(tx, { ...nothingMore, ...said }, { product, prefix: 'default_price_data' });
}
