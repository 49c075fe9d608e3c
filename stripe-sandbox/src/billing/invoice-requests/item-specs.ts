import type Stripe from 'stripe';
import { invalid } from '../../http/errors.ts';
import {
  boolean,
  decimal,
  hash,
  ignored,
  integer,
  metadata,
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  type Spec,
} from '../../http/params.ts';
import { currencyCode } from '../../money/parameters.ts';
import { discountsSpec } from '../../catalogue/discounts/parameters.ts';
import { priceDataSpecs } from '../../catalogue/price-data.ts';
import type { Period } from '../invoices/rows.ts';

const MOST_UNITS = 1_000_000_000;

const bounds = hash({ start: timestamp, end: timestamp });

/** An item may be for an instant, but not for a time that runs backwards. */
const periodSpec: Spec<Period> = {
  read(value, name) {
    const period = bounds.read(value, name);
    if (period.end >= period.start) return period;
    throw invalid('The end of the period must not be before its start.', { param: name });
  },
};

/** What of an item decides its amount, in requests of items and of previews alike. */
export const amountSpecs = {
  amount: optional(integer()),
  price_data: optional(hash({ ...priceDataSpecs, product: text() })),
  quantity: optional(integer({ least: 0, most: MOST_UNITS })),
  quantity_decimal: unsupported,
  unit_amount_decimal: optional(decimal()),
} as const;

export const itemSpecs = {
  description: optional(text()),
  discountable: optional(boolean),
  discounts: discountsSpec,
  metadata,
  period: optional(periodSpec),
  tax_behavior: ignored,
  tax_code: ignored,
  tax_rates: unsupported,
} as const;

export const createItemSpecs = paramsOf<Stripe.InvoiceItemCreateParams>()({
  ...amountSpecs,
  ...itemSpecs,
  currency: optional(currencyCode),
  customer: optional(text()),
  customer_account: unsupported,
  invoice: optional(text()),
  pricing: optional(hash({ price: optional(text()) })),
  subscription: optional(text()),
});

export const updateItemSpecs = paramsOf<Stripe.InvoiceItemUpdateParams>()({
  ...amountSpecs,
  ...itemSpecs,
  invoicing_rules: ignored,
  pricing: optional(hash({ price: optional(text()) })),
});
