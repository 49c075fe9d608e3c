import { units, type Quantity } from '@whisperforge/kernel/quantity';
import type { Beyond, Catalog, Feature, FeatureTerms, PlanVersion } from '../plans/index.ts';
import type { AccessFacts } from '../subscriptions/index.ts';

/** What tests of pure decisions sell: one metered feature, one level, one value, one switch. */
export const MINUTES = 'minutes';
export const FILES = 'files';
export const MODELS = 'models';
export const SHARING = 'sharing';

/** Known to `latest_version` alone: plans that are older than it follow their newest version. */
export const IMAGES = 'images';

function feature(key: string, kind: Feature['kind'], position: number): Feature {
  return {
    key,
    kind,
    name: key,
    description: '',
    unit: null,
    whenMissing: key === IMAGES ? 'latest_version' : 'deny',
    onUnavailable: 'deny',
    commitEvent: null,
    position,
  };
}

export function metered(limit: number | null, beyond: Beyond = { policy: 'block' }): FeatureTerms {
  return { kind: 'metered', limit: limit === null ? null : units(limit), beyond };
}

export function level(limit: Quantity | null): FeatureTerms {
  return { kind: 'level', limit };
}

export interface PlanSketch {
  readonly id: number;
  readonly slug: string;
  readonly version?: number;
  readonly terms: Readonly<Record<string, FeatureTerms | null>>;
  readonly isCurrent?: boolean;
  readonly publishedMs?: number;
}

/** The first plan is that of those who bought none; the order is that of their prices. */
export function catalogOf(sketches: readonly PlanSketch[], version = 1): Catalog {
  const plans = sketches.map(
    ({ id, slug, terms, version: number = 1, isCurrent = true, publishedMs = 0 }): PlanVersion => ({
      id,
      slug,
      version: number,
      name: slug,
      description: '',
      position: id,
      isCurrent,
      isDefault: slug === sketches[0]!.slug,
      publishedMs,
      terms: new Map(Object.entries(terms)),
      prices: [],
      trialDays: 0,
      extraSeat: null,
    }),
  );
  const features = [
    feature(MINUTES, 'metered', 0),
    feature(FILES, 'level', 1),
    feature(MODELS, 'value', 2),
    feature(SHARING, 'boolean', 3),
    feature(IMAGES, 'metered', 4),
  ];
  return {
    version,
    features: new Map(features.map((each) => [each.key, each])),
    eventTypes: new Map(),
    plans: new Map(plans.map((plan) => [plan.id, plan])),
    current: plans.filter((plan) => plan.isCurrent),
    packs: [],
  };
}

export const FREE = 1;
export const PRO = 2;
export const UNLIMITED = 3;
export const BARE = 4;

/** Free has 60 minutes and 3 files, pro 300 and 15, unlimited no end, bare nothing of either. */
export const CATALOG = catalogOf([
  {
    id: FREE,
    slug: 'free',
    terms: {
      [MINUTES]: metered(60),
      [FILES]: level(units(3)),
      [MODELS]: { kind: 'value', value: ['small'] },
      [SHARING]: null,
    },
  },
  {
    id: PRO,
    slug: 'pro',
    terms: {
      [MINUTES]: metered(300),
      [FILES]: level(units(15)),
      [MODELS]: { kind: 'value', value: ['*'] },
      [SHARING]: { kind: 'boolean' },
    },
  },
  {
    id: UNLIMITED,
    slug: 'unlimited',
    terms: {
      [MINUTES]: metered(null),
      [FILES]: level(null),
      [MODELS]: { kind: 'value', value: ['*'] },
      [SHARING]: { kind: 'boolean' },
    },
  },
  { id: BARE, slug: 'bare', terms: { [MINUTES]: null, [FILES]: null } },
]);

/** An account that has bought and been given nothing. */
export const NO_FACTS: AccessFacts = {
  subscription: null,
  planChanges: [],
  boosts: [],
  packs: [],
  overageConsents: [],
};
