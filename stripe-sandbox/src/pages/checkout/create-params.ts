import type Stripe from 'stripe';
import { invalid } from '../../http/errors.ts';
import {
  boolean,
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
  type Params,
  type Spec,
} from '../../http/params.ts';
import { SESSION_PLACE, webUrl } from '../urls.ts';
import { priceDataRecurringSpec, priceDataSpecs } from '../../catalogue/price-data.ts';
import { shippingSpec } from '../../payments/charges/shipping.ts';
import { methodOptions } from '../../payments/method-options.ts';

const priceDataSpec = hash({
  ...priceDataSpecs,
  product: optional(text()),
  product_data: optional(
    hash({
      description: optional(text()),
      images: ignored,
      metadata,
      name: text(),
      tax_code: ignored,
      tax_details: ignored,
      unit_label: optional(text(12)),
    }),
  ),
  recurring: optional(priceDataRecurringSpec),
});
export type PriceDataParams = ReturnType<typeof priceDataSpec.read>;

const lineItemSpec = hash({
  adjustable_quantity: unsupported,
  metadata,
  price: optional(text()),
  price_data: optional(priceDataSpec),
  quantity: optional(integer({ least: 0, most: 999_999 })),
  tax_rates: unsupported,
});
export type LineItemParams = ReturnType<typeof lineItemSpec.read>;

const intentDataSpec = hash({
  application_fee_amount: unsupported,
  capture_method: optional(oneOf('automatic', 'automatic_async', 'manual')),
  description: optional(text(1_000)),
  metadata,
  on_behalf_of: unsupported,
  receipt_email: optional(text(512)),
  setup_future_usage: optional(oneOf('off_session', 'on_session')),
  shipping: optional(shippingSpec),
  statement_descriptor: optional(text(22)),
  statement_descriptor_suffix: optional(text(22)),
  transfer_data: unsupported,
  transfer_group: unsupported,
});
export type IntentDataParams = ReturnType<typeof intentDataSpec.read>;

const subscriptionDataSpec = hash({
  application_fee_percent: unsupported,
  billing_cycle_anchor: optional(timestamp),
  billing_cycle_anchor_config: unsupported,
  billing_mode: ignored,
  default_tax_rates: unsupported,
  description: optional(text(500)),
  invoice_settings: ignored,
  metadata,
  on_behalf_of: unsupported,
  pending_invoice_item_interval: unsupported,
  proration_behavior: optional(oneOf('create_prorations', 'none')),
  transfer_data: unsupported,
  trial_end: optional(timestamp),
  trial_period_days: optional(integer({ least: 1, most: 730 })),
  trial_settings: optional(
    hash({
      end_behavior: hash({
        missing_payment_method: oneOf('cancel', 'create_invoice', 'pause'),
      }),
    }),
  ),
});

const invoiceCreationSpec = hash({
  enabled: boolean,
  invoice_data: optional(
    hash({
      account_tax_ids: unsupported,
      custom_fields: unsupported,
      description: optional(text(1_500)),
      footer: optional(text(5_000)),
      issuer: ignored,
      metadata,
      rendering_options: ignored,
    }),
  ),
});
export type InvoiceCreationParams = ReturnType<typeof invoiceCreationSpec.read>;

/** Off is what the sandbox does; on is what it cannot. */
const onlyOff: Spec<undefined> = {
  isOptional: true,
  read(value, name) {
    if (typeof value === 'object' && value['enabled'] === 'false') return undefined;
    return unsupported.read(value, name);
  },
};

const uiMode: Spec<'hosted_page' | undefined> = {
  isOptional: true,
  read(value, name) {
    const mode = oneOf('elements', 'embedded_page', 'form', 'hosted_page').read(value, name);
    if (mode === 'hosted_page') return mode;
    throw invalid(
      `The sandbox has hosted pages only: it does not support the ui_mode ${mode} yet.`,
      { code: 'sandbox_unsupported', param: name },
    );
  },
};

/** A URL that may name the session where its id is to stand. */
const successUrl: Spec<string> = {
  read(value, name) {
    const url = text().read(value, name);
    webUrl.read(url.replaceAll(SESSION_PLACE, 'cs_test'), name);
    return url;
  },
};

const email: Spec<string> = {
  read(value, name) {
    const address = text(512).read(value, name);
    if (/^[^\s@]+@[^\s@]+$/.test(address)) return address;
    throw invalid(`Invalid email address: ${address}`, { code: 'email_invalid', param: name });
  },
};

/** What Stripe's CLI still sends, and still works. */
interface OldParams {
  payment_method_types?: readonly string[];
}

export const createSpecs = paramsOf<Stripe.Checkout.SessionCreateParams & OldParams>()({
  adaptive_pricing: ignored,
  after_expiration: unsupported,
  allow_promotion_codes: optional(boolean),
  allowed_payment_method_types: optional(list(oneOf('card', 'sepa_debit'), 2)),
  automatic_tax: onlyOff,
  billing_address_collection: ignored,
  branding_settings: ignored,
  cancel_url: optional(webUrl),
  client_reference_id: optional(text(200)),
  consent_collection: unsupported,
  currency: optional(text(3)),
  custom_fields: unsupported,
  custom_text: unsupported,
  customer: optional(text()),
  customer_account: unsupported,
  customer_creation: optional(oneOf('always', 'if_required')),
  customer_email: optional(email),
  customer_update: ignored,
  discounts: optional(
    list(hash({ coupon: optional(text()), promotion_code: optional(text()) }), 1),
  ),
  excluded_payment_method_types: ignored,
  expires_at: optional(timestamp),
  integration_identifier: unsupported,
  invoice_creation: optional(invoiceCreationSpec),
  line_items: optional(list(lineItemSpec, 100)),
  locale: optional(text(10)),
  managed_payments: onlyOff,
  metadata,
  mode: optional(oneOf('payment', 'setup', 'subscription')),
  name_collection: unsupported,
  optional_items: unsupported,
  origin_context: ignored,
  payment_intent_data: optional(intentDataSpec),
  payment_method_collection: optional(oneOf('always', 'if_required')),
  payment_method_configuration: unsupported,
  payment_method_data: ignored,
  payment_method_options: methodOptions,
  payment_method_types: optional(list(oneOf('card', 'sepa_debit'), 2)),
  permissions: unsupported,
  phone_number_collection: onlyOff,
  redirect_on_completion: unsupported,
  return_url: unsupported,
  saved_payment_method_options: methodOptions,
  setup_intent_data: optional(
    hash({ description: optional(text(1_000)), metadata, on_behalf_of: unsupported }),
  ),
  shipping_address_collection: unsupported,
  shipping_options: unsupported,
  submit_type: optional(oneOf('auto', 'book', 'donate', 'pay', 'subscribe')),
  subscription_data: optional(subscriptionDataSpec),
  success_url: optional(successUrl),
  tax_id_collection: onlyOff,
  ui_mode: uiMode,
  wallet_options: ignored,
});

export type CheckoutParams = Params<typeof createSpecs>;
