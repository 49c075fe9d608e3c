/**
 * What the server answers, as far as these pages read it. Instants are RFC 3339; amounts are minor
 * units of their currency; words of open sets (statuses, restrictions) stay text.
 */

export type Cycle = 'monthly' | 'yearly';

export interface Priced {
  readonly currency: string;
  readonly amount_minor: number;
}

export interface PlanPrice extends Priced {
  readonly billing_cycle: Cycle;
}

/** What a plan says about a feature; which members there are depends on the kind. */
export interface PlanFeature {
  readonly feature: string;
  readonly kind: 'boolean' | 'metered' | 'level' | 'value';
  readonly name: string;
  readonly description: string;
  readonly unit: string | null;
  readonly granted: boolean;
  readonly limit?: number | null;
  readonly beyond?: {
    readonly policy: 'block' | 'grace' | 'overage';
    readonly unit_price_minor?: string;
    readonly currency?: string;
  };
  readonly value?: string;
  readonly values?: readonly string[];
}

export interface Plan {
  readonly slug: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly is_default: boolean;
  readonly prices: readonly PlanPrice[];
  readonly trial_days: number;
  readonly extra_seat: { readonly feature: string; readonly prices: readonly PlanPrice[] } | null;
  readonly features: readonly PlanFeature[];
}

export interface Plans {
  readonly data: readonly Plan[];
}

export interface Balance {
  readonly feature: string;
  readonly name: string;
  readonly unit: string | null;
  readonly period_start: string | null;
  readonly period_end: string | null;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
}

export interface Line {
  readonly description: string;
  readonly amount_minor: number;
}

export interface Subscription {
  readonly plan: string;
  readonly name: string;
  readonly billing_cycle: Cycle | null;
  readonly seats: number | null;
  readonly status: string;
  readonly period_start: string | null;
  readonly period_end: string | null;
  readonly trial_end: string | null;
  readonly cancel_at: string | null;
  readonly scheduled: { readonly plan: string; readonly name: string; readonly at: string } | null;
  /** Until when a subscription that is not paid for keeps what it grants. */
  readonly grace_ends_at?: string | null;
}

export interface NextInvoice extends Priced {
  readonly at: string;
  readonly lines: readonly Line[];
}

export interface Pack extends Priced {
  readonly pack: string;
  readonly name: string;
  readonly feature: string;
  readonly amount: number;
  readonly valid_days: number | null;
}

export interface Overage {
  readonly feature: string;
  readonly name: string;
  readonly unit: string | null;
  /** A decimal, since one unit may cost less than a minor unit. */
  readonly unit_price_minor: string;
  readonly currency: string;
  /** `null` where the customer has not agreed to pay for more. */
  readonly spending_cap_minor: number | null;
}

export interface Overview {
  readonly user: { readonly id: string; readonly email: string; readonly name: string | null };
  readonly plan: { readonly plan: string; readonly name: string; readonly version: number };
  readonly status: string;
  readonly restriction: string | null;
  readonly return_url: string | null;
  readonly subscription: Subscription | null;
  readonly balances: readonly Balance[];
  readonly next_invoice: NextInvoice | null;
  readonly payment_method: { readonly brand: string; readonly last4: string } | null;
  readonly packs: readonly Pack[];
  readonly overage: readonly Overage[];
}

export interface Invoice {
  readonly id: string;
  readonly currency: string;
  readonly subtotal_minor: number;
  readonly discount_minor: number;
  readonly tax_minor: number;
  /** Below 0 is what was owed before. */
  readonly credit_applied_minor: number;
  readonly total_minor: number;
  readonly number: string | null;
  readonly status: string;
  readonly created_at: string;
  readonly paid_at: string | null;
  readonly hosted_url: string | null;
  readonly pdf_url: string | null;
}

export interface Invoices {
  readonly data: readonly Invoice[];
  readonly next_cursor: string | null;
}

export interface QuoteLine extends Line {
  readonly kind: 'plan' | 'extra_seats' | 'pack' | 'discount';
  readonly quantity: number;
}

export interface Quote {
  readonly currency: string;
  readonly lines: readonly QuoteLine[];
  readonly total_minor: number;
  readonly due_now_minor: number;
  readonly trial_days: number;
  readonly trial_ends_at: string | null;
  readonly recurring: readonly { readonly from: string; readonly amount_minor: number }[];
  readonly promotion_code: { readonly code: string; readonly applied: boolean } | null;
}

/** A plan as it is chosen. */
export interface Choice {
  readonly plan: string;
  readonly billing_cycle: Cycle;
  readonly seats?: number;
  readonly promotion_code?: string;
}

export type Moment = 'now' | 'period_end';

export interface Preview {
  readonly lines: readonly Line[];
  readonly currency: string;
  readonly total_minor: number;
  readonly amount_due_minor: number;
  readonly effective_at: string;
  readonly recurring: Priced & { readonly billing_cycle: Cycle };
  /** `applied` is false where the discount that there is takes more off, and stays. */
  readonly promotion_code: { readonly code: string; readonly applied: boolean } | null;
  readonly preview_token: string;
}

export interface Changed {
  readonly status: 'done' | 'scheduled' | 'payment_pending';
  readonly url?: string | null;
}

export interface Checkout {
  readonly status: 'open' | 'complete' | 'expired';
  /** Whether what was paid for is in force. */
  readonly is_active: boolean;
  /** Why it does not come into force: `trial_used`, or words that are not known yet. */
  readonly refusal?: string | null;
}
