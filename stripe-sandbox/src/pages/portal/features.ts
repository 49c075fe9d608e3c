import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { missingParam } from '../../http/params.ts';
import { getPrice } from '../../catalogue/price.ts';
import { getProduct } from '../../catalogue/product.ts';
import {
  CANCELLATION_REASONS,
  type FeatureParams,
  type ProductParams,
} from './configuration-params.ts';

export type Features = Stripe.BillingPortal.Configuration.Features;

/** What is off unless somebody turns it on. */
export const FIRST_FEATURES: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: {
      enabled: false,
      feedback_options: null,
      options: ['too_expensive', 'missing_features', 'switched_service', 'unused', 'other'],
    },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: {
    duration: {
      interval_options: [{ interval: 'month', interval_count: 1 }],
      type: 'interval_options',
    },
    enabled: false,
  },
  subscription_update: {
    billing_cycle_anchor: 'unchanged',
    default_allowed_updates: [],
    enabled: false,
    products: [],
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
};

/** What the default configuration lets customers do. */
export const USUAL_FEATURES: Features = {
  ...FIRST_FEATURES,
  customer_update: { allowed_updates: ['email', 'name', 'phone'], enabled: true },
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true, payment_method_configuration: null },
  subscription_cancel: {
    ...FIRST_FEATURES.subscription_cancel,
    cancellation_reason: {
      enabled: true,
      feedback_options: null,
      options: [...CANCELLATION_REASONS],
    },
    enabled: true,
  },
};

/** Features as parameters leave them. */
export function changedFeatures(tx: Tx, known: Features, said: FeatureParams): Features {
  const customer = said.customer_update;
  return {
    ...known,
    customer_update: {
      allowed_updates:
        customer?.allowed_updates === undefined
          ? known.customer_update.allowed_updates
          : (customer.allowed_updates ?? []),
      enabled: customer?.enabled ?? known.customer_update.enabled,
    },
    invoice_history: { enabled: said.invoice_history?.enabled ?? known.invoice_history.enabled },
    payment_method_update: {
      enabled: said.payment_method_update?.enabled ?? known.payment_method_update.enabled,
      payment_method_configuration: null,
    },
    subscription_cancel: changedCancel(known.subscription_cancel, said.subscription_cancel),
    subscription_update: changedUpdate(tx, known.subscription_update, said.subscription_update),
  };
}

function changedCancel(
  known: Features['subscription_cancel'],
  said: FeatureParams['subscription_cancel'],
): Features['subscription_cancel'] {
  const reason = said?.cancellation_reason;
  const options = reason?.options;
  return {
    cancellation_reason: {
      enabled: reason?.enabled ?? known.cancellation_reason.enabled,
      feedback_options: null,
      options: options === undefined ? known.cancellation_reason.options : (options ?? []),
    },
    enabled: said?.enabled ?? known.enabled,
    mode: said?.mode ?? known.mode,
    proration_behavior: said?.proration_behavior ?? known.proration_behavior,
  };
}

function changedUpdate(
  tx: Tx,
  known: Features['subscription_update'],
  said: FeatureParams['subscription_update'],
): Features['subscription_update'] {
  const { products, default_allowed_updates: updates } = said ?? {};
  const changed = {
    billing_cycle_anchor: said?.billing_cycle_anchor ?? known.billing_cycle_anchor,
    default_allowed_updates:
      updates === undefined ? known.default_allowed_updates : (updates ?? []),
    enabled: said?.enabled ?? known.enabled,
    products:
      products === undefined
        ? (known.products ?? [])
        : (products ?? []).map((product, index) => productOf(tx, product, index)),
    proration_behavior: said?.proration_behavior ?? known.proration_behavior,
    // With a condition some changes would wait for the period's end, which the sandbox cannot do.
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: said?.trial_update_behavior ?? known.trial_update_behavior,
  };
  const name = 'features[subscription_update]';
  if (!changed.enabled) return changed;
  if (changed.default_allowed_updates.length === 0) {
    throw missingParam(`${name}[default_allowed_updates]`);
  }
  if (changed.products.length === 0) throw missingParam(`${name}[products]`);
  return changed;
}

type Product = NonNullable<Features['subscription_update']['products']>[number];

/** A product with prices that are its own and that a subscription can change to. */
function productOf(tx: Tx, said: ProductParams, index: number): Product {
  const name = `features[subscription_update][products][${index}]`;
  getProduct(tx, said.product, `${name}[product]`);
  if (said.prices.length === 0) throw missingParam(`${name}[prices]`);
  for (const [place, id] of said.prices.entries()) {
    const param = `${name}[prices][${place}]`;
    const price = getPrice(tx, id, param);
    if (price.product !== said.product) {
      throw invalid(`The price ${id} does not belong to the product ${said.product}.`, { param });
    }
    if (price.recurring === null) throw invalid(`The price ${id} must be recurring.`, { param });
  }
  const adjustable = said.adjustable_quantity;
  return {
    adjustable_quantity: {
      enabled: adjustable?.enabled ?? false,
      maximum: adjustable?.maximum ?? null,
      minimum: adjustable?.minimum ?? 1,
    },
    prices: said.prices,
    product: said.product,
  };
}
