import Type, { type Static } from 'typebox';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { quantityToNumber } from '@whisperforge/kernel/quantity';
import { route, type Route } from '../../platform/routes.ts';
import type { CatalogCache } from './cache.ts';
import type { Catalog, Feature, FeatureTerms, Pack, PlanPrice, PlanVersion } from './catalog.ts';
import { limitToNumber } from './terms.ts';

const KindSchema = Type.Enum(['boolean', 'metered', 'level', 'value']);
const LimitSchema = Type.Union([Type.Number(), Type.Null()], {
  description: '`null` is unlimited.',
});

const PlanFeatureSchema = Type.Object({
  feature: Type.String(),
  kind: KindSchema,
  name: Type.String(),
  description: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  granted: Type.Boolean(),
  limit: Type.Optional(LimitSchema),
  beyond: Type.Optional(
    Type.Object(
      {
        policy: Type.Enum(['block', 'grace', 'overage']),
        amount: Type.Optional(Type.Number({ description: 'How far grace goes.' })),
        unit_price_minor: Type.Optional(Type.String({ description: 'The price of overage.' })),
        currency: Type.Optional(Type.String()),
      },
      { description: 'What happens when the limit is reached.' },
    ),
  ),
  value: Type.Optional(Type.String()),
  values: Type.Optional(Type.Array(Type.String(), { description: '`*` stands for all.' })),
});

const amounts = {
  currency: Type.String(),
  amount_minor: Type.Integer({ description: 'In minor units, such as cents.' }),
  amount: Type.String({ description: 'In major units, such as `182.40`.' }),
};

const PriceSchema = Type.Object({
  billing_cycle: Type.Enum(['monthly', 'yearly']),
  ...amounts,
});

const PackSchema = Type.Object({
  pack: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  feature: Type.String(),
  amount: Type.Number({ description: 'How much of the feature one pack adds.' }),
  valid_days: Type.Union([Type.Integer(), Type.Null()], {
    description: 'How long it lasts; `null` is without end.',
  }),
  prices: Type.Array(Type.Object(amounts)),
});

const PlanSchema = Type.Object({
  slug: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  description: Type.String(),
  is_default: Type.Boolean({ description: 'The plan of accounts that have bought none.' }),
  prices: Type.Array(PriceSchema, { description: 'Empty where the price is agreed upon.' }),
  trial_days: Type.Integer({ description: 'For accounts that have never bought anything.' }),
  extra_seat: Type.Union(
    [Type.Object({ feature: Type.String(), prices: Type.Array(PriceSchema) }), Type.Null()],
    { description: 'What a seat beyond the included ones costs.' },
  ),
  features: Type.Array(PlanFeatureSchema),
});

const FeatureSchema = Type.Object({
  feature: Type.String(),
  kind: KindSchema,
  name: Type.String(),
  description: Type.String(),
  unit: Type.Union([Type.String(), Type.Null()]),
  on_unavailable: Type.Enum(['allow', 'deny', 'last_known']),
  commit_event: Type.Union([Type.String(), Type.Null()]),
});

const PlansSchema = Type.Object({
  data: Type.Array(PlanSchema),
  next_cursor: Type.Null(),
  packs: Type.Array(PackSchema, { description: 'What is bought once, beside a plan.' }),
});
const FeaturesSchema = Type.Object({ data: Type.Array(FeatureSchema), next_cursor: Type.Null() });

export function plansRoutes(cache: Pick<CatalogCache, 'latest'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/plans',
      summary: 'The plans on sale',
      description: 'Cheapest first, with their prices and what each grants.',
      tag: 'Plans',
      scope: 'public',
      response: PlansSchema,
      handler: async () => {
        const catalog = await cache.latest();
        const data = catalog.current.map((plan) => showPlan(catalog, plan));
        return { data, next_cursor: null, packs: catalog.packs.map(showPack) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/features',
      summary: 'The features that plans grant',
      description: 'With what a client does about each while this server cannot answer.',
      tag: 'Plans',
      scope: 'read',
      response: FeaturesSchema,
      handler: async () => {
        const { features } = await cache.latest();
        return { data: [...features.values()].map(showFeature), next_cursor: null };
      },
    }),
  ];
}

function showPlan(catalog: Catalog, plan: PlanVersion): Static<typeof PlanSchema> {
  return {
    slug: plan.slug,
    version: plan.version,
    name: plan.name,
    description: plan.description,
    is_default: plan.isDefault,
    prices: plan.prices.map(showPrice),
    trial_days: plan.trialDays,
    extra_seat: plan.extraSeat && {
      feature: plan.extraSeat.feature,
      prices: plan.extraSeat.prices.map(showPrice),
    },
    features: [...catalog.features.values()].map((feature) =>
      showPlanFeature(feature, plan.terms.get(feature.key) ?? null),
    ),
  };
}

function showPrice(price: PlanPrice): Static<typeof PriceSchema> {
  return {
    billing_cycle: price.billingCycle,
    currency: price.currency,
    amount_minor: price.amountMinor,
    amount: formatMoney(money(price.amountMinor, price.currency)),
  };
}

function showPack(pack: Pack): Static<typeof PackSchema> {
  return {
    pack: pack.key,
    version: pack.version,
    name: pack.name,
    feature: pack.feature,
    amount: quantityToNumber(pack.amount),
    valid_days: pack.validDays,
    prices: pack.prices.map(({ currency, amountMinor }) => ({
      currency,
      amount_minor: amountMinor,
      amount: formatMoney(money(amountMinor, currency)),
    })),
  };
}

function showPlanFeature(
  { key: feature, kind, name, description, unit }: Feature,
  terms: FeatureTerms | null,
): Static<typeof PlanFeatureSchema> {
  const granted = terms !== null;
  return { feature, kind, name, description, unit, granted, ...showTerms(terms) };
}

function showTerms(
  terms: FeatureTerms | null,
): Pick<Static<typeof PlanFeatureSchema>, 'limit' | 'beyond' | 'value' | 'values'> {
  switch (terms?.kind) {
    case undefined:
    case 'boolean':
      return {};
    case 'level':
      return { limit: limitToNumber(terms.limit) };
    case 'metered': {
      const limit = limitToNumber(terms.limit);
      const { beyond } = terms;
      if (beyond.policy === 'block') return { limit, beyond };
      if (beyond.policy === 'grace') {
        return { limit, beyond: { policy: 'grace', amount: quantityToNumber(beyond.amount) } };
      }
      const { policy, unitPriceMinor, currency } = beyond;
      return { limit, beyond: { policy, unit_price_minor: unitPriceMinor, currency } };
    }
    case 'value':
      return typeof terms.value === 'string'
        ? { value: terms.value }
        : { values: [...terms.value] };
  }
}

function showFeature(feature: Feature): Static<typeof FeatureSchema> {
  return {
    feature: feature.key,
    kind: feature.kind,
    name: feature.name,
    description: feature.description,
    unit: feature.unit,
    on_unavailable: feature.onUnavailable,
    commit_event: feature.commitEvent,
  };
}
