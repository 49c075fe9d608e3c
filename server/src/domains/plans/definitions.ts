// pure
import { assert } from '@whisperforge/kernel/assert';
import { money } from '@whisperforge/kernel/money';
import { formatQuantity, units } from '@whisperforge/kernel/quantity';
import { AppError } from '../../platform/errors.ts';
import { isText } from '../../platform/input-checks.ts';
import { implicitEventType, type Catalog, type EventType, type Feature } from './catalog.ts';
import type { PlanDraft } from './content.ts';
import { DEFAULT_PLAN_REQUIRED, FEATURE_KIND_FIXED } from './errors.ts';
import { checkExtraSeat } from './extras/extra-seat.ts';
import { pointer, type Faults } from './terms.ts';

const KEY = /^[a-z][a-z0-9_]{0,62}$/;
const SLUG = /^[a-z][a-z0-9_-]{0,62}$/;
const MOST_CHARACTERS = 2_000;

/**
 * What an event adds is at most this times 10^12, the most tokens that one can name: about 10^18,
 * where a balance holds 10^24.
 */
export const MOST_FACTOR = units(1_000_000);

/** Whether a feature can be what it says, `at` being its place in what was handed in. */
export function checkFeature(
  feature: Feature,
  eventTypes: Catalog['eventTypes'],
  at: string,
  faults: Faults,
): void {
  checkKey(feature.key, `${at}/key`, faults);
  checkName(feature.name, `${at}/name`, faults);
  checkText(feature.description, `${at}/description`, faults);
  if (feature.unit !== null) checkName(feature.unit, `${at}/unit`, faults);
  if (feature.commitEvent === null) return;
  const place = `${at}/commit_event`;
  if (feature.kind !== 'metered') {
    faults.push({ field: place, message: 'only metered features have an event of their commits' });
    return;
  }
  const eventType = commitEventType(feature, feature.commitEvent, eventTypes);
  if (eventType === undefined) {
    const known = [...eventTypes.keys()].join(', ');
    faults.push({ field: place, message: `is not a known event type (known: ${known})` });
  } else if (!eventType.counts.some((count) => count.feature === feature.key)) {
    faults.push({ field: place, message: `${eventType.key} does not count ${feature.key}` });
  }
}

/** Whether an event type counts what can be counted, and nothing twice. */
export function checkEventType(
  eventType: EventType,
  features: Catalog['features'],
  at: string,
  faults: Faults,
): void {
  checkKey(eventType.key, `${at}/key`, faults);
  checkName(eventType.name, `${at}/name`, faults);
  const seen = new Set<string>();
  for (const [index, count] of eventType.counts.entries()) {
    const place = `${at}/counts/${index}`;
    const feature = features.get(count.feature);
    if (feature?.kind !== 'metered') {
      const what = feature === undefined ? 'an unknown' : `a ${feature.kind}`;
      const message = `${count.feature} is ${what} feature; only metered ones are counted`;
      faults.push({ field: `${place}/feature`, message });
    }
    const twin = `${count.feature} ${count.dimension}`;
    if (seen.has(twin)) faults.push({ field: place, message: `counts ${twin} twice` });
    seen.add(twin);
    if (count.factor <= 0n) {
      faults.push({ field: `${place}/factor`, message: 'must be more than nothing' });
    }
    if (count.factor > MOST_FACTOR) {
      const message = `must be at most ${formatQuantity(MOST_FACTOR)}`;
      faults.push({ field: `${place}/factor`, message });
    }
  }
}

/** Whether a plan can be sold as drafted; its terms were parsed for the kinds of their features. */
export function checkDraft(draft: PlanDraft, features: Catalog['features'], faults: Faults): void {
  checkSlug(draft.slug, '/slug', faults);
  checkName(draft.name, '/name', faults);
  checkText(draft.description, '/description', faults);
  for (const [key, terms] of draft.terms) {
    const kind = features.get(key)?.kind;
    if (kind !== undefined && (terms === null || terms.kind === kind)) continue;
    const message = kind === undefined ? 'is not a known feature' : `is a ${kind} feature`;
    faults.push({ field: pointer('/features', key), message });
  }
  checkExtraSeat(draft, features, '/extra_seat', faults);
  const seen = new Set<string>();
  for (const { billingCycle, currency, amountMinor } of draft.prices) {
    const place = `/prices/${billingCycle}/${currency}`;
    if (seen.has(place)) faults.push({ field: place, message: 'is given twice' });
    seen.add(place);
    assert(money(amountMinor, currency).amountMinor >= 0, 'a price is not negative');
  }
}

