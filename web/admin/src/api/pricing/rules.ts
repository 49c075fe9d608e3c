import { queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, segment } from '../request.ts';

export const RULE_TYPES = ['discount', 'promotion', 'custom'] as const;
export type RuleType = (typeof RULE_TYPES)[number];

/** What is taken off, as catalogue files write it; amounts are in major units. */
export interface Effect {
  readonly percent_off_basis_points?: number;
  readonly amounts_off?: Readonly<Record<string, string>>;
  readonly duration?: string;
  readonly duration_in_months?: number;
  /** Of a price that was agreed upon. */
  readonly amount?: string;
  readonly extra_seat_amount?: string;
}

/** For what and for whom; what is left out is for any. */
export interface Conditions {
  readonly plans?: readonly string[];
  readonly billing_cycles?: readonly string[];
  readonly currencies?: readonly string[];
  readonly countries?: readonly string[];
  readonly first_purchase_only?: boolean;
  readonly billing_cycle?: string;
  readonly account?: string;
  readonly user?: string;
  readonly plan?: string;
  readonly plan_version?: number;
  readonly currency?: string;
}

export interface Rule {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly rule_type: string;
  readonly state: string;
  readonly conditions: Conditions;
  readonly effect: Effect;
  readonly stacking: string | null;
  readonly priority: number;
  readonly valid_from: string;
  readonly valid_until: string | null;
  /** In lists: with whom a price was agreed. */
  readonly user?: string | null;
}

/** A rule as catalogue files write it, but for its key. */
export interface StatedRule {
  readonly name: string;
  readonly rule_type: string;
  readonly conditions: Conditions;
  readonly effect: Effect;
  readonly stacking?: string;
  readonly priority?: number;
  readonly valid_from?: string;
  readonly valid_until?: string;
}

export interface PutRule {
  readonly before: Rule | null;
  readonly after: Rule;
  /** Of which a version is made, because their yearly prices change. */
  readonly plans: readonly string[];
}

export interface Said {
  readonly reason: string;
  readonly dry_run: boolean;
}

export const PRICING = 'pricing';

export const rulesQuery = queryOptions({
  queryKey: [PRICING, 'rules'],
  queryFn: () => ask<List<Rule>>('GET', '/pricing-rules'),
  select: ({ data }) => data,
});

export function createRule(key: string, rule: StatedRule, said: Said): Promise<PutRule> {
  return ask('POST', '/pricing-rules', { key, rule, ...said });
}

export function replaceRule(
  { key, version }: Pick<Rule, 'key' | 'version'>,
  rule: StatedRule,
  said: Said,
): Promise<PutRule> {
  return ask('PUT', `/pricing-rules/${segment(key)}`, { version, rule, ...said });
}

export function endRule({ key, version }: Rule, reason: string): Promise<unknown> {
  return ask('POST', `/pricing-rules/${segment(key)}/end`, { version, reason });
}

/** The prices that were agreed upon with a user. */
export function agreedPricesQuery(user: string) {
  return queryOptions({
    queryKey: [PRICING, 'agreed', user],
    queryFn: () => ask<List<Rule>>('GET', `/users/${segment(user)}/prices`),
    select: ({ data }) => data,
  });
}

export interface AgreedPrice {
  readonly plan: string;
  readonly billing_cycle: string;
  readonly currency: string;
  readonly amount: string;
  readonly extra_seat_amount?: string;
  readonly valid_until?: string;
  readonly stacking?: string;
  /** Of the one whose place it takes. */
  readonly version?: number;
}

export function agreePrice(user: string, price: AgreedPrice, said: Said): Promise<PutRule> {
  return ask('POST', `/users/${segment(user)}/prices`, { ...price, ...said });
}

export interface QuoteLine {
  readonly kind: string;
  readonly description: string;
  readonly quantity: number;
  readonly unit_amount_minor: number;
  readonly amount_minor: number;
  readonly rule: string | null;
  readonly promotion_code: string | null;
}

export interface Explained {
  readonly quote: {
    readonly version: number;
    readonly currency: string;
    readonly lines: readonly QuoteLine[];
    readonly total_minor: number;
    readonly due_now_minor: number;
    readonly trial_days: number;
    readonly recurring: readonly {
      readonly from: string;
      readonly amount_minor: number;
      readonly discount_minor: number;
    }[];
  } | null;
  readonly refusal: { readonly code: string; readonly detail: string } | null;
  readonly promotion_code: { readonly asked: string | null; readonly applied: boolean };
  readonly rules: readonly {
    readonly rule: Rule;
    readonly applied: boolean;
    readonly why: string;
  }[];
}

/** What is tried, by the names that the address has for it. */
export interface Purchase {
  readonly plan?: string;
  readonly cycle?: string;
  readonly user?: string;
  readonly seats?: string;
  readonly code?: string;
  readonly currency?: string;
}

/** Nothing is changed by it, though it is a POST. */
export function explainQuery(purchase: Purchase) {
  const { plan = '', cycle = 'monthly', user, seats, code, currency } = purchase;
  return queryOptions({
    queryKey: [PRICING, 'explain', purchase],
    queryFn: () =>
      ask<Explained>('POST', '/quotes/explain', {
        plan,
        billing_cycle: cycle,
        ...(user !== undefined && { user }),
        ...(seats !== undefined && { seats: Number(seats) }),
        ...(code !== undefined && { promotion_code: code }),
        ...(currency !== undefined && { currency }),
      }),
    enabled: plan !== '',
    placeholderData: (previous) => previous,
  });
}
