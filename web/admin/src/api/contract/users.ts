import type { PricedAmount } from '../../parts/values.tsx';

/** A row of the list of users. */
export interface UserRow {
  readonly user: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly plan: string | null;
  readonly status: string | null;
  readonly billing_cycle: string | null;
  readonly mrr: PricedAmount | null;
  readonly usage: {
    readonly feature: string;
    readonly used: number;
    readonly limit: number | null;
  } | null;
  readonly created_at: string;
  readonly account_id: string | number;
  readonly stripe_customer_id: string | null;
}

/** What the account may do of one feature, with what is counted where it is counted. */
export interface Entitlement {
  readonly feature: string;
  readonly name: string;
  readonly kind: 'boolean' | 'metered' | 'level' | 'value';
  readonly granted: boolean;
  readonly value?: string | readonly string[];
  readonly limit?: number | null;
  readonly used?: number;
  readonly reserved?: number;
  readonly period_end?: string | null;
  readonly sources: readonly {
    readonly source: string;
    readonly plan: string | null;
    readonly amount: number | null;
    readonly expires_at: string | null;
  }[];
}

interface Colleague {
  readonly id: string;
  readonly name: string | null;
}

/** What was given or taken beside the plan. */
export interface Override {
  readonly id: string;
  readonly kind: string;
  readonly in_force: boolean;
  readonly plan: string | null;
  readonly feature: string | null;
  readonly amount: number | null;
  readonly reason: string | null;
  readonly staff: Colleague | null;
  readonly starts_at: string;
  readonly expires_at: string | null;
  readonly ended_at: string | null;
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly staff: Colleague | null;
  readonly created_at: string;
}

export interface Billing {
  readonly stripe_customer_id: string | null;
  readonly currency: string;
  readonly open_invoices: number;
  readonly open_amount_minor: number;
  readonly last_paid_at: string | null;
  readonly subscription: {
    readonly source: string;
    readonly billing_cycle: string;
    readonly seats: number;
    readonly period_end: string;
    readonly trial_end: string | null;
    readonly past_due_since: string | null;
  } | null;
}

/** Everything about one user, as the profile shows it. */
export interface UserProfile {
  readonly user: string;
  readonly account: string;
  readonly email: string;
  readonly name: string | null;
  readonly country: string | null;
  readonly source: string | null;
  readonly signed_up_at: string;
  /** To be sent back with every change. */
  readonly version: number;
  readonly plan: string;
  readonly plan_source: string;
  readonly status: string;
  readonly restriction: string | null;
  readonly restricted_by_staff: string | null;
  readonly subscription: {
    readonly plan: string;
    readonly name: string;
    readonly status: string;
    readonly cancel_at: string | null;
    readonly changes_at: string | null;
  } | null;
  readonly entitlements: readonly Entitlement[];
  readonly overrides: readonly Override[];
  readonly billing: Billing;
  readonly notes: readonly Note[];
}

export const TIMELINE_KINDS = [
  'plan',
  'invoice',
  'payment',
  'usage',
  'override',
  'mail',
  'note',
  'webhook',
  'staff',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export interface TimelineEntry {
  readonly at: string;
  readonly kind: TimelineKind;
  readonly id: string;
  readonly title: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly amount: PricedAmount | null;
  readonly link: string | null;
  readonly actor: {
    readonly kind: string;
    readonly id: string | null;
    readonly name: string | null;
  } | null;
}
