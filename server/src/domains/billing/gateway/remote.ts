// pure

/**
 * What Stripe says, in our words and units: instants in epoch milliseconds, amounts in minor units,
 * percents in basis points. Words of Stripe's that form an open set (statuses, reasons) stay text.
 */

export type RemoteInterval = 'day' | 'week' | 'month' | 'year';

export interface RemotePrice {
  readonly id: string;
  readonly productId: string;
  readonly lookupKey: string | null;
  readonly currency: string;
  /** Minor units, which may have a fraction; `null` for tiers. */
  readonly unitAmountDecimal: string | null;
  /** `null` for what is sold once. */
  readonly interval: RemoteInterval | null;
  readonly intervalCount: number;
  readonly isMetered: boolean;
  readonly isActive: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RemoteDiscount {
  readonly id: string;
  readonly couponId: string;
  readonly promotionCodeId: string | null;
  /** One of the two. */
  readonly percentOffBasisPoints: number | null;
  readonly amountOff: { readonly amountMinor: number; readonly currency: string } | null;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly startMs: number;
  readonly endMs: number | null;
}

export interface RemotePeriod {
  readonly startMs: number;
  readonly endMs: number;
}

export interface RemoteItem {
  readonly id: string;
  readonly price: RemotePrice;
  readonly quantity: number;
  readonly period: RemotePeriod;
  readonly discounts: readonly RemoteDiscount[];
}

/** A change that Stripe will make by itself, by a schedule. */
export interface RemoteScheduledChange {
  readonly scheduleId: string;
  readonly atMs: number;
  readonly items: readonly { readonly price: RemotePrice | null; readonly quantity: number }[];
}

export interface RemoteSubscription {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly currency: string;
  readonly items: readonly RemoteItem[];
  readonly discounts: readonly RemoteDiscount[];
  readonly createdMs: number;
  readonly startedMs: number;
  readonly trial: RemotePeriod | null;
  /** `cancel_at`, or the end of the period where it ends with the period. */
  readonly cancelAtMs: number | null;
  readonly canceledMs: number | null;
  readonly endedMs: number | null;
  /** Since when its status is `paused`; known only while it is. */
  readonly pausedMs: number | null;
  readonly isCollectionPaused: boolean;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  /** Items that come into force when their invoice is paid. */
  readonly hasPendingUpdate: boolean;
  readonly scheduleId: string | null;
  readonly scheduledChange: RemoteScheduledChange | null;
  readonly latestInvoiceId: string | null;
  readonly defaultPaymentMethodId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RemoteInvoiceLine {
  readonly id: string;
  readonly description: string;
  readonly amountMinor: number;
  readonly quantity: number | null;
  readonly period: RemotePeriod;
  readonly priceId: string | null;
  /** Of what recurs or was sold by a price; a preview does not read it. */
  readonly price: RemotePrice | null;
  readonly subscriptionId: string | null;
  readonly subscriptionItemId: string | null;
  readonly invoiceItemId: string | null;
  readonly isProration: boolean;
  readonly discountsMinor: readonly { readonly discountId: string; readonly amountMinor: number }[];
}

export interface RemoteInvoice {
  readonly id: string;
  readonly customerId: string;
  readonly subscriptionId: string | null;
  readonly number: string | null;
  /** draft, open, paid, void or uncollectible. */
  readonly status: string;
  readonly billingReason: string | null;
  readonly currency: string;
  readonly subtotalMinor: number;
  /** What discounts take off the subtotal. */
  readonly discountMinor: number;
  /** What taxes add to it; those that are within the prices are in the subtotal. */
  readonly taxMinor: number;
  readonly totalMinor: number;
  /**
   * What of the total came from the customer's balance; below 0 what came onto the invoice from it,
   * or goes to it of a total below 0. The total less this is what is due.
   */
  readonly creditAppliedMinor: number;
  readonly amountDueMinor: number;
  readonly amountPaidMinor: number;
  readonly amountRemainingMinor: number;
  readonly createdMs: number;
  readonly finalizedMs: number | null;
  readonly paidMs: number | null;
  readonly voidedMs: number | null;
  readonly markedUncollectibleMs: number | null;
  readonly dueMs: number | null;
  /** Whether anybody has tried to charge it. */
  readonly isAttempted: boolean;
  readonly attemptCount: number;
  readonly nextAttemptMs: number | null;
  readonly hostedUrl: string | null;
  readonly pdfUrl: string | null;
  readonly lines: readonly RemoteInvoiceLine[];
  /** Of the whole invoice and of its subscription. */
  readonly discounts: readonly RemoteDiscount[];
  /** The payments that were made or tried, first one first. */
  readonly payments: readonly RemotePayment[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RemotePayment {
  readonly paymentIntentId: string | null;
  /** open, paid or canceled. */
  readonly status: string;
  readonly amountMinor: number;
}

/** A card as far as it may be told and compared. */
export interface RemoteCard {
  readonly paymentMethodId: string;
  readonly brand: string;
  readonly last4: string;
  /** The same for the same card, whoever holds it; `null` where there is none. */
  readonly fingerprint: string | null;
}

export interface RemoteCheckout {
  readonly id: string;
  readonly customerId: string | null;
  /** open, complete or expired. */
  readonly status: string;
  /** paid, unpaid or no_payment_required. */
  readonly paymentStatus: string;
  /** payment, setup or subscription. */
  readonly mode: string;
  readonly subscriptionId: string | null;
  readonly paymentIntentId: string | null;
  readonly invoiceId: string | null;
  readonly amountTotalMinor: number | null;
  readonly currency: string | null;
  /** What was given back of a payment, as the customer's retrieval knows it. */
  readonly refundedMinor: number;
  readonly url: string | null;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What an invoice would say if it were made now. */
export interface PreviewedInvoice {
  readonly currency: string;
  readonly lines: readonly RemoteInvoiceLine[];
  readonly subtotalMinor: number;
  readonly totalMinor: number;
  readonly startingBalanceMinor: number;
  readonly amountDueMinor: number;
}

/** All that is known of a customer at one moment: what a projection is made from. */
export interface RemoteCustomer {
  readonly id: string;
  readonly email: string | null;
  readonly currency: string | null;
  readonly balanceMinor: number;
  readonly isDelinquent: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly defaultCard: RemoteCard | null;
  /** Of every status, oldest first. */
  readonly subscriptions: readonly RemoteSubscription[];
  /** Oldest first, with drafts. */
  readonly invoices: readonly RemoteInvoice[];
  /** Oldest first. */
  readonly checkouts: readonly RemoteCheckout[];
}

/** An event as its payload says; what it says about objects is never used but to find them. */
export interface RemoteEvent {
  readonly id: string;
  readonly type: string;
  readonly apiVersion: string | null;
  readonly isLive: boolean;
  readonly createdMs: number;
  readonly customerId: string | null;
  readonly objectId: string | null;
  readonly objectKind: string | null;
}
