import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { addPrice, type PriceRow } from '../../catalogue/price.ts';
import { getProduct } from '../../catalogue/product.ts';
import type { PriceDataParams } from './params.ts';

type InlinePrice = Pick<
  PriceDataParams,
  'currency' | 'product' | 'unit_amount' | 'unit_amount_decimal'
> & {
  readonly recurring?: PriceDataParams['recurring'];
};

/** A price that is made on the way, for one item; it is kept as inactive, as Stripe does. */
export function priceFromData(tx: Tx, said: InlinePrice, param: string): PriceRow {
  const { unit_amount: whole, unit_amount_decimal: exact, recurring } = said;
  if ((whole === undefined) === (exact === undefined)) {
    throw invalid('You must specify one of `unit_amount` and `unit_amount_decimal`.', {
      param: `${param}[price_data]`,
    });
  }
  return addPrice(tx, {
    id: tx.newId('price'),
    created: tx.sandboxNow,
    isDeleted: false,
    isActive: false,
    currency: said.currency.toLowerCase(),
    currencyOptions: {},
    lookupKey: null,
    metadata: {},
    nickname: null,
    pricing: { scheme: 'per_unit', unitAmount: exact ?? String(whole) },
    product: getProduct(tx, said.product, `${param}[price_data][product]`).id,
    recurring:
      recurring === undefined
        ? null
        : {
            interval: recurring.interval,
            intervalCount: recurring.interval_count ?? 1,
            meter: null,
            trialPeriodDays: null,
            usageType: 'licensed',
          },
    taxBehavior: 'unspecified',
    transformQuantity: null,
  });
}
