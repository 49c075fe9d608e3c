// pure
import type { Quantity } from '@whisperforge/kernel/quantity';
import {
  isWithinCeiling,
  takenOf,
  type CountedBalance,
  type Restriction,
} from '../entitlements/index.ts';
import {
  termsOf,
  type Catalog,
  type Feature,
  type FeatureTerms,
  type PlanVersion,
} from '../plans/index.ts';

export const REASONS = [
  'ok',
  'feature_not_in_plan',
  'quota_exceeded',
  'subscription_past_due',
  'subscription_inactive',
  'value_not_allowed',
  'user_unknown',
] as const;
export type Reason = (typeof REASONS)[number];

export interface CheckState {
  readonly catalog: Catalog;
  readonly plan: PlanVersion;
  readonly restriction: Restriction | null;
  /** Of the feature, where it is counted. */
  readonly balance: CountedBalance | null;
}

export interface CheckQuestion {
  readonly feature: Feature;
  readonly amount: Quantity;
  /** For a feature whose value is one or a list of values: whether this one is allowed. */
  readonly value?: string | undefined;
}

export interface CheckDecision {
  readonly allowed: boolean;
  readonly reason: Reason;
  /** What the plan gives of a feature of the kind value. */
  readonly value: string | readonly string[] | null;
  /** The cheapest plan on sale that would allow it, where this one does not. */
  readonly upgrade: PlanVersion | null;
}

/** Whether an account may do something now, and if not, why not and what would allow it. */
export function decideCheck(state: CheckState, question: CheckQuestion): CheckDecision {
  const { catalog, plan, restriction, balance } = state;
  const terms = termsOf(catalog, plan, question.feature.key);
  const value = terms?.kind === 'value' ? terms.value : null;
  const refusal = refusalOf(terms, question, balance);
  if (refusal === null) return { allowed: true, reason: 'ok', value, upgrade: null };
  const isRestricted = restriction !== null && wouldAllow(state, restriction.from, question);
  const reason: Reason = isRestricted ? `subscription_${restriction.cause}` : refusal;
  // Whoever has the plan already needs to pay for it, not to buy another.
  const upgrade = isRestricted ? restriction.from : cheapestAllowing(state, question);
  return { allowed: false, reason, value, upgrade };
}

type Refusal = 'feature_not_in_plan' | 'quota_exceeded' | 'value_not_allowed';

function refusalOf(
  terms: FeatureTerms | undefined,
  question: CheckQuestion,
  balance: CountedBalance | null,
): Refusal | null {
  const isCounted = question.feature.kind === 'metered' || question.feature.kind === 'level';
  if (isCounted && balance !== null) {
    // A boost or a pack may give what the plan does not.
    const isGranted = terms !== undefined || balance.baseLimit !== 0n || balance.packAmount > 0n;
    if (!isGranted) return 'feature_not_in_plan';
    return isWithinCeiling(balance, question.amount) ? null : 'quota_exceeded';
  }
  if (terms === undefined) return 'feature_not_in_plan';
  if (terms.kind !== 'value' || question.value === undefined) return null;
  return allowsValue(terms.value, question.value) ? null : 'value_not_allowed';
}

function allowsValue(allowed: string | readonly string[], value: string): boolean {
  if (typeof allowed === 'string') return allowed === value;
  return allowed.includes('*') || allowed.includes(value);
}

function cheapestAllowing(state: CheckState, question: CheckQuestion): PlanVersion | null {
  const dearer = state.catalog.current.filter((plan) => plan.position > state.plan.position);
  return dearer.find((plan) => wouldAllow(state, plan, question)) ?? null;
}

/** Whether a plan would allow it, with what has been used and held already. */
function wouldAllow(state: CheckState, plan: PlanVersion, question: CheckQuestion): boolean {
  const terms = termsOf(state.catalog, plan, question.feature.key);
  if (terms === undefined) return false;
  if (terms.kind === 'metered' || terms.kind === 'level') {
    const taken = state.balance === null ? 0n : takenOf(state.balance);
    return terms.limit === null || taken + question.amount <= terms.limit;
  }
  return refusalOf(terms, question, null) === null;
}
