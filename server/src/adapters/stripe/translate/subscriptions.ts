import type Stripe from 'stripe';
import { assert } from '@whisperforge/kernel/assert';
import type {
  RemoteItem,
  RemotePrice,
  RemoteScheduledChange,
  RemoteSubscription,
} from '../../../domains/billing/index.ts';
import { discountOf, priceOf } from './catalogue.ts';
import { idOf, idOrNull, msOf, msOrNull } from './references.ts';

/** What a list of subscriptions is to be expanded by, so that it can be translated. */
export const SUBSCRIPTION_EXPANSIONS = ['schedule', 'discounts.source.coupon'] as const;

/** @param prices those that a scheduled change names, as far as they were read */
export function subscriptionOf(
  subscription: Stripe.Subscription,
  prices: ReadonlyMap<string, RemotePrice> = NO_PRICES,
): RemoteSubscription {
  const { schedule } = subscription;
  const items = subscription.items.data.map(itemOf);
  return {
    id: subscription.id,
    customerId: idOf(subscription.customer),
    status: subscription.status,
    currency: subscription.currency,
    items,
    discounts: subscription.discounts.map(discountOf),
    createdMs: msOf(subscription.created),
    startedMs: msOf(subscription.start_date),
    trial: trialOf(subscription),
    cancelAtMs: cancelAtOf(subscription, items),
    canceledMs: msOrNull(subscription.canceled_at),
    endedMs: msOrNull(subscription.ended_at),
    pausedMs: msOrNull(subscription.status_details?.paused.transitioned_at),
    isCollectionPaused: subscription.pause_collection !== null,
    collectionMethod:
      subscription.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
    hasPendingUpdate: subscription.pending_update !== null,
    scheduleId: idOrNull(schedule),
    scheduledChange:
      schedule === null || typeof schedule === 'string'
        ? null
        : scheduledChangeOf(schedule, prices),
    latestInvoiceId: idOrNull(subscription.latest_invoice),
    defaultPaymentMethodId: idOrNull(subscription.default_payment_method),
    metadata: subscription.metadata,
  };
}

function itemOf(item: Stripe.SubscriptionItem): RemoteItem {
  return {
    id: item.id,
    price: priceOf(item.price),
    quantity: item.quantity ?? 1,
    period: { startMs: msOf(item.current_period_start), endMs: msOf(item.current_period_end) },
    discounts: item.discounts.filter((each) => typeof each !== 'string').map(discountOf),
  };
}

function trialOf({ trial_start: start, trial_end: end }: Stripe.Subscription) {
  return start === null || end === null ? null : { startMs: msOf(start), endMs: msOf(end) };
}

/** The portal may set only `cancel_at`; the flag alone means the end of the items' period. */
function cancelAtOf(
  { cancel_at: at, cancel_at_period_end: atPeriodEnd }: Stripe.Subscription,
  items: readonly RemoteItem[],
): number | null {
  if (at !== null) return msOf(at);
  if (!atPeriodEnd) return null;
  assert(items.length > 0, 'a subscription has items');
  return Math.max(...items.map(({ period }) => period.endMs));
}

const NO_PRICES: ReadonlyMap<string, RemotePrice> = new Map();

/** The prices of the phase that a schedule will bring. */
export function scheduledPriceIds({ schedule }: Stripe.Subscription): string[] {
  if (schedule === null || typeof schedule === 'string') return [];
  return nextPhase(schedule)?.items.map(({ price }) => idOf(price)) ?? [];
}

/** The phase that follows the present one, if there is one. */
function nextPhase({ current_phase: current, phases }: Stripe.SubscriptionSchedule) {
  if (current === null) return undefined;
  return phases.find((phase) => phase.start_date >= current.end_date);
}

function scheduledChangeOf(
  schedule: Stripe.SubscriptionSchedule,
  prices: ReadonlyMap<string, RemotePrice>,
): RemoteScheduledChange | null {
  const next = nextPhase(schedule);
  if (next === undefined) return null;
  return {
    scheduleId: schedule.id,
    atMs: msOf(next.start_date),
    items: next.items.map(({ price, quantity }) => ({
      price: prices.get(idOf(price)) ?? null,
      quantity: quantity ?? 1,
    })),
  };
}
