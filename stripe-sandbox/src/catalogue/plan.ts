import type Stripe from 'stripe';
import { onTheWire, wholeOf } from '../money/decimal.ts';
import type { PriceRow } from './price-row.ts';

/** A recurring price as the plan that it would have been before there were prices. */
export function renderPlan(price: PriceRow): Stripe.Plan {
  const { pricing, recurring, transformQuantity } = price;
  if (recurring === null) throw new TypeError(`${price.id} is paid once, so it is no plan`);
  const amount = pricing.scheme === 'per_unit' ? pricing.unitAmount : null;
  return {
    id: price.id,
    object: 'plan',
    active: price.isActive,
    amount: amount === null ? null : wholeOf(amount),
    amount_decimal: amount === null ? null : onTheWire(amount),
    billing_scheme: pricing.scheme,
    created: price.created,
    currency: price.currency,
    interval: recurring.interval,
    interval_count: recurring.intervalCount,
    livemode: false,
    metadata: price.metadata,
    meter: recurring.meter,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: pricing.scheme === 'tiered' ? pricing.mode : null,
    transform_usage: transformQuantity && {
      divide_by: transformQuantity.divideBy,
      round: transformQuantity.round,
    },
    trial_period_days: recurring.trialPeriodDays,
    usage_type: recurring.usageType,
  };
}
