import type { ModelCatalog, ModelCount, ModelTerms } from './model/catalog.ts';

/** What is sold in the simulation, as a catalogue file, and how it changes while it runs. */
export interface SoldFile {
  readonly features: readonly {
    readonly key: string;
    readonly kind: 'metered' | 'level' | 'boolean' | 'value';
    readonly name: string;
    readonly when_missing: 'deny' | 'latest_version';
    readonly on_unavailable: 'deny';
    readonly commit_event?: string;
  }[];
  readonly event_types: readonly {
    readonly key: string;
    readonly name: string;
    readonly counts: readonly SoldCount[];
  }[];
  readonly pricing_rules: readonly unknown[];
  readonly plans: readonly SoldPlan[];
}

interface SoldCount {
  readonly feature: string;
  readonly dimension: ModelCount['dimension'];
  readonly factor: string;
}

interface SoldPlan {
  readonly slug: string;
  readonly name: string;
  readonly default?: boolean;
  readonly monthly_prices: Readonly<Record<string, string>>;
  readonly features: Readonly<Record<string, SoldTerms>>;
}

type SoldTerms =
  | boolean
  | { readonly limit: string | null; readonly beyond?: SoldBeyond }
  | { readonly value: string }
  | { readonly values: readonly string[] };

type SoldBeyond =
  | { readonly policy: 'block' }
  | { readonly policy: 'grace'; readonly amount: string }
  | { readonly policy: 'overage'; readonly unit_price_minor: string; readonly currency: string };

/** Every metered feature that is ever sold; `images` comes later. */
export const METERED = ['minutes', 'tokens', 'pages', 'images'] as const;
export const LEVELS = ['files', 'seats'] as const;
export const FIRST_METERED = METERED.slice(0, 3);

const overage = (price: string): SoldBeyond => ({
  policy: 'overage',
  unit_price_minor: price,
  currency: 'usd',
});

/** The catalogue after so many publications; each differs from the one before. */
export function soldAfter(publications: number): SoldFile {
  const has = (number: number): boolean => publications >= number;
  const free = 60 - Math.min(publications, 20);
  const pro = 300 + publications * 7;
  return {
    features: [
      feature('minutes', 'metered', 'speech'),
      feature('tokens', 'metered'),
      feature('pages', 'metered'),
      feature('files', 'level'),
      feature('seats', 'level'),
      feature('models', 'value'),
      feature('priority', 'value'),
      feature('sharing', 'boolean'),
      ...(has(2) ? [feature('images', 'metered')] : []),
    ],
    event_types: [
      {
        key: 'speech',
        name: 'Speech',
        counts: [
          { feature: 'minutes', dimension: 'amount', factor: '1' },
          { feature: 'tokens', dimension: 'tokens_in', factor: '1' },
          { feature: 'tokens', dimension: 'tokens_out', factor: has(3) ? '3' : '2.5' },
        ],
      },
      {
        key: 'note',
        name: 'Note',
        counts: [
          { feature: 'pages', dimension: 'count', factor: '1' },
          { feature: 'minutes', dimension: 'amount', factor: '0.333333' },
        ],
      },
      { key: 'opened', name: 'Opened', counts: [] },
    ],
    pricing_rules: [],
    plans: [
      {
        slug: 'free',
        name: 'Free',
        default: true,
        monthly_prices: { usd: '0.00' },
        features: {
          minutes: { limit: String(has(1) ? free : 60) },
          tokens: { limit: '5000', beyond: { policy: 'grace', amount: '500' } },
          pages: { limit: '10.5', beyond: overage('12.5') },
          files: { limit: '3' },
          seats: { limit: '1' },
          models: { values: ['small'] },
          priority: { value: 'standard' },
          sharing: false,
          ...(has(4) && { images: { limit: '5' } }),
        },
      },
      {
        slug: 'basic',
        name: 'Basic',
        monthly_prices: { usd: '5.00' },
        features: {
          minutes: false,
          tokens: { limit: '20000' },
          pages: { limit: '20' },
          files: { limit: '5' },
          models: { values: ['small', 'medium'] },
          sharing: true,
        },
      },
      {
        slug: 'pro',
        name: 'Pro',
        monthly_prices: { usd: '19.00' },
        features: {
          minutes: { limit: String(has(1) ? pro : 300) },
          tokens: { limit: '50000', beyond: { policy: 'grace', amount: '1000.25' } },
          pages: { limit: '50', beyond: overage('0.003') },
          files: { limit: '15' },
          seats: { limit: '3' },
          models: { values: ['*'] },
          priority: { value: 'fast' },
          sharing: true,
          ...(has(2) && { images: { limit: '20' } }),
        },
      },
      {
        slug: 'team',
        name: 'Team',
        monthly_prices: { usd: '49.00' },
        features: {
          minutes: { limit: null },
          tokens: { limit: null },
          pages: { limit: '400.000001' },
          files: { limit: null },
          seats: { limit: '10' },
          models: { values: ['*'] },
          priority: { value: 'fast' },
          sharing: true,
          ...(has(2) && { images: { limit: null } }),
        },
      },
    ],
  };
}

