/** Amounts in the model are counts of millionths, like money is a count of cents. */
export type Micro = bigint;

export type ModelBeyond =
  | { readonly policy: 'block' }
  | { readonly policy: 'grace'; readonly amount: Micro }
  | { readonly policy: 'overage'; readonly priceMicro: bigint; readonly currency: string };

export type ModelTerms =
  | { readonly kind: 'counted'; readonly limit: Micro | null; readonly beyond: ModelBeyond }
  | { readonly kind: 'yes' }
  | { readonly kind: 'values'; readonly values: readonly string[]; readonly isList: boolean };

export interface ModelPlan {
  readonly slug: string;
  readonly version: number;
  readonly position: number;
  readonly publishedMs: number;
  /** What it says of each feature of its day; `null` is not granted. */
  readonly terms: ReadonlyMap<string, ModelTerms | null>;
}

export interface ModelFeature {
  readonly key: string;
  readonly kind: 'metered' | 'level' | 'boolean' | 'value';
  readonly followsLatest: boolean;
  readonly commitEvent: string | null;
}

export interface ModelCount {
  readonly feature: string;
  readonly dimension: 'amount' | 'count' | 'tokens_in' | 'tokens_out';
  readonly factor: Micro;
}

/** All that was ever published, and what events count to now. */
export interface ModelCatalog {
  readonly features: Map<string, ModelFeature>;
  readonly events: Map<string, readonly ModelCount[]>;
  readonly plans: ModelPlan[];
}

export const DEFAULT_PLAN = 'free';

/** The newest version of a plan that was published by an instant. */
export function versionAt(
  catalog: ModelCatalog,
  slug: string,
  atMs: number,
): ModelPlan | undefined {
  return catalog.plans
    .filter((plan) => plan.slug === slug && plan.publishedMs <= atMs)
    .toSorted((a, b) => b.version - a.version)[0];
}

/** The plan of those who bought none; before its first version there was no other. */
export function defaultPlanAt(catalog: ModelCatalog, atMs: number): ModelPlan {
  const first = catalog.plans.find((plan) => plan.slug === DEFAULT_PLAN)!;
  return versionAt(catalog, DEFAULT_PLAN, atMs) ?? first;
}

/** What is on sale, cheapest first. */
export function plansOnSale(catalog: ModelCatalog): ModelPlan[] {
  const slugs = [...new Set(catalog.plans.map((plan) => plan.slug))];
  return slugs
    .map((slug) => versionAt(catalog, slug, Number.POSITIVE_INFINITY)!)
    .toSorted((a, b) => a.position - b.position);
}

/** A version that is older than a feature follows the feature's own rule. */
export function termsAt(
  catalog: ModelCatalog,
  plan: ModelPlan,
  feature: string,
  atMs: number,
): ModelTerms | null {
  const said = plan.terms.get(feature);
  if (said !== undefined) return said;
  if (catalog.features.get(feature)?.followsLatest !== true) return null;
  return versionAt(catalog, plan.slug, atMs)?.terms.get(feature) ?? null;
}

export function isCounted(catalog: ModelCatalog, feature: string): boolean {
  const kind = catalog.features.get(feature)?.kind;
  return kind === 'metered' || kind === 'level';
}

/** What an event adds to each feature; every dimension but the amount may have nothing to add. */
export function countOf(
  counts: readonly ModelCount[],
  said: { readonly amount: Micro; readonly tokensIn: number; readonly tokensOut: number },
): Map<string, Micro> {
  const added = new Map<string, Micro>();
  const measured = {
    amount: said.amount,
    count: 1_000_000n,
    tokens_in: BigInt(said.tokensIn) * 1_000_000n,
    tokens_out: BigInt(said.tokensOut) * 1_000_000n,
  };
  for (const { feature, dimension, factor } of counts) {
    const amount = halfEven(measured[dimension] * factor);
    if (amount === 0n && dimension !== 'amount') continue;
    added.set(feature, (added.get(feature) ?? 0n) + amount);
  }
  return added;
}

/** Millionths of millionths, rounded to millionths; a tie goes to the even one. */
function halfEven(product: bigint): Micro {
  const whole = product / 1_000_000n;
  const rest = product % 1_000_000n;
  if (rest > 500_000n || (rest === 500_000n && whole % 2n === 1n)) return whole + 1n;
  return whole;
}