/** What a feature counts cannot change under those who hold it. */
export function refuseKindChange(before: Feature | undefined, after: Feature): void {
  if (before === undefined || before.kind === after.kind) return;
  const message = `Feature ${after.key} is ${before.kind} and cannot become ${after.kind}.`;
  throw new AppError(FEATURE_KIND_FIXED, { message });
}

/** Checked on what will be on sale once the drafts are. */
export function requireOneDefault(
  catalog: Pick<Catalog, 'current'>,
  drafts: readonly Pick<PlanDraft, 'slug' | 'isDefault'>[],
): void {
  const onSale = new Map(catalog.current.map((plan) => [plan.slug, plan.isDefault]));
  for (const draft of drafts) onSale.set(draft.slug, draft.isDefault);
  const defaults = [...onSale].filter(([, isDefault]) => isDefault).map(([slug]) => slug);
  if (defaults.length === 1) return;
  const message =
    defaults.length === 0
      ? 'One plan on sale must be the default, that of accounts that have bought none.'
      : `Only one plan can be the default, not ${defaults.join(' and ')}.`;
  throw new AppError(DEFAULT_PLAN_REQUIRED, { message });
}

export function checkSlug(slug: string, at: string, faults: Faults): void {
  if (SLUG.test(slug)) return;
  const message = 'must be 1 to 63 of a-z, 0-9, _ and -, beginning with a letter';
  faults.push({ field: at, message });
}

export function checkKey(key: string, at: string, faults: Faults): void {
  if (KEY.test(key)) return;
  const message = 'must be 1 to 63 of a-z, 0-9 and _, beginning with a letter';
  faults.push({ field: at, message });
}

export function checkName(name: string, at: string, faults: Faults): void {
  if (name.trim() === '') faults.push({ field: at, message: 'must not be empty' });
  checkText(name, at, faults);
}

export function checkText(text: string, at: string, faults: Faults): void {
  if (text.length <= MOST_CHARACTERS && isText(text)) return;
  faults.push({ field: at, message: `must be well-formed text of at most ${MOST_CHARACTERS}` });
}

/** A list whose entries are named once each; `nameOf` is the member that names them. */
export function checkUnique<T>(
  entries: readonly T[],
  member: string & keyof T,
  at: string,
  faults: Faults,
): void {
  const seen = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    const name = entry[member];
    if (seen.has(name)) {
      const field = pointer(`${at}/${index}`, member);
      faults.push({ field, message: `${String(name)} is already in the list` });
    }
    seen.add(name);
  }
}

/** A feature as files, answers and audit entries write it. */
export function writeFeature(feature: Feature) {
  return {
    key: feature.key,
    kind: feature.kind,
    name: feature.name,
    description: feature.description,
    unit: feature.unit,
    when_missing: feature.whenMissing,
    on_unavailable: feature.onUnavailable,
    commit_event: feature.commitEvent,
  };
}

export function writeEventType(eventType: EventType) {
  return {
    key: eventType.key,
    name: eventType.name,
    counts: eventType.counts.map(({ feature, dimension, factor }) => ({
      feature,
      dimension,
      factor: formatQuantity(factor),
    })),
  };
}

/** Whether two written forms say the same; their members come in one order. */
export function isSameWriting(first: unknown, second: unknown): boolean {
  return JSON.stringify(first) === JSON.stringify(second);
}

function commitEventType(
  feature: Feature,
  key: string,
  eventTypes: Catalog['eventTypes'],
): EventType | undefined {
  return eventTypes.get(key) ?? (key === feature.key ? implicitEventType(feature) : undefined);
}
