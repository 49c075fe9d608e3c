import type Stripe from 'stripe';
import { pageSpecs } from '../../http/lists.ts';
import {
  boolean,
  emptyable,
  hash,
  integer,
  list,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
  type Spec,
  type Specs,
} from '../../http/params.ts';
import { webUrl } from '../urls.ts';

const prorationBehavior = optional(oneOf('always_invoice', 'create_prorations', 'none'));

/** Why somebody may say that he cancels. */
export const CANCELLATION_REASONS = [
  'too_expensive',
  'missing_features',
  'switched_service',
  'unused',
  'customer_service',
  'too_complex',
  'low_quality',
  'other',
] as const;

const productSpec = hash({
  adjustable_quantity: optional(
    hash({
      enabled: boolean,
      maximum: optional(integer({ least: 1, most: 999_999 })),
      minimum: optional(integer({ least: 0, most: 999_999 })),
    }),
  ),
  prices: list(text(), 20),
  product: text(),
});

const enabledOnly = optional(hash({ enabled: boolean }));

/** The features, of which some say `enabled` always and some only when they are new. */
function featureSpecs<Enabled extends Specs[string]>(enabled: Enabled) {
  return {
    customer_update: optional(
      hash({
        allowed_updates: emptyable(
          list(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id'), 6),
        ),
        enabled,
      }),
    ),
    invoice_history: enabledOnly,
    payment_method_update: optional(
      hash({ enabled: boolean, payment_method_configuration: unsupported }),
    ),
    subscription_cancel: optional(
      hash({
        cancellation_reason: optional(
          hash({
            enabled: boolean,
            feedback_options: unsupported,
            options: emptyable(list(oneOf(...CANCELLATION_REASONS), CANCELLATION_REASONS.length)),
          }),
        ),
        enabled,
        mode: optional(oneOf('at_period_end', 'immediately')),
        proration_behavior: prorationBehavior,
      }),
    ),
    subscription_pause: enabledPause,
    subscription_update: optional(
      hash({
        billing_cycle_anchor: optional(oneOf('now', 'unchanged')),
        default_allowed_updates: emptyable(list(oneOf('price', 'promotion_code', 'quantity'), 3)),
        enabled,
        products: emptyable(list(productSpec, 10)),
        proration_behavior: prorationBehavior,
        schedule_at_period_end: optional(
          hash({
            conditions: emptyable(list(unsupported, 2)),
          }),
        ),
        trial_update_behavior: optional(oneOf('continue_trial', 'end_trial')),
      }),
    ),
  } as const;
}

/** Off is what the sandbox does; on is what it cannot. */
const onlyFalse: Spec<false> = {
  read(value, name) {
    if (boolean.read(value, name)) unsupported.read(value, name);
    return false;
  },
};

const enabledPause = optional(hash({ duration: unsupported, enabled: optional(onlyFalse) }));

const shared = {
  business_profile: optional(
    hash({
      headline: emptyable(text(60)),
      privacy_policy_url: emptyable(webUrl),
      terms_of_service_url: emptyable(webUrl),
    }),
  ),
  default_return_url: emptyable(webUrl),
  login_page: optional(hash({ enabled: onlyFalse })),
  metadata,
  name: emptyable(text(200)),
} as const;

export const createSpecs = paramsOf<Stripe.BillingPortal.ConfigurationCreateParams>()({
  ...shared,
  features: hash(featureSpecs(boolean)),
});

export const updateSpecs = paramsOf<Stripe.BillingPortal.ConfigurationUpdateParams>()({
  ...shared,
  active: optional(boolean),
  features: optional(hash(featureSpecs(optional(boolean)))),
});

export const listSpecs = paramsOf<Stripe.BillingPortal.ConfigurationListParams>()({
  ...pageSpecs,
  active: optional(boolean),
  is_default: optional(boolean),
});

/** What creating and updating have in common: what is left out stays as it is. */
export type ConfigurationParams = Partial<Params<typeof updateSpecs>>;
export type FeatureParams = Partial<NonNullable<ConfigurationParams['features']>>;
export type ProductParams = ReturnType<typeof productSpec.read>;
