import type { PricedAmount } from '../../parts/values.tsx';

/** Something that takes off what is billed. */
export interface Discount {
  readonly coupon: string;
  readonly percent_off: number | null;
  readonly amount_off_minor: number | null;
  readonly currency: string | null;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly ends_at: string | null;
}

/** How a subscription stands, as far as staff change it. */
export interface Standing {
  readonly plan: string;
  readonly status: string;
  readonly subscription: {
    readonly name: string;
    readonly version: number;
    readonly status: string;
    readonly cancel_at: string | null;
    readonly changes_at: string | null;
  } | null;
  readonly trial_end: string | null;
  /** When a pause ends by itself. */
  readonly resumes_at: string | null;
  readonly discounts: readonly Discount[];
}

export interface BillLine {
  readonly description: string;
  readonly amount_minor: number;
}

/** What Stripe would bill next, as it stands now. */
export interface NextInvoice extends PricedAmount {
  readonly at: string;
  readonly lines: readonly BillLine[];
}

export interface SubscriptionAnswer extends Standing {
  readonly next_invoice: NextInvoice | null;
}

export interface Invoice {
  readonly id: string;
  readonly number: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly currency: string;
  readonly total_minor: number;
  readonly amount_paid_minor: number;
  readonly amount_remaining_minor: number;
  readonly refunded_minor: number;
  readonly created_at: string;
  readonly paid_at: string | null;
  readonly hosted_url: string | null;
  readonly pdf_url: string | null;
  readonly lines: readonly BillLine[];
}
