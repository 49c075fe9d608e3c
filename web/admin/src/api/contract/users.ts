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

export interface Balance {
  readonly feature: string;
  readonly period_start: string | null;
  readonly period_end: string | null;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
}

export interface Entitlement {
  readonly feature: string;
  readonly kind: 'boolean' | 'metered' | 'level' | 'value';
  readonly granted: boolean;
  readonly limit?: number | null;
  readonly value?: string | readonly string[] | null;
  readonly source?: string;
  readonly sources?: readonly EntitlementSource[];
}

export interface EntitlementSource {
  readonly kind: string;
  readonly id?: string | number | null;
  readonly text?: string;
  readonly amount?: number | null;
  readonly expires_at?: string | null;
}

export interface Grant {
  readonly id: string | number;
  readonly kind: 'boost' | 'pack';
  readonly feature: string;
  readonly amount: number;
  readonly starts_at: string;
  readonly expires_at: string | null;
}

export interface Override {
  readonly id: string | number;
  readonly kind: string;
  readonly plan?: string | null;
  readonly feature?: string | null;
  readonly starts_at: string;
  readonly expires_at: string | null;
}

export interface Note {
  readonly id: string | number;
  readonly at: string;
  readonly author: string;
  readonly text: string;
}

export interface Subscription {
  readonly plan: string;
  readonly status: string;
  readonly billing_cycle: string | null;
  readonly seats?: number | null;
  readonly current_period_end?: string | null;
  readonly cancel_at?: string | null;
  readonly trial_ends_at?: string | null;
}

/** Everything about one user, as the profile shows it. */
export interface UserProfile {
  readonly user: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly country: string | null;
  readonly source: string | null;
  readonly created_at: string;
  readonly account_id: string | number;
  readonly stripe_customer_id: string | null;
  readonly plan: string | null;
  readonly plan_source: string | null;
  readonly status: string | null;
  readonly restriction: { readonly cause: string; readonly since?: string } | null;
  readonly mrr: PricedAmount | null;
  readonly subscription: Subscription | null;
  readonly balances: readonly Balance[];
  readonly entitlements: readonly Entitlement[];
  readonly grants: readonly Grant[];
  readonly overrides: readonly Override[];
  readonly notes: readonly Note[];
  readonly version: number;
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
  readonly title: string;
  readonly detail: string | null;
  readonly amount?: PricedAmount | null;
  readonly link?: string | null;
  readonly actor?: string | null;
}
