import type Stripe from 'stripe';
import {
  boolean,
  emptyable,
  hash,
  ignored,
  integer,
  list,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  offOnly,
} from '../../http/params.ts';
import { currencyCode } from '../../money/parameters.ts';
import { discountsSpec } from '../../catalogue/discounts/parameters.ts';

const MOST_DAYS = 3_650;
const MOST_FIELDS = 4;

/** What both creating and updating take. */
const shared = {
  account_tax_ids: unsupported,
  application_fee_amount: unsupported,
  auto_advance: optional(boolean),
  automatic_tax: offOnly,
  automatically_finalizes_at: optional(timestamp),
  collection_method: optional(oneOf('charge_automatically', 'send_invoice')),
  custom_fields: emptyable(list(hash({ name: text(40), value: text(140) }), MOST_FIELDS)),
  days_until_due: optional(integer({ least: 0, most: MOST_DAYS })),
  default_payment_method: optional(text()),
  default_source: unsupported,
  default_tax_rates: unsupported,
  description: emptyable(text()),
  discounts: discountsSpec,
  due_date: optional(timestamp),
  effective_at: emptyable(timestamp),
  footer: emptyable(text()),
  issuer: ignored,
  metadata,
  number: emptyable(text(26)),
  on_behalf_of: unsupported,
  payment_settings: ignored,
  rendering: ignored,
  shipping_cost: unsupported,
  shipping_details: ignored,
  statement_descriptor: optional(text(22)),
  transfer_data: unsupported,
} as const;

export const createSpecs = paramsOf<Stripe.InvoiceCreateParams>()({
  ...shared,
  currency: optional(currencyCode),
  customer: optional(text()),
  customer_account: unsupported,
  from_invoice: unsupported,
  pending_invoice_items_behavior: optional(oneOf('exclude', 'include')),
  subscription: optional(text()),
});

export const updateSpecs = paramsOf<Stripe.InvoiceUpdateParams>()(shared);

export const finalizeSpecs = paramsOf<Stripe.InvoiceFinalizeInvoiceParams>()({
  auto_advance: optional(boolean),
});

export const paySpecs = paramsOf<Stripe.InvoicePayParams>()({
  forgive: optional(boolean),
  mandate: ignored,
  off_session: optional(boolean),
  paid_out_of_band: optional(boolean),
  payment_method: optional(text()),
  source: optional(text()),
});