function feature(
  key: string,
  kind: SoldFile['features'][number]['kind'],
  commitEvent?: string,
): SoldFile['features'][number] {
  return {
    key,
    kind,
    name: key,
    when_missing: key === 'images' ? 'latest_version' : 'deny',
    on_unavailable: 'deny',
    ...(commitEvent !== undefined && { commit_event: commitEvent }),
  };
}

/** Tells the model what a publication put on sale. */
export function publishToModel(
  catalog: ModelCatalog,
  change: { readonly before: SoldFile | null; readonly after: SoldFile; readonly nowMs: number },
): void {
  const { before, after, nowMs } = change;
  for (const { key, kind, when_missing: rule, commit_event: commitEvent } of after.features) {
    const followsLatest = rule === 'latest_version';
    catalog.features.set(key, { key, kind, followsLatest, commitEvent: commitEvent ?? null });
  }
  catalog.events.clear();
  for (const { key, kind } of after.features) {
    const counts: ModelCount[] = [{ feature: key, dimension: 'amount', factor: 1_000_000n }];
    if (kind === 'metered') catalog.events.set(key, counts);
  }
  for (const { key, counts } of after.event_types) {
    catalog.events.set(
      key,
      counts.map((count) => ({ ...count, factor: micro(count.factor) })),
    );
  }
  for (const [index, plan] of after.plans.entries()) {
    const last = before?.plans.find((other) => other.slug === plan.slug);
    if (last !== undefined && JSON.stringify(last) === JSON.stringify(plan)) continue;
    const version = catalog.plans.filter((other) => other.slug === plan.slug).length + 1;
    const terms = new Map(after.features.map(({ key }) => [key, termsOf(plan.features[key])]));
    catalog.plans.push({ slug: plan.slug, version, position: index, publishedMs: nowMs, terms });
  }
}

function termsOf(said: SoldTerms | undefined): ModelTerms | null {
  if (said === undefined || said === false) return null;
  if (said === true) return { kind: 'yes' };
  if ('value' in said) return { kind: 'values', values: [said.value], isList: false };
  if ('values' in said) return { kind: 'values', values: said.values, isList: true };
  const limit = said.limit === null ? null : micro(said.limit);
  const { beyond } = said;
  if (beyond === undefined || beyond.policy === 'block') {
    return { kind: 'counted', limit, beyond: { policy: 'block' } };
  }
  if (beyond.policy === 'grace') {
    return { kind: 'counted', limit, beyond: { policy: 'grace', amount: micro(beyond.amount) } };
  }
  const { currency, unit_price_minor: price } = beyond;
  const priceMicro = micro(price);
  return { kind: 'counted', limit, beyond: { policy: 'overage', priceMicro, currency } };
}

/** Millionths of a decimal string. */
export function micro(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}
