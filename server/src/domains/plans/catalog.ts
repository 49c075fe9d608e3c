// pure
import { assert } from '@whisperforge/kernel/assert';
import type { Money } from '@whisperforge/kernel/money';
import { units, type Quantity } from '@whisperforge/kernel/quantity';

export type FeatureKind = 'boolean' | 'metered' | 'level' | 'value';

/** What a plan may grant: the same for all plans, whose terms say how much of it. */
export interface Feature {
  readonly key: string;
  readonly kind: FeatureKind;
  readonly name: string;
  readonly description: string;
  /** What one of it is called, such as `minute`. */
  readonly unit: string | null;
  /** For a plan version older than the feature. */
  readonly whenMissing: 'deny' | 'latest_version';
  /** What a client does when this system cannot answer. */
  readonly onUnavailable: 'allow' | 'deny' | 'last_known';
  /** The event type that committing a reservation books; its own key where it names none. */
  readonly commitEvent: string | null;
  readonly position: number;
}

/** What happens when a limit is reached. */
export type Beyond =
  | { readonly policy: 'block' }
  /** Let through up to an amount above the limit. */
  | { readonly policy: 'grace'; readonly amount: Quantity }
  /** Sold by the unit to customers who consented, up to their spending cap. */
  | { readonly policy: 'overage'; readonly unitPriceMinor: string; readonly currency: string };

/** How much of a feature a plan version grants. */
export type FeatureTerms =
  | { readonly kind: 'boolean' }
  /** `limit: null` is unlimited. */
  | { readonly kind: 'metered'; readonly limit: Quantity | null; readonly beyond: Beyond }
  | { readonly kind: 'level'; readonly limit: Quantity | null }
  /** One value, or a list of which `*` stands for all. */
  | { readonly kind: 'value'; readonly value: string | readonly string[] };

export type BillingCycle = 'monthly' | 'yearly';

export interface PlanPrice {
  readonly id: number;
  readonly billingCycle: BillingCycle;
  readonly currency: string;
  readonly amountMinor: number;
}

/** What a seat beyond the included ones costs, and the level that it adds one to. */
export interface ExtraSeat<P> {
  /** Such as `team_seats`: a plan's limit of it is how many seats are included. */
  readonly feature: string;
  readonly prices: readonly P[];
}

export interface PlanVersion {
  readonly id: number;
  readonly slug: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  readonly position: number;
  readonly isCurrent: boolean;
  readonly isDefault: boolean;
  readonly publishedMs: number;
  /** `null` where the version knows the feature and does not grant it. */
  readonly terms: ReadonlyMap<string, FeatureTerms | null>;
  readonly prices: readonly PlanPrice[];
  /** How long an account that never bought anything may try it; 0 is not at all. */
  readonly trialDays: number;
  /** `null` where no seats are sold beyond the included ones. */
  readonly extraSeat: ExtraSeat<PlanPrice> | null;
}

/** An amount of a metered feature that is bought once and used up after everything else. */
export interface PackDefinition {
  readonly key: string;
  readonly name: string;
  readonly feature: string;
  readonly amount: Quantity;
  /** How long what was bought lasts; `null` is without end. */
  readonly validDays: number | null;
  readonly prices: readonly Money[];
}

export interface PackPrice extends Money {
  readonly id: number;
}

/** A version of a pack, which never changes. */
export interface Pack extends PackDefinition {
  readonly id: number;
  readonly version: number;
  readonly prices: readonly PackPrice[];
}

export type Dimension = 'amount' | 'count' | 'tokens_in' | 'tokens_out';

/** What one event adds to a feature: the dimension's amount times the factor. */
export interface Count {
  readonly feature: string;
  readonly dimension: Dimension;
  readonly factor: Quantity;
}

export interface EventType {
  readonly key: string;
  readonly name: string;
  readonly counts: readonly Count[];
}

/** All published configuration at one version of it. Immutable, so that it may be shared. */
export interface Catalog {
  readonly version: number;
  readonly features: ReadonlyMap<string, Feature>;
  /** Declared event types, and one of its own name for every metered feature. */
  readonly eventTypes: ReadonlyMap<string, EventType>;
  /** Every published version, by id. */
  readonly plans: ReadonlyMap<number, PlanVersion>;
  /** The versions on sale, cheapest first. */
  readonly current: readonly PlanVersion[];
  /** The packs on sale. */
  readonly packs: readonly Pack[];
}

/** What a metered feature is counted by where no event type of its key is declared. */
export function implicitEventType(feature: Pick<Feature, 'key' | 'name'>): EventType {
  const counts: Count[] = [{ feature: feature.key, dimension: 'amount', factor: units(1) }];
  return { key: feature.key, name: feature.name, counts };
}

export function planVersion(catalog: Catalog, id: number): PlanVersion {
  const plan = catalog.plans.get(id);
  assert(plan !== undefined, `plan version ${id} is published`);
  return plan;
}

export function currentPlan(catalog: Catalog, slug: string): PlanVersion | undefined {
  return catalog.current.find((plan) => plan.slug === slug);
}

/**
 * The plan of an account that has bought none, as it stood at an instant. Whatever becomes the
 * default is published as it, so the default published last by then was in force.
 */
export function defaultPlanAt(catalog: Catalog, atMs: number): PlanVersion {
  const current = catalog.current.find((plan) => plan.isDefault);
  assert(current !== undefined, 'one plan on sale is the default');
  if (current.publishedMs <= atMs) return current;
  const defaults = [...catalog.plans.values()]
    .filter((plan) => plan.isDefault)
    .toSorted((a, b) => b.publishedMs - a.publishedMs || b.id - a.id);
  // Before the first one was published there was no other.
  return defaults.find((plan) => plan.publishedMs <= atMs) ?? defaults.at(-1)!;
}

/**
 * What a version grants of a feature, following the feature's rule for versions older than it: by
 * the plan's latest version of all, or of those published by an instant.
 */
export function termsOf(
  catalog: Catalog,
  plan: PlanVersion,
  featureKey: string,
  atMs = Number.POSITIVE_INFINITY,
): FeatureTerms | undefined {
  const terms = plan.terms.get(featureKey);
  if (terms !== undefined) return terms ?? undefined;
  if (catalog.features.get(featureKey)?.whenMissing !== 'latest_version') return undefined;
  return latestVersionAt(catalog, plan.slug, atMs)?.terms.get(featureKey) ?? undefined;
}

function latestVersionAt(catalog: Catalog, slug: string, atMs: number): PlanVersion | undefined {
  return [...catalog.plans.values()]
    .filter((plan) => plan.slug === slug && plan.publishedMs <= atMs)
    .toSorted((a, b) => b.version - a.version)[0];
}
