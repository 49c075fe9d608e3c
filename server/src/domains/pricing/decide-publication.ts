// pure
import {
  compareContent,
  contentOf,
  currentPlan,
  isSameWriting,
  refuseKindChange,
  requireOneDefault,
  writeEventType,
  writeFeature,
  type Catalog,
  type Difference,
  type EventType,
  type Feature,
  type PlanDraft,
} from '../plans/index.ts';
import type { CatalogFile } from './catalog-file.ts';
import {
  pricesOf,
  writeRule,
  yearlyRuleAt,
  type PricingRule,
  type RuleDefinition,
} from './rule.ts';

/** What stands in the database. */
export interface PublishedFacts {
  readonly catalog: Catalog;
  /** The rules in force. */
  readonly rules: readonly PricingRule[];
}

/** One thing that a file changes; `before` is `null` where it adds. */
export type CatalogChange =
  | { readonly kind: 'feature'; readonly before: Feature | null; readonly after: Feature }
  | { readonly kind: 'event_type'; readonly before: EventType | null; readonly after: EventType }
  | {
      readonly kind: 'pricing_rule';
      readonly before: RuleDefinition | null;
      readonly after: RuleDefinition;
    }
  | {
      readonly kind: 'plan';
      /** The version on sale, if there is one. */
      readonly before: { readonly version: number } | null;
      readonly after: PlanDraft;
      /** The number that its version will have. */
      readonly version: number;
      readonly differences: readonly Difference[];
    }
  | {
      readonly kind: 'plan_position';
      readonly slug: string;
      readonly before: number;
      readonly after: number;
    };

export interface PublicationDecision {
  readonly changes: readonly CatalogChange[];
  /** What the database has and the file does not mention: it stays as it is. */
  readonly unmentioned: readonly { readonly kind: CatalogChange['kind']; readonly key: string }[];
}

/**
 * What has to happen for the database to say what the file says; the file takes nothing away.
 * Throws where the two cannot be brought together.
 */
export function decidePublication(
  facts: PublishedFacts,
  file: CatalogFile,
  nowMs: number,
): PublicationDecision {
  const rules = rulesAfter(facts.rules, file.rules, nowMs);
  const rule = yearlyRuleAt(rules, nowMs);
  const { catalog } = facts;
  requireOneDefault(catalog, file.plans);
  const features = keepOrder([...file.features.values()], catalog.features, 'key');
  const onSale = new Map(catalog.current.map((plan) => [plan.slug, plan]));
  return {
    changes: [
      ...decideFeatures(catalog, features),
      ...decideEventTypes(catalog, file),
      ...decideRules(facts.rules, file),
      ...keepOrder(file.plans, onSale, 'slug').flatMap((plan) => {
        const { monthlyPrices, ...content } = plan;
        return decidePlan(catalog, { ...content, prices: pricesOf(monthlyPrices, rule) });
      }),
    ],
    unmentioned: findUnmentioned(facts, file),
  };
}

/**
 * A file has an order and no positions: where its order is the one that stands, the positions that
 * stand are kept, with whatever gaps they have.
 */
function keepOrder<K extends string, T extends Positioned & Record<K, string>>(
  entries: readonly T[],
  standing: ReadonlyMap<string, Positioned>,
  name: K,
): readonly T[] {
  const order = new Map([...standing.keys()].map((key, index) => [key, index]));
  let last = -1;
  const kept: T[] = [];
  for (const entry of entries) {
    const index = order.get(entry[name]) ?? -1;
    if (index <= last) return entries;
    last = index;
    kept.push({ ...entry, position: standing.get(entry[name])!.position });
  }
  return kept;
}

interface Positioned {
  readonly position: number;
}

function decideFeatures(catalog: Catalog, features: readonly Feature[]): CatalogChange[] {
  return features.flatMap((after): CatalogChange[] => {
    const before = catalog.features.get(after.key) ?? null;
    refuseKindChange(before ?? undefined, after);
    const isSame =
      before !== null &&
      before.position === after.position &&
      isSameWriting(writeFeature(before), writeFeature(after));
    return isSame ? [] : [{ kind: 'feature', before, after }];
  });
}

function decideEventTypes(catalog: Catalog, file: CatalogFile): CatalogChange[] {
  return [...file.eventTypes.values()].flatMap((after): CatalogChange[] => {
    const before = catalog.eventTypes.get(after.key) ?? null;
    const isSame = before !== null && isSameWriting(writeEventType(before), writeEventType(after));
    return isSame ? [] : [{ kind: 'event_type', before, after }];
  });
}

function decideRules(rules: readonly PricingRule[], file: CatalogFile): CatalogChange[] {
  return file.rules.flatMap((after): CatalogChange[] => {
    const before = rules.find((rule) => rule.key === after.key) ?? null;
    const isSame = before !== null && isSameWriting(writeRule(before), writeRule(after));
    return isSame ? [] : [{ kind: 'pricing_rule', before, after }];
  });
}

function decidePlan(catalog: Catalog, after: PlanDraft): CatalogChange[] {
  const current = currentPlan(catalog, after.slug);
  const differences = compareContent(current && contentOf(current), after);
  if (current === undefined || differences.length > 0) {
    const before = current === undefined ? null : { version: current.version };
    const versions = [...catalog.plans.values()].filter((plan) => plan.slug === after.slug);
    const version = Math.max(0, ...versions.map((plan) => plan.version)) + 1;
    return [{ kind: 'plan', before, after, version, differences }];
  }
  if (current.position === after.position) return [];
  const { slug, position } = after;
  return [{ kind: 'plan_position', slug, before: current.position, after: position }];
}

function rulesAfter(
  rules: readonly PricingRule[],
  changed: readonly RuleDefinition[],
  nowMs: number,
): PricingRule[] {
  const keys = new Set(changed.map((rule) => rule.key));
  const fresh = changed.map((rule) => ({ ...rule, validFromMs: nowMs, validUntilMs: null }));
  return [...rules.filter((rule) => !keys.has(rule.key)), ...fresh];
}

function findUnmentioned(
  facts: PublishedFacts,
  file: CatalogFile,
): PublicationDecision['unmentioned'] {
  const isDeclared = (key: string): boolean =>
    file.eventTypes.has(key) || facts.catalog.features.get(key)?.kind === 'metered';
  const slugs = new Set(file.plans.map((plan) => plan.slug));
  const ruleKeys = new Set(file.rules.map((rule) => rule.key));
  const missing = (kind: CatalogChange['kind'], keys: Iterable<string>) =>
    [...keys].map((key) => ({ kind, key }));
  return [
    ...missing(
      'feature',
      facts.catalog.features.keys().filter((key) => !file.features.has(key)),
    ),
    ...missing(
      'event_type',
      facts.catalog.eventTypes.keys().filter((key) => !isDeclared(key)),
    ),
    ...missing(
      'pricing_rule',
      facts.rules.map((rule) => rule.key).filter((key) => !ruleKeys.has(key)),
    ),
    ...missing(
      'plan',
      facts.catalog.current.map((plan) => plan.slug).filter((slug) => !slugs.has(slug)),
    ),
  ];
}
