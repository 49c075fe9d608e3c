import type Stripe from 'stripe';
import { discountsSpec } from '../../../catalogue/discounts/parameters.ts';
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
  unsupported,
  type Params,
  offOnly,
} from '../../../http/params.ts';
import { currencyCode } from '../../../money/parameters.ts';
import {
  billingModeSpec,
  collectionSpec,
  newItemSpecs,
  prorationSpec,
  trialEndSpec,
} from '../params.ts';

const instantOrNow = trialEndSpec;

const invoiceSettings = optional(
  hash({
    account_tax_ids: unsupported,
    custom_fields: ignored,
    days_until_due: optional(integer({ least: 0, most: 3_650 })),
    description: ignored,
    footer: ignored,
    issuer: ignored,
  }),
);

const anchorSpec = optional(oneOf('automatic', 'phase_start'));

/** `iterations` is no longer among the SDK's types, but Stripe's command line sends it. */
const phaseSpec = hash({
  add_invoice_items: unsupported,
  application_fee_percent: unsupported,
  automatic_tax: offOnly,
  billing_cycle_anchor: anchorSpec,
  billing_thresholds: unsupported,
  collection_method: collectionSpec,
  currency: optional(currencyCode),
  default_payment_method: optional(text()),
  default_tax_rates: unsupported,
  description: emptyable(text(500)),
  discounts: discountsSpec,
  duration: optional(
    hash({
      interval: oneOf('day', 'week', 'month', 'year'),
      interval_count: optional(integer({ least: 1, most: 1_000 })),
    }),
  ),
  end_date: optional(instantOrNow),
  invoice_settings: invoiceSettings,
  items: list(hash(newItemSpecs), 100),
  iterations: optional(integer({ least: 1, most: 1_000 })),
  metadata,
  on_behalf_of: unsupported,
  proration_behavior: prorationSpec,
  start_date: optional(instantOrNow),
  transfer_data: unsupported,
  trial: optional(boolean),
  trial_end: optional(instantOrNow),
});
export type PhaseParams = ReturnType<typeof phaseSpec.read>;

const settingsSpec = optional(
  hash({
    application_fee_percent: unsupported,
    automatic_tax: offOnly,
    billing_cycle_anchor: anchorSpec,
    billing_thresholds: unsupported,
    collection_method: collectionSpec,
    default_payment_method: optional(text()),
    description: emptyable(text(500)),
    invoice_settings: invoiceSettings,
    on_behalf_of: unsupported,
    transfer_data: unsupported,
  }),
);

const endSpec = optional(oneOf('cancel', 'none', 'release'));

export const createScheduleSpecs = paramsOf<Stripe.SubscriptionScheduleCreateParams>()({
  billing_mode: billingModeSpec,
  customer: optional(text()),
  customer_account: unsupported,
  default_settings: settingsSpec,
  end_behavior: endSpec,
  from_subscription: optional(text()),
  metadata,
  pause_schedules: unsupported,
  phases: optional(list(phaseSpec, 10)),
  start_date: optional(instantOrNow),
});

export type CreateScheduleParams = Params<typeof createScheduleSpecs>;

export const updateScheduleSpecs = paramsOf<Stripe.SubscriptionScheduleUpdateParams>()({
  default_settings: settingsSpec,
  end_behavior: endSpec,
  metadata,
  pause_schedules: unsupported,
  phases: optional(list(phaseSpec, 10)),
  proration_behavior: prorationSpec,
});
export type UpdateScheduleParams = Params<typeof updateScheduleSpecs>;
