import type { Keyed } from './keyed.ts';
import type { PreviewedInvoice } from './remote.ts';

/** A discount that a subscription has, or a coupon that becomes one. */
export type DiscountRef =
  | { readonly kind: 'present'; readonly discountId: string }
  | { readonly kind: 'coupon'; readonly couponId: string };

interface OfSubscription {
  readonly subscriptionId: string;
}

/** A payment of an invoice, and how much of it was given back. */
export interface RefundablePayment {
  readonly paymentIntentId: string;
  readonly paidMinor: number;
  readonly refundedMinor: number;
}

/** Money that was given back of a payment, by whomever. */
export interface RemoteRefund {
  readonly id: string;
  readonly paymentIntentId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  /** Whether it was given, or will be; not where it has failed or was canceled. */
  readonly isGiven: boolean;
  /** What it was asked for under, where that was here. */
  readonly key: string | null;
  readonly createdMs: number;
}

/** What staff ask of Stripe beside what customers do. */
export interface Adjustments {
  /** What the next renewal would charge with these discounts; `null` where none is to come. */
  previewDiscounts(
    of: OfSubscription & { readonly discounts: readonly DiscountRef[] },
  ): Promise<PreviewedInvoice | null>;
  /** Puts these in the place of all that there are. */
  setDiscounts(of: OfSubscription & Keyed & { discounts: readonly DiscountRef[] }): Promise<void>;
  /** What is credited for the rest of the period, with the lines that say so. */
  previewPause(of: OfSubscription): Promise<PreviewedInvoice>;
  /** No period begins; what is left of the present one becomes a credit on the next invoice. */
  pause(of: OfSubscription & Keyed): Promise<void>;
  /** What a paused one would be billed if it went on now, less what the pause has credited. */
  previewUnpause(of: OfSubscription): Promise<PreviewedInvoice>;
  /** Goes on with a new period, which is billed at once. */
  unpause(of: OfSubscription & Keyed): Promise<void>;
  moveTrialEnd(of: OfSubscription & Keyed & { readonly untilMs: number }): Promise<void>;
  listPayments(invoiceId: string): Promise<readonly RefundablePayment[]>;
  /** All that was given back of a charge. */
  listRefunds(chargeId: string): Promise<readonly RemoteRefund[]>;
  refundPayment(
    of: Keyed & { readonly paymentIntentId: string; readonly amountMinor: number },
  ): Promise<void>;
}
