// pure
import { formatMoney, type Money } from '@whisperforge/kernel/money';
import { parseQuantity, units } from '@whisperforge/kernel/quantity';
import { AppError } from '../../platform/errors.ts';
import {
  checkEventType,
  checkExtraSeat,
  checkFeature,
  checkName,
  checkSlug,
  checkText,
  checkUnique,
  implicitEventType,
  isSameWriting,
  parseTerms,
  pointer,
  refuseFaults,
  writeEventType,
  writeFeature,
  writePack,
  writeTerms,
  type Catalog,
  type Count,
  type EventType,
  type Faults,
  type Feature,
  type PackDefinition,
  type PlanContent,
  type PlanVersion,
  type Price,
} from '../plans/index.ts';
import { CATALOG_UNREADABLE } from './errors.ts';
import { readStructure, type WrittenCatalog, type WrittenPlan } from './file-schema.ts';
import { readPacks, readPrices } from './file-prices.ts';
import { readRule } from './rules/read-rule.ts';
import type { RuleDefinition } from './rules/rule.ts';
import { writeRule } from './rules/write-rule.ts';
import { monthlyPricesOf, pricesOf } from './rules/yearly.ts';

/** A plan as a file states it: its yearly prices are made when it is published. */
export interface PlanDefinition extends Omit<PlanContent, 'prices' | 'extraSeat'> {
  readonly slug: string;
  readonly position: number;
  readonly monthlyPrices: readonly Money[];
  readonly extraSeat: { readonly feature: string; readonly monthlyPrices: readonly Money[] } | null;
}

/** A whole catalogue, sound in itself: it declares every feature that it names. */
export interface CatalogFile {
  readonly features: ReadonlyMap<string, Feature>;
  /** Those that the file declares. */
  readonly eventTypes: ReadonlyMap<string, EventType>;
  readonly rules: readonly RuleDefinition[];
  readonly plans: readonly PlanDefinition[];
  readonly packs: readonly PackDefinition[];
}

/** Parses the text of a catalogue file; every fault is named with its place. */
export function readCatalogFile(text: string): CatalogFile {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError(CATALOG_UNREADABLE, { message: `The file is not JSON: ${reason}.` }, cause);
  }
  return parseCatalogFile(input);
}

export function parseCatalogFile(input: unknown): CatalogFile {
  const faults: Faults = [];
  const written = readStructure(input, faults);
  refuseFaults(faults);
  const file = readContent(written!, faults);
  refuseFaults(faults);
  return file;
}

/** A catalogue as a file that, published, changes nothing. */
export function writeCatalogFile(
  catalog: Catalog,
  rules: readonly RuleDefinition[],
): WrittenCatalog {
  const isDeclared = (eventType: EventType): boolean => {
    const feature = catalog.features.get(eventType.key);
    if (feature?.kind !== 'metered') return true;
    return !isSameWriting(writeEventType(eventType), writeEventType(implicitEventType(feature)));
  };
  return {
    features: [...catalog.features.values()].map(writeFeature),
    event_types: [...catalog.eventTypes.values()].filter(isDeclared).map(writeEventType),
    pricing_rules: rules.map(writeRule),
    plans: catalog.current.map((plan) => writePlan(catalog, plan)),
    packs: catalog.packs.map(writePack),
  };
}

/** A version of a plan as a file states it; its yearly prices follow from the rule. */
export function writePlan(catalog: Pick<Catalog, 'features'>, plan: PlanVersion): WrittenPlan {
  return {
    slug: plan.slug,
    name: plan.name,
    description: plan.description,
    default: plan.isDefault,
    monthly_prices: writeMonthly(plan.prices),
    ...(plan.trialDays > 0 && { trial_days: plan.trialDays }),
    ...(plan.extraSeat && {
      extra_seat: {
        feature: plan.extraSeat.feature,
        monthly_prices: writeMonthly(plan.extraSeat.prices),
      },
    }),
    features: Object.fromEntries(
      [...catalog.features.keys()].map((key) => [key, writeTerms(plan.terms.get(key) ?? null)]),
    ),
  };
}

function writeMonthly(prices: readonly Price[]): Record<string, string> {
  return Object.fromEntries(
    monthlyPricesOf(prices).map((price) => [price.currency, formatMoney(price)]),
  );
}

