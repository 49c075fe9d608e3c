import { discountsSpec } from '../../catalogue/discounts/parameters.ts';
import { priceDataRecurringSpec, priceDataSpecs } from '../../catalogue/price-data.ts';
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
  text,
  textOr,
  timestamp,
  unsupported,
  type Params,
  type Spec,
  offOnly,
} from '../../http/params.ts';
import { methodOptions } from '../../payments/method-options.ts';

/** Of subscriptions, schedules and previews; flexible where nothing is said. */
export const billingModeSpec = optional(
  hash({
    flexible: optional(hash({ proration_discounts: optional(oneOf('included')) })),
    type: oneOf('classic', 'flexible'),
  }),
);

const priceDataSpec = hash({
  ...priceDataSpecs,
  product: text(),
  recurring: priceDataRecurringSpec,
});
export type PriceDataParams = ReturnType<typeof priceDataSpec.read>;

const quantity = optional(integer({ least: 0, most: 999_999_999 }));

export const newItemSpecs = {
  billing_thresholds: unsupported,
  current_trial: unsupported,
  discounts: discountsSpec,
  metadata,
  plan: optional(text()),
  price: optional(text()),
  price_data: optional(priceDataSpec),
  quantity,
  tax_rates: unsupported,
} as const;
export type NewItemParams = Params<typeof newItemSpecs>;

export const changedItemSpecs = {
  ...newItemSpecs,
  clear_usage: optional(boolean),
  deleted: optional(boolean),
  id: optional(text()),
} as const;
export type ChangedItemParams = Params<typeof changedItemSpecs>;

export const addInvoiceItemsSpec = optional(
  list(
    hash({
      discountable: optional(boolean),
      discounts: unsupported,
      metadata,
      period: unsupported,
      price: optional(text()),
      price_data: optional(hash({ ...priceDataSpecs, product: text() })),
      quantity,
      tax_rates: unsupported,
    }),
    20,
  ),
);
export type AddInvoiceItemParams = NonNullable<ReturnType<typeof addInvoiceItemsSpec.read>>[number];

export const prorationSpec = optional(oneOf('always_invoice', 'create_prorations', 'none'));
export const paymentSpec = optional(
  oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete', 'pending_if_incomplete'),
);
export const collectionSpec = optional(oneOf('charge_automatically', 'send_invoice'));

/** `min_period_end` and `max_period_end` are the same here: all items have one period. */
export const cancelAtSpec: Spec<number | 'period_end'> = {
  read(value, name) {
    if (value === 'min_period_end' || value === 'max_period_end') return 'period_end';
    return timestamp.read(value, name);
  },
};

export const trialEndSpec: Spec<number | 'now'> = {
  read: (value, name) => (value === 'now' ? value : timestamp.read(value, name)),
};

export const cancellationSpec = optional(
  hash({
    comment: emptyable(text()),
    feedback: emptyable(
      oneOf(
        'customer_service',
        'low_quality',
        'missing_features',
        'other',
        'switched_service',
        'too_complex',
        'too_expensive',
        'unused',
      ),
    ),
    feedback_option: unsupported,
  }),
);
export type CancellationParams = ReturnType<typeof cancellationSpec.read>;

const onlyThose = list(text(60), 40);

/** What creating and updating a subscription both take. */
export const sharedSpecs = {
  add_invoice_items: addInvoiceItemsSpec,
  application_fee_percent: unsupported,
  automatic_tax: offOnly,
  billing_schedules: unsupported,
  billing_thresholds: unsupported,
  cancel_at_period_end: optional(boolean),
  collection_method: collectionSpec,
  days_until_due: optional(integer({ least: 0, most: 3_650 })),
  default_payment_method: emptyable(text()),
  default_source: unsupported,
  default_tax_rates: unsupported,
  description: emptyable(text(500)),
  discounts: discountsSpec,
  invoice_settings: ignored,
  metadata,
  off_session: optional(boolean),
  on_behalf_of: unsupported,
  payment_behavior: paymentSpec,
  payment_settings: optional(
    hash({
      payment_method_options: methodOptions,
      payment_method_types: emptyable(onlyThose),
      save_default_payment_method: optional(oneOf('off', 'on_subscription')),
    }),
  ),
  pending_invoice_item_interval: unsupported,
  proration_behavior: prorationSpec,
  transfer_data: unsupported,
  trial_end: optional(trialEndSpec),
  trial_from_plan: optional(boolean),
  trial_settings: optional(
    hash({
      end_behavior: hash({
        billing_cycle_anchor: optional(oneOf('now')),
        missing_payment_method: optional(oneOf('cancel', 'create_invoice', 'pause')),
      }),
    }),
  ),
} as const;

export const anchorNowSpec = optional(
  textOr(oneOf('now', 'unchanged'), hash({ type: oneOf('now', 'unchanged') })),
);

/** The anchor as it is to be, whichever way it was said. */
export function anchorSaid(said: ReturnType<typeof anchorNowSpec.read>): 'now' | 'unchanged' {
  return (typeof said === 'object' ? said.type : said) ?? 'unchanged';
}
