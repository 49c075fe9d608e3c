// pure
import type { BillingCycle } from '../../plans/index.ts';
import type { CouponSpec } from './coupon.ts';

/** What somebody would buy. */
export type QuoteRequest = PlanRequest | PackRequest;

export interface PlanRequest {
  readonly kind: 'plan';
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  /** All seats, the included ones among them; `null` for no more than those. */
  readonly seats: number | null;
  readonly promotionCode: string | null;
  /** `null` for the account's own. */
  readonly currency: string | null;
}

export interface PackRequest {
  readonly kind: 'pack';
  readonly pack: string;
  readonly quantity: number;
  readonly currency: string | null;
}

/** Which price a line is charged by, as it has to stand at Stripe. */
export interface LinePrice {
  /** `custom` prices have no row of their own: their rule says them. */
  readonly kind: 'plan' | 'extra_seat' | 'pack' | 'custom';
  /** Of the price's row; of the rule where it is custom. */
  readonly id: number;
  readonly lookupKey: string;
  readonly productId: string;
  readonly unitAmountMinor: number;
}

/** Which rule or code a price or a discount comes from; `null` is the plan's own price. */
export type LineSource =
  | { readonly kind: 'rule'; readonly key: string; readonly ruleId: number }
  | { readonly kind: 'code'; readonly code: string; readonly codeId: number };

export interface QuoteLine {
  readonly kind: 'plan' | 'extra_seats' | 'pack' | 'discount';
  /** In words for people, such as `Pro, monthly`. */
  readonly description: string;
  readonly quantity: number;
  /** Of one; of a discount all of it. */
  readonly unitAmountMinor: number;
  /** Below zero for a discount. */
  readonly amountMinor: number;
  /** `null` for a discount. */
  readonly price: LinePrice | null;
  readonly source: LineSource | null;
}

interface QuoteSums {
  readonly currency: string;
  readonly lines: readonly QuoteLine[];
  /** Of the first payment: before discounts, what they take off, and what is left. */
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly totalMinor: number;
  /** What is charged at once: the total, or nothing while it is tried. */
  readonly dueNowMinor: number;
}

/** What each payment comes to from an instant until the next entry's. */
export interface Payments {
  readonly fromMs: number;
  readonly discountMinor: number;
  readonly amountMinor: number;
}

export interface PlanQuote extends QuoteSums {
  readonly kind: 'plan';
  readonly planId: number;
  readonly plan: string;
  readonly version: number;
  readonly billingCycle: BillingCycle;
  readonly seats: number;
  readonly extraSeats: number;
  readonly trial: { readonly days: number; readonly endsMs: number } | null;
  /** What recurs: the first payment, and from when the later ones differ from it. */
  readonly payments: readonly Payments[];
  /** What Stripe has to be told for it to charge the same. */
  readonly coupon: CouponSpec | null;
  /**
   * The code that was asked for: `isApplied` is `false` where another offer is better and the two
   * cannot be had together. Only what is applied is held at checkout.
   */
  readonly promotionCode: {
    readonly code: string;
    readonly codeId: number;
    readonly isApplied: boolean;
  } | null;
}

export interface PackQuote extends QuoteSums {
  readonly kind: 'pack';
  readonly packId: number;
  readonly pack: string;
  readonly version: number;
  readonly quantity: number;
}

export type Quote = PlanQuote | PackQuote;
