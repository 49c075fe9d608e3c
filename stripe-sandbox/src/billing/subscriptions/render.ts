import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';
import { renderPlanOf, renderPriceOf } from './terms/pricing.ts';
import {
  getSubscription,
  subscriptions,
  type PendingUpdate,
  type SubscriptionItemRow,
  type SubscriptionRow,
} from './rows.ts';

export function renderItem(
  tx: Tx,
  item: SubscriptionItemRow,
  subscription: string,
): Stripe.SubscriptionItem {
  return {
    id: item.id,
    object: 'subscription_item',
    billing_thresholds: null,
    created: item.created,
    current_period_end: item.period.end,
    current_period_start: item.period.start,
    current_trial: null,
    discounts: [...item.discounts],
    metadata: item.metadata,
    plan: renderPlanOf(tx, item.price),
    price: renderPriceOf(tx, item.price),
    ...(item.quantity === null ? {} : { quantity: item.quantity }),
    subscription,
    tax_rates: [],
  };
}

function renderPending(
  tx: Tx,
  subscription: string,
  pending: PendingUpdate,
): Stripe.Subscription.PendingUpdate {
  return {
    billing_cycle_anchor: pending.anchor,
    cancel_at_period_end: null,
    discount: null,
    discounts: null,
    expires_at: pending.expiresAt,
    metadata: null,
    subscription_items: pending.target.items.map((item) => renderItem(tx, item, subscription)),
    trial_end: pending.trialEnd,
    trial_from_plan: null,
  };
}

function renderPause({
  at,
  reason,
}: NonNullable<SubscriptionRow['pause']>): Stripe.Subscription.StatusDetails.Paused {
  return { subscription: { type: reason }, transitioned_at: at, type: 'subscription' };
}

function paymentSettings({
  paymentMethodTypes: types,
  savesPaymentMethod,
}: SubscriptionRow): Stripe.Subscription.PaymentSettings {
  return {
    payment_method_options: null,
    payment_method_types: types === null ? null : [...types],
    save_default_payment_method: savesPaymentMethod ? 'on_subscription' : 'off',
  };
}

const NO_INVOICE_SETTINGS: Stripe.Subscription.InvoiceSettings = {
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: { type: 'self' },
};

export function renderSubscription(tx: Tx, row: SubscriptionRow): Stripe.Subscription {
  return {
    id: row.id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: row.anchor,
    billing_cycle_anchor_config: row.anchorConfig,
    billing_mode: {
      flexible: row.billingMode === 'flexible' ? { proration_discounts: 'included' } : null,
      type: row.billingMode,
    },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: row.cancelAt,
    cancel_at_period_end: row.cancelAtPeriodEnd,
    canceled_at: row.canceledAt,
    cancellation_details: { ...row.cancellationDetails, feedback_option: null },
    collection_method: row.collectionMethod,
    created: row.created,
    currency: row.currency,
    customer: row.customer,
    customer_account: null,
    days_until_due: row.daysUntilDue,
    default_payment_method: row.defaultPaymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: row.description,
    discounts: [...row.discounts],
    ended_at: row.endedAt,
    invoice_settings: NO_INVOICE_SETTINGS,
    items: {
      object: 'list',
      data: row.items.map((item) => renderItem(tx, item, row.id)),
      has_more: false,
      url: `/v1/subscription_items?subscription=${row.id}`,
    },
    latest_invoice: row.latestInvoice,
    livemode: false,
    managed_payments: null,
    metadata: row.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection:
      row.pauseCollection === null
        ? null
        : { behavior: row.pauseCollection.behavior, resumes_at: row.pauseCollection.resumesAt },
    payment_settings: paymentSettings(row),
    pending_invoice_item_interval: null,
    pending_setup_intent: row.pendingSetupIntent,
    pending_update:
      row.pendingUpdate === null ? null : renderPending(tx, row.id, row.pendingUpdate),
    schedule: row.schedule,
    start_date: row.startDate,
    status: row.status,
    ...(row.pause === null ? {} : { status_details: { paused: renderPause(row.pause) } }),
    test_clock: row.testClock,
    transfer_data: null,
    trial_end: row.trialEnd,
    trial_settings: {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method: row.missingPaymentMethod,
      },
    },
    trial_start: row.trialStart,
  };
}

export function subscriptionNow(tx: Tx, { testClock }: Pick<SubscriptionRow, 'testClock'>): number {
  return nowOn(tx, testClock);
}

type SubscriptionNews = Extract<Stripe.Event['type'], `customer.subscription.${string}`>;

export function tellSubscription(tx: Tx, type: SubscriptionNews, row: SubscriptionRow): void {
  emit(tx, { type, object: renderSubscription(tx, row), now: subscriptionNow(tx, row) });
}

/** Puts a subscription in the place of what it was, and tells so where anything shows. */
export function putSubscription(tx: Tx, row: SubscriptionRow): SubscriptionRow {
  const before = renderSubscription(tx, getSubscription(tx, row.id));
  tx.put(subscriptions, row);
  if (!row.isAnnounced) return row;
  const object = renderSubscription(tx, row);
  if (JSON.stringify(before) !== JSON.stringify(object)) {
    const now = subscriptionNow(tx, row);
    emit(tx, { type: 'customer.subscription.updated', object, before, now });
  }
  return row;
}
