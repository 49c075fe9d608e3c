import type Stripe from 'stripe';
import {
  boolean,
  emptyable,
  hash,
  ignored,
  list,
  metadata,
  missingParam,
  oneOf,
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  type Spec,
  offOnly,
} from '../../http/params.ts';
import { amountSpec, currencyCode } from '../../money/parameters.ts';
import {
  billingModeSpec,
  cancelAtSpec,
  changedItemSpecs,
  prorationSpec,
  trialEndSpec,
} from '../subscriptions/params.ts';
import { discountsSpec } from '../../catalogue/discounts/parameters.ts';
import { amountSpecs, itemSpecs } from './item-specs.ts';

const MOST_ITEMS = 250;

const anchorHash = hash({
  timestamp: optional(timestamp),
  type: oneOf('now', 'timestamp', 'unchanged'),
});

const anchorSpec: Spec<number | 'now' | 'unchanged'> = {
  read(value, name) {
    if (typeof value === 'object') {
      const { type, timestamp: at } = anchorHash.read(value, name);
      if (type !== 'timestamp') return type;
      if (at === undefined) throw missingParam(`${name}[timestamp]`);
      return at;
    }
    return value === 'now' || value === 'unchanged' ? value : timestamp.read(value, name);
  },
};

const previewItemSpecs = paramsOf<Stripe.InvoiceCreatePreviewParams.InvoiceItem>()({
  ...amountSpecs,
  ...itemSpecs,
  currency: optional(currencyCode),
  invoiceitem: optional(text()),
  price: optional(text()),
  unit_amount: optional(amountSpec),
});

const subscriptionSpecs = paramsOf<Stripe.InvoiceCreatePreviewParams.SubscriptionDetails>()({
  billing_cycle_anchor: optional(anchorSpec),
  billing_mode: billingModeSpec,
  billing_schedules: unsupported,
  cancel_at: emptyable(cancelAtSpec),
  cancel_at_period_end: optional(boolean),
  cancel_now: optional(boolean),
  default_tax_rates: unsupported,
  items: optional(list(hash(changedItemSpecs))),
  metadata,
  pause: unsupported,
  proration_behavior: prorationSpec,
  proration_date: optional(timestamp),
  resume_at: optional(oneOf('now')),
  start_date: unsupported,
  trial_end: optional(trialEndSpec),
});

export const previewSpecs = paramsOf<Stripe.InvoiceCreatePreviewParams>()({
  automatic_tax: offOnly,
  currency: optional(currencyCode),
  customer: optional(text()),
  customer_account: unsupported,
  customer_details: unsupported,
  discounts: discountsSpec,
  invoice_items: optional(list(hash(previewItemSpecs), MOST_ITEMS)),
  issuer: ignored,
  on_behalf_of: unsupported,
  preview_mode: optional(oneOf('next')),
  schedule: unsupported,
  schedule_details: unsupported,
  subscription: optional(text()),
  subscription_details: optional(hash(subscriptionSpecs)),
});
