import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import type { CreditedLines, Period } from '../invoices/rows.ts';

export type { Period };

/** What an item was really debited for a span of time, after its discounts. */
export interface Debit extends Period {
  /** Minor units. */
  readonly amount: number;
  /** The line that debited it; `null` while it waits for an invoice. */
  readonly line: CreditedLines | null;
}

export interface SubscriptionItemRow {
  readonly id: string;
  readonly created: number;
  readonly price: string;
  /** `null` for a metered price. */
  readonly quantity: number | null;
  readonly metadata: Record<string, string>;
  readonly discounts: readonly string[];
  readonly period: Period;
  /**
   * What it was debited for the period that it is in, in the order of time and without overlaps;
   * credits for unused time are taken from it. Time that cost nothing is a debit of zero.
   */
  readonly debits: readonly Debit[];
}

export type SubscriptionStatus =
  | 'incomplete'
  | 'incomplete_expired'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'canceled'
  | 'unpaid'
  | 'paused';

export type ProrationBehavior = 'always_invoice' | 'create_prorations' | 'none';
export type PaymentBehavior =
  'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete' | 'pending_if_incomplete';
export type MissingPaymentMethod = 'cancel' | 'create_invoice' | 'pause';

/** What a subscription becomes once an invoice is paid. */
export interface PendingUpdate {
  readonly invoice: string;
  readonly expiresAt: number;
  readonly anchor: number | null;
  readonly trialEnd: number | null;
  /** What it says of the end of the subscription, where it says anything. */
  readonly cancellation: Pick<
    SubscriptionRow,
    'cancelAt' | 'cancelAtPeriodEnd' | 'canceledAt'
  > | null;
  /** All that it is to be, as it was worked out when it was asked for. */
  readonly target: SubscriptionRow;
}

export interface CancellationDetails {
  readonly comment: string | null;
  readonly feedback: Stripe.Subscription.CancellationDetails.Feedback | null;
  readonly reason: Stripe.Subscription.CancellationDetails.Reason | null;
}

export interface SubscriptionRow {
  readonly id: string;
  readonly customer: string;
  readonly testClock: string | null;
  readonly created: number;
  readonly startDate: number;
  readonly currency: string;
  readonly status: SubscriptionStatus;
  /** Before it is announced by `customer.subscription.created`, no change of it is told. */
  readonly isAnnounced: boolean;
  readonly items: readonly SubscriptionItemRow[];
  readonly anchor: number;
  readonly anchorConfig: Stripe.Subscription.BillingCycleAnchorConfig | null;
  readonly billingMode: 'classic' | 'flexible';
  readonly cancelAt: number | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly canceledAt: number | null;
  readonly cancellationDetails: CancellationDetails;
  readonly endedAt: number | null;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  readonly daysUntilDue: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly description: string | null;
  readonly discounts: readonly string[];
  readonly latestInvoice: string | null;
  readonly metadata: Record<string, string>;
  readonly pauseCollection: {
    readonly behavior: 'keep_as_draft' | 'mark_uncollectible' | 'void';
    readonly resumesAt: number | null;
  } | null;
  readonly savesPaymentMethod: boolean;
  readonly paymentMethodTypes: readonly string[] | null;
  readonly pendingSetupIntent: string | null;
  readonly pendingUpdate: PendingUpdate | null;
  readonly schedule: string | null;
  readonly trialStart: number | null;
  readonly trialEnd: number | null;
  readonly missingPaymentMethod: MissingPaymentMethod;
  /** Since when and why it is paused. */
  readonly pause: {
    readonly at: number;
    readonly reason: 'pause_requested' | 'trial_end_without_payment_method';
  } | null;
  /** The invoice that resumes it once it is paid. */
  readonly resumption: string | null;
}

export const subscriptions = collection<SubscriptionRow>('subscriptions', {
  customer: (subscription) => subscription.customer,
  testClock: (subscription) => subscription.testClock,
});

/** Which subscription an item's id belongs to; also of items that are gone. */
export const itemPlaces = collection<{ readonly id: string; readonly subscription: string }>(
  'subscription_item_places',
);

export function getSubscription(tx: Tx, id: string, param?: string): SubscriptionRow {
  const subscription = tx.find(subscriptions, id);
  if (subscription === undefined) throw missing('subscription', id, param);
  return subscription;
}

/** An item and its subscription. */
export function getItem(
  tx: Tx,
  id: string,
  param?: string,
): { readonly subscription: SubscriptionRow; readonly item: SubscriptionItemRow } {
  const place = tx.find(itemPlaces, id);
  const subscription = place && tx.find(subscriptions, place.subscription);
  const item = subscription?.items.find((each) => each.id === id);
  if (subscription === undefined || item === undefined) {
    throw missing('subscription_item', id, param);
  }
  return { subscription, item };
}

export function hasEnded({ status }: Pick<SubscriptionRow, 'status'>): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}

/** The period that a subscription is in; all of its items have the same. */
export function periodOf({ items, startDate }: SubscriptionRow): Period {
  return items[0]?.period ?? { start: startDate, end: startDate };
}
