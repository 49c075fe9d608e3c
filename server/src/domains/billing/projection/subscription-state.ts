// pure
import { units } from '@whisperforge/kernel/quantity';
import { termsOf, type Catalog, type PlanVersion } from '../../plans/index.ts';
import type { RecordedSubscription, SubscriptionState } from '../../subscriptions/index.ts';
import type { RemoteInvoice, RemoteItem, RemoteSubscription } from '../gateway/remote.ts';
import { planOfPrice, type SoldByPrice } from './plan-of-price.ts';

export type Translated =
  | { readonly kind: 'state'; readonly state: SubscriptionState; readonly extraSeats: number }
  /** Never paid for the first time: there is nothing of it to record. */
  | { readonly kind: 'not_begun' }
  /** It sells nothing of ours. */
  | { readonly kind: 'not_ours'; readonly priceIds: readonly string[] };

const NOT_BEGUN = new Set(['incomplete', 'incomplete_expired']);

/** A subscription of Stripe's as access knows it. */
export function translateSubscription(
  catalog: Catalog,
  remote: RemoteSubscription,
  invoices: readonly RemoteInvoice[],
): Translated {
  if (NOT_BEGUN.has(remote.status)) return { kind: 'not_begun' };
  const sold = remote.items.map((item) => ({ item, sold: planOfPrice(catalog, item.price) }));
  const main = sold.find((each) => each.sold?.kind === 'plan');
  if (main?.sold === undefined) {
    return { kind: 'not_ours', priceIds: remote.items.map(({ price }) => price.id) };
  }
  const extraSeats = sold
    .filter((each) => each.sold?.kind === 'extra_seat')
    .reduce((sum, { item }) => sum + item.quantity, 0);
  const state = stateOf({
    catalog,
    remote,
    invoices,
    item: main.item,
    sold: main.sold,
    extraSeats,
  });
  return { kind: 'state', state, extraSeats };
}

/** What is on record of a subscription that sells nothing of ours any more, as it now stands. */
export function withStanding(
  known: RecordedSubscription,
  remote: RemoteSubscription,
  invoices: readonly RemoteInvoice[],
): SubscriptionState {
  const { id: _id, accountId: _accountId, ...state } = known;
  return {
    ...state,
    status: remote.status,
    period: remote.items[0]?.period ?? known.period,
    trialEndMs: remote.trial?.endMs ?? null,
    cancelAtMs: remote.endedMs === null ? remote.cancelAtMs : null,
    pastDueSinceMs: remote.status === 'past_due' ? pastDueSince(remote, invoices) : null,
    scheduled: null,
    endedMs: remote.endedMs,
  };
}

interface Main {
  readonly catalog: Catalog;
  readonly remote: RemoteSubscription;
  readonly invoices: readonly RemoteInvoice[];
  readonly item: RemoteItem;
  readonly sold: SoldByPrice;
  readonly extraSeats: number;
}

function stateOf({ catalog, remote, invoices, item, sold, extraSeats }: Main): SubscriptionState {
  const isPastDue = remote.status === 'past_due';
  return {
    planId: sold.plan.id,
    status: remote.status,
    source: 'stripe',
    billingCycle: sold.billingCycle,
    seats: includedSeats(catalog, sold.plan) + extraSeats,
    startedMs: remote.startedMs,
    period: item.period,
    trialEndMs: remote.trial?.endMs ?? null,
    cancelAtMs: remote.endedMs === null ? remote.cancelAtMs : null,
    pastDueSinceMs: isPastDue ? pastDueSince(remote, invoices) : null,
    scheduled: remote.endedMs === null ? scheduledOf(catalog, remote, sold.plan) : null,
    endedMs: remote.endedMs,
    stripeSubscriptionId: remote.id,
  };
}

/** At least one, since a plan without a limit of seats has at least its owner. */
function includedSeats(catalog: Catalog, plan: PlanVersion): number {
  const feature = plan.extraSeat?.feature;
  const terms = feature === undefined ? undefined : termsOf(catalog, plan, feature);
  if (terms?.kind !== 'level' || terms.limit === null) return 1;
  return Math.max(1, Number(terms.limit / units(1)));
}

/**
 * Since when a payment is owed: from the start of the period that the first of its open invoices
 * bills, though Stripe tries an hour later, so that the quota period of the same instant is one
 * that was opened unpaid. A bill that Stripe has given up on is no longer owed, and the present
 * period's start stands for it.
 */
function pastDueSince(remote: RemoteSubscription, invoices: readonly RemoteInvoice[]): number {
  const owed = invoices
    .filter(({ subscriptionId, status }) => subscriptionId === remote.id && status === 'open')
    .filter(({ isAttempted }) => isAttempted)
    .map(owedSince);
  if (owed.length > 0) return Math.min(...owed);
  return Math.max(...remote.items.map(({ period }) => period.startMs));
}

function owedSince({ billingReason, lines, finalizedMs, createdMs }: RemoteInvoice): number {
  const periods = lines.filter(({ isProration, subscriptionItemId }) => {
    return !isProration && subscriptionItemId !== null;
  });
  const isRenewal = billingReason === 'subscription_cycle' && periods.length > 0;
  if (!isRenewal) return finalizedMs ?? createdMs;
  return Math.max(...periods.map(({ period }) => period.startMs));
}

/** A change of plan that a schedule will make; a change of seats alone is none. */
function scheduledOf(
  catalog: Catalog,
  { scheduledChange }: RemoteSubscription,
  present: PlanVersion,
): SubscriptionState['scheduled'] {
  if (scheduledChange === null) return null;
  for (const { price } of scheduledChange.items) {
    const sold = price === null ? undefined : planOfPrice(catalog, price);
    if (sold?.kind === 'plan' && sold.plan.id !== present.id) {
      return { planId: sold.plan.id, atMs: scheduledChange.atMs };
    }
  }
  return null;
}
