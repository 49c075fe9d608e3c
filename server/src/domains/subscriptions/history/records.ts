// pure
import type { AmountOff, Interval, PercentOff } from '../recurring-amount.ts';

/**
 * What Stripe has on record of a subscription, in our words: all that its history follows from.
 * Whoever reads it reads the subscription first and its invoices after it, so that an invoice may
 * be newer than the subscription and never the other way round.
 */
export interface SubscriptionRecord {
  readonly id: string;
  readonly currency: string;
  /** Stripe's word. */
  readonly status: string;
  /** `start_date`, which lies before `created` where the subscription was backdated. */
  readonly startMs: number;
  readonly createdMs: number;
  readonly trialStartMs: number | null;
  readonly trialEndMs: number | null;
  readonly endedMs: number | null;
  /** `status_details.paused.transitioned_at`; known only while it is paused. */
  readonly pausedMs: number | null;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  /** Whether `pending_update` says that a change waits for its invoice to be paid. */
  readonly hasPendingUpdate: boolean;
  /** As they stand now; those of a subscription that has ended are its last. */
  readonly items: readonly ItemRecord[];
  /** In the order in which they apply: the subscription's or else its customer's, then items'. */
  readonly discounts: readonly DiscountRecord[];
}

export interface ItemRecord {
  readonly id: string;
  readonly price: PriceRecord;
  /** `null` for metered prices. */
  readonly quantity: number | null;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
}

export interface PriceRecord {
  readonly id: string;
  readonly productId: string;
  /** Our plan version, where the price is one of ours. */
  readonly planId: number | null;
  /** In the subscription's currency; `null` where the price has tiers. */
  readonly unitAmountDecimal: string | null;
  readonly interval: Interval;
  readonly intervalCount: number;
  readonly isMetered: boolean;
}

export type DiscountRecord = {
  readonly id: string;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly startMs: number;
  /** Stripe's `end`. */
  readonly endMs: number | null;
  /** `applies_to.products` of the coupon; `null` for all. */
  readonly productIds: readonly string[] | null;
  /** The one item that it is of; `null` for a discount of the whole subscription. */
  readonly itemId: string | null;
} & (PercentOff | AmountOff);

export type InvoiceStatus = 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';

/**
 * An invoice of the subscription, drafts included; of those of one second, the older comes first,
 * which is the reverse of how Stripe lists them. Credits and debits that wait for an invoice can
 * be given as a draft of their own with the billing reason `pending`, so that a change is known
 * before it is billed.
 */
export interface InvoiceRecord {
  readonly id: string;
  readonly status: InvoiceStatus;
  /** `subscription_create`, `subscription_cycle`, `subscription_update` and others. */
  readonly billingReason: string | null;
  readonly createdMs: number;
  /** `status_transitions`. */
  readonly finalizedMs: number | null;
  readonly paidMs: number | null;
  readonly voidedMs: number | null;
  readonly markedUncollectibleMs: number | null;
  /** By when it is to be paid, where it is sent rather than charged. */
  readonly dueMs: number | null;
  /** Whether anybody has tried to charge it. */
  readonly isAttempted: boolean;
  readonly amountDueMinor: number;
  /** Whether it is paid in a way that takes days, so that waiting does not mean failure. */
  readonly isPaidSlowly: boolean;
  /** When a charge was last tried, where that is known. */
  readonly lastAttemptMs: number | null;
  readonly lines: readonly LineRecord[];
}

export interface LineRecord {
  /** `parent.subscription_item_details.subscription_item`; `null` for what is charged once. */
  readonly itemId: string | null;
  readonly price: PriceRecord | null;
  readonly quantity: number | null;
  /** Before discounts; below 0 for a credit. */
  readonly amountMinor: number;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
  readonly isProration: boolean;
  /** `discount_amounts`: what each discount, also of the whole invoice, took off this line. */
  readonly discounts: readonly {
    readonly amountMinor: number;
    readonly discount: DiscountRecord;
  }[];
}
