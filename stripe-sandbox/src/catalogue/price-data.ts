import type { Tx } from '../engine/transaction.ts';
import { hash, integer, oneOf, optional, type Params } from '../http/params.ts';
import { amountSpec, currencyCode, decimalAmountSpec } from '../money/parameters.ts';
import { pricingOf, recurrenceOf, taxBehaviorSpec } from './price-parameters.ts';
import { addPrice, type PriceRow } from './price.ts';

/** What `price_data` says of a price wherever it is described instead of named. */
export const priceDataSpecs = {
  currency: currencyCode,
  tax_behavior: taxBehaviorSpec,
  unit_amount: optional(amountSpec),
  unit_amount_decimal: optional(decimalAmountSpec),
} as const;

/** How often such a price is billed. */
export const priceDataRecurringSpec = hash({
  interval: oneOf('day', 'week', 'month', 'year'),
  interval_count: optional(integer({ least: 1 })),
});

export interface PriceData extends Params<typeof priceDataSpecs> {
  readonly recurring?: ReturnType<typeof priceDataRecurringSpec.read> | undefined;
}

interface Described {
  /** The id of its product. */
  readonly product: string;
  /** Whether others than what describes it may name it too. */
  readonly isActive: boolean;
  /** What errors call the description, such as `items[0][price_data]`. */
  readonly param: string;
}

/** A price that is made on the way, per unit; it stays, because what is bought by it names it. */
export function addPriceOf(
  tx: Tx,
  said: PriceData,
  { product, isActive, param }: Described,
): PriceRow {
  const { currency, recurring } = said;
  const nameOf = (name: string): string => `${param}[${name}]`;
  return addPrice(tx, {
    id: tx.newId('price'),
    created: tx.sandboxNow,
    isDeleted: false,
    isActive,
    currency,
    currencyOptions: {},
    lookupKey: null,
    metadata: {},
    nickname: null,
    pricing: pricingOf(said, { currency, tiersMode: null, nameOf }),
    product,
    recurring: recurring === undefined ? null : recurrenceOf(recurring, nameOf('recurring')),
    taxBehavior: said.tax_behavior ?? 'unspecified',
    transformQuantity: null,
  });
}
