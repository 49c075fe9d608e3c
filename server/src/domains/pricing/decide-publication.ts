// pure
import {
  compareContent,
  contentOf,
  currentPack,
  currentPlan,
  isSameWriting,
  refuseFaults,
  refuseKindChange,
  requireOneDefault,
  writeEventType,
  writeFeature,
  writePack,
  type Catalog,
  type Difference,
  type EventType,
  type Faults,
  type Feature,
  type Pack,
  type PackDefinition,
  type PlanDraft,
} from '../plans/index.ts';
import type { CatalogFile, PlanDefinition } from './catalog-file.ts';
import { offeredPrices } from './rules/check-reduction.ts';
import { checkRules, type SoldAfter } from './rules/check-rules.ts';
import type { PricingRule, RuleDefinition, YearlyRule } from './rules/rule.ts';
import { writeRule } from './rules/write-rule.ts';
import { pricesOf, yearlyRuleAt } from './rules/yearly.ts';

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
  | { readonly kind: 'pack'; readonly before: Pack | null; readonly after: PackDefinition }
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
  const drafts = keepOrder(file.plans, onSale, 'slug').map((plan) => draftOf(plan, rule));
  const ruleChanges = decideRules(facts.rules, file);
  const planChanges = drafts.flatMap((draft) => decidePlan(catalog, draft));
  const faults: Faults = [];
  checkRules(
    {
      rules,
      fresh: new Set(ruleChanges.map((change) => change.after.key)),
      sold: soldAfter(catalog, drafts, planChanges),
      nowMs,
      placeOf: (key) => {
        const index = file.rules.findIndex((each) => each.key === key);
        return index < 0 ? '/pricing_rules' : `/pricing_rules/${index}`;
      },
    },
    faults,
  );
  refuseFaults(faults);
  return {
    changes: [
      ...decideFeatures(catalog, features),
      ...decideEventTypes(catalog, file),
      ...ruleChanges,
      ...planChanges,
      ...decidePacks(catalog, file),
    ],
    unmentioned: findUnmentioned(facts, file),
  };
}

function draftOf(plan: PlanDefinition, rule: YearlyRule | undefined): PlanDraft {
  const { monthlyPrices, extraSeat, ...content } = plan;
  return {
    ...content,
    prices: pricesOf(monthlyPrices, rule),
    extraSeat: extraSeat && {
      feature: extraSeat.feature,
      prices: pricesOf(extraSeat.monthlyPrices, rule),
    },
  };
}

/** What will be on sale when all of this is published. */
function soldAfter(
  catalog: Catalog,
  drafts: readonly PlanDraft[],
  changes: readonly CatalogChange[],
): SoldAfter {
  const drafted = new Set(drafts.map((draft) => draft.slug));
  const kept = catalog.current.filter((plan) => !drafted.has(plan.slug));
  const versions = new Map<string, number[]>();
  const note = (slug: string, version: number): void => {
    versions.set(slug, [...(versions.get(slug) ?? []), version]);
  };
  for (const plan of catalog.plans.values()) note(plan.slug, plan.version);
  for (const change of changes) if (change.kind === 'plan') note(change.after.slug, change.version);
  return { offered: offeredPrices([...kept, ...drafts]), versions };
}

function decidePacks(catalog: Catalog, file: CatalogFile): CatalogChange[] {
  return file.packs.flatMap((after): CatalogChange[] => {
    const before = currentPack(catalog, after.key) ?? null;
    const isSame = before !== null && isSameWriting(writePack(before), writePack(after));
    return isSame ? [] : [{ kind: 'pack', before, after }];
  });
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

type RuleChange = Extract<CatalogChange, { kind: 'pricing_rule' }>;

function decideRules(rules: readonly PricingRule[], file: CatalogFile): RuleChange[] {
  return file.rules.flatMap((after): RuleChange[] => {
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
  const fresh = changed.map((rule): PricingRule => {
    return { ...rule, id: 0, validFromMs: rule.startsMs ?? nowMs };
  });
  return [...rules.filter((rule) => !keys.has(rule.key)), ...fresh];
}

function findUnmentioned(
  facts: PublishedFacts,
  file: CatalogFile,
): PublicationDecision['unmentioned'] {
  const isDeclared = (key: string): boolean =>
    file.eventTypes.has(key) || facts.catalog.features.get(key)?.kind === 'metered';
  const slugs = new Set(file.plans.map((plan) => plan.slug));
  const packKeys = new Set(file.packs.map((pack) => pack.key));
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
    ...missing(
      'pack',
      facts.catalog.packs.map((pack) => pack.key).filter((key) => !packKeys.has(key)),
    ),
  ];
}
