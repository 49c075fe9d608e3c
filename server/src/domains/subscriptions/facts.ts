// pure
import type { Quantity } from '@whisperforge/kernel/quantity';

/** A subscription as Stripe or a contract has it; at most one is live for an account. */
export interface SubscriptionFact {
  readonly id: number;
  readonly planId: number;
  /** Stripe's word. The set is open: a word that is not known grants nothing. */
  readonly status: string;
  readonly startedMs: number;
  readonly cancelAtMs: number | null;
  readonly pastDueSinceMs: number | null;
  /** A change of plan that takes effect later. */
  readonly scheduled: { readonly planId: number; readonly atMs: number } | null;
}

/** Another plan's access, set by staff; it changes neither Stripe nor MRR. */
export interface PlanChangeFact {
  readonly id: number;
  readonly planId: number;
  readonly startsMs: number;
  readonly expiresMs: number | null;
}

/** More of a feature, for one quota period or for each until it expires. */
export interface BoostFact {
  readonly feature: string;
  readonly amount: Quantity;
  readonly startsMs: number;
  readonly expiresMs: number | null;
  /** The one quota period it is for. */
  readonly periodStartMs: number | null;
}

/** An amount bought or given once, used up after everything else. */
export interface PackFact {
  readonly grantId: number;
  readonly feature: string;
  readonly amount: Quantity;
  readonly startsMs: number;
  readonly expiresMs: number | null;
}

/** A customer's consent to pay for use beyond a limit. */
export interface OverageConsentFact {
  readonly feature: string;
  readonly spendingCapMinor: number;
  readonly currency: string;
}

/** All that decides what an account may do, besides the catalogue and what it has used. */
export interface AccessFacts {
  readonly subscription: SubscriptionFact | null;
  /** In the order in which they were made; where two hold, the later one counts. */
  readonly planChanges: readonly PlanChangeFact[];
  readonly boosts: readonly BoostFact[];
  readonly packs: readonly PackFact[];
  readonly overageConsents: readonly OverageConsentFact[];
}

/** How long an override holds, or has held. */
export interface OverrideSpan {
  readonly id: number;
  readonly expiresMs: number | null;
  readonly endedMs: number | null;
}

/** What an override gives, so that it can be given once more. */
export type GivenOverride =
  | { readonly kind: 'plan_change'; readonly planId: number; readonly expiresMs: number | null }
  | {
      readonly kind: 'quota_boost';
      readonly feature: string;
      readonly amount: Quantity;
      /** `null` where it is for the quota period in which it was given, or without end. */
      readonly expiresMs: number | null;
    };