function readContent(written: WrittenCatalog, faults: Faults): CatalogFile {
  const features = new Map(
    written.features.map((entry, index) => [entry.key, readFeature(entry, index + 1)]),
  );
  const eventTypes = new Map<string, EventType>();
  for (const [index, entry] of written.event_types.entries()) {
    eventTypes.set(entry.key, readEventType(entry, `/event_types/${index}`, faults));
  }
  checkUnique(written.features, 'key', '/features', faults);
  checkUnique(written.event_types, 'key', '/event_types', faults);
  checkUnique(written.pricing_rules, 'key', '/pricing_rules', faults);
  checkUnique(written.plans, 'slug', '/plans', faults);
  for (const [index, { key }] of written.features.entries()) {
    checkFeature(features.get(key)!, eventTypes, `/features/${index}`, faults);
  }
  for (const [index, { key }] of written.event_types.entries()) {
    checkEventType(eventTypes.get(key)!, features, `/event_types/${index}`, faults);
  }
  const plans = written.plans.map((entry, index) => readPlan(entry, { index, features, faults }));
  refuseSecondDefault(plans, faults);
  const packs = readPacks(written.packs ?? [], features, faults);
  return { features, eventTypes, rules: readRules(written, faults), plans, packs };
}

function readFeature(entry: WrittenCatalog['features'][number], position: number): Feature {
  return {
    key: entry.key,
    kind: entry.kind,
    name: entry.name,
    description: entry.description ?? '',
    unit: entry.unit ?? null,
    whenMissing: entry.when_missing,
    onUnavailable: entry.on_unavailable,
    commitEvent: entry.commit_event ?? null,
    position,
  };
}

function readEventType(
  entry: WrittenCatalog['event_types'][number],
  at: string,
  faults: Faults,
): EventType {
  const counts = entry.counts.map(({ feature, dimension, factor }, index): Count => {
    const parsed = factor === undefined ? units(1) : parseQuantity(String(factor));
    if (parsed === undefined) {
      const message = 'must be a decimal with at most six decimals';
      faults.push({ field: `${at}/counts/${index}/factor`, message });
    }
    return { feature, dimension, factor: parsed ?? units(1) };
  });
  return { key: entry.key, name: entry.name, counts };
}

function readRules(written: WrittenCatalog, faults: Faults): RuleDefinition[] {
  return written.pricing_rules.flatMap(
    (entry, index) => readRule(entry, `/pricing_rules/${index}`, faults) ?? [],
  );
}

function readPlan(
  entry: WrittenCatalog['plans'][number],
  context: {
    readonly index: number;
    readonly features: ReadonlyMap<string, Feature>;
    readonly faults: Faults;
  },
): PlanDefinition {
  const { index, features, faults } = context;
  const at = `/plans/${index}`;
  checkSlug(entry.slug, `${at}/slug`, faults);
  checkName(entry.name, `${at}/name`, faults);
  checkText(entry.description ?? '', `${at}/description`, faults);
  const terms = new Map<string, ReturnType<typeof parseTerms>>();
  for (const [key, stated] of Object.entries(entry.features)) {
    const place = pointer(`${at}/features`, key);
    const feature = features.get(key);
    if (feature !== undefined) terms.set(key, parseTerms(stated, feature, place, faults));
    else {
      const known = [...features.keys()].join(', ');
      faults.push({ field: place, message: `is not a feature of this file (known: ${known})` });
    }
  }
  return {
    slug: entry.slug,
    name: entry.name,
    description: entry.description ?? '',
    isDefault: entry.default ?? false,
    position: index + 1,
    terms,
    monthlyPrices: readPrices(entry.monthly_prices, `${at}/monthly_prices`, faults),
    trialDays: entry.trial_days ?? 0,
    extraSeat: readExtraSeat(entry, { at, terms, features, faults }),
  };
}

function readExtraSeat(
  { extra_seat: entry }: WrittenCatalog['plans'][number],
  context: {
    readonly at: string;
    readonly terms: PlanContent['terms'];
    readonly features: ReadonlyMap<string, Feature>;
    readonly faults: Faults;
  },
): PlanDefinition['extraSeat'] {
  if (entry === undefined) return null;
  const { terms, features, faults } = context;
  const at = `${context.at}/extra_seat`;
  const monthlyPrices = readPrices(entry.monthly_prices, `${at}/monthly_prices`, faults);
  const prices = pricesOf(monthlyPrices, undefined);
  checkExtraSeat({ terms, extraSeat: { feature: entry.feature, prices } }, features, at, faults);
  return { feature: entry.feature, monthlyPrices };
}

function refuseSecondDefault(plans: readonly PlanDefinition[], faults: Faults): void {
  const first = plans.find((plan) => plan.isDefault);
  for (const [index, plan] of plans.entries()) {
    if (!plan.isDefault || plan === first) continue;
    const message = `only one plan can be the default, and ${first?.slug} is`;
    faults.push({ field: `/plans/${index}/default`, message });
  }
}
