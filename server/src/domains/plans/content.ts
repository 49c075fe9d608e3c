// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import type { BillingCycle, ExtraSeat, FeatureTerms, PlanVersion } from './catalog.ts';
import { writeTerms } from './terms.ts';

/** What is sold for a billing cycle in a currency. */
export interface Price {
  readonly billingCycle: BillingCycle;
  readonly currency: string;
  readonly amountMinor: number;
}

/** What makes a version what it is: two versions of equal content are one. */
export interface PlanContent {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly terms: ReadonlyMap<string, FeatureTerms | null>;
  readonly prices: readonly Price[];
  readonly trialDays: number;
  readonly extraSeat: ExtraSeat<Price> | null;
}

/** A plan as staff prepare it; it has no version yet, and nobody can hold it. */
export interface PlanDraft extends PlanContent {
  readonly slug: string;
  readonly position: number;
}

/** One place where two contents differ, in words for people; `null` is nothing there. */
export interface Difference {
  /** Such as `name`, `features/audio_minutes` or `prices/monthly/usd`. */
  readonly place: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What changes from one content to another, nothing being the content of a plan that is not sold.
 * A feature that one of them does not know counts as one that it does not grant.
 */
export function compareContent(before: PlanContent | undefined, after: PlanContent): Difference[] {
  const old = before === undefined ? new Map<string, string>() : describeContent(before);
  const fresh = describeContent(after);
  const places = [...new Set([...old.keys(), ...fresh.keys()])].toSorted();
  return places
    .map((place) => ({
      place,
      before: old.get(place) ?? null,
      after: fresh.get(place) ?? null,
    }))
    .filter((difference) => difference.before !== difference.after);
}

export function contentOf(version: PlanVersion): PlanContent {
  const { name, description, isDefault, terms, prices, trialDays, extraSeat } = version;
  return { name, description, isDefault, terms, prices, trialDays, extraSeat };
}

/** Every feature of the catalogue, those that the terms do not mention as not granted. */
export function mentionAll(
  terms: PlanContent['terms'],
  features: Iterable<string>,
): ReadonlyMap<string, FeatureTerms | null> {
  const all = new Map(terms);
  for (const feature of features) if (!all.has(feature)) all.set(feature, null);
  return all;
}

function describeContent(content: PlanContent): Map<string, string> {
  const places = new Map([['name', content.name]]);
  if (content.description !== '') places.set('description', content.description);
  if (content.isDefault) places.set('default', 'yes');
  for (const [feature, terms] of content.terms) {
    if (terms !== null) places.set(`features/${feature}`, describeTerms(terms));
  }
  if (content.trialDays > 0) places.set('trial_days', String(content.trialDays));
  describePrices('prices', content.prices, places);
  if (content.extraSeat !== null) {
    places.set('extra_seat/feature', content.extraSeat.feature);
    describePrices('extra_seat', content.extraSeat.prices, places);
  }
  return places;
}

function describePrices(at: string, prices: readonly Price[], places: Map<string, string>): void {
  for (const { billingCycle, currency, amountMinor } of prices) {
    places.set(`${at}/${billingCycle}/${currency}`, formatMoney(money(amountMinor, currency)));
  }
}

/** Exact: two terms read alike only if they are alike. */
function describeTerms(terms: FeatureTerms): string {
  if (terms.kind === 'boolean') return 'yes';
  if (terms.kind === 'value') return JSON.stringify(terms.value);
  const { limit, ...rest } = writeTerms(terms) as { limit: string | null; beyond?: object };
  const beyond = terms.kind === 'metered' && terms.beyond.policy !== 'block';
  return `${limit ?? 'unlimited'}${beyond ? `, beyond it ${JSON.stringify(rest.beyond)}` : ''}`;
}
