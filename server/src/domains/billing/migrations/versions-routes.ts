import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text } from '../../../platform/schemas.ts';
import {
  compareContent,
  contentOf,
  type Catalog,
  type CatalogCache,
  type PlanVersion,
} from '../../plans/index.ts';
import type { Drafts } from '../../pricing/index.ts';
import { countSubscribers, type SubscriberCount } from '../../subscriptions/index.ts';
import { PLAN_UNKNOWN } from '../errors.ts';

export interface VersionsDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
  readonly drafts: Pick<Drafts, 'list'>;
}

const PriceSchema = Type.Object({
  billing_cycle: Type.String(),
  currency: Type.String(),
  amount_minor: Type.Integer(),
  amount: Type.String({ description: 'In major units.' }),
});

const PlaceSchema = Type.Object({
  place: Type.String({ description: 'Such as features/audio_minutes.' }),
  before: Nullable(Type.String()),
  after: Nullable(Type.String()),
});

const ListedSchema = Type.Object({
  plan: Type.String(),
  name: Type.String(),
  description: Type.String(),
  is_default: Type.Boolean({ description: 'The plan of those who have bought none.' }),
  on_sale: Nullable(Type.Integer({ description: 'The version on sale; none where withdrawn.' })),
  published_at: Type.String(),
  prices: Type.Array(PriceSchema, { description: 'Empty where the price is agreed upon.' }),
  versions: Type.Integer(),
  subscribers: Type.Integer({ description: 'Of all its versions.' }),
  draft: Nullable(Type.String({ description: 'The id of the open draft.' })),
});

const VersionSchema = Type.Object({
  version: Type.Integer(),
  name: Type.String(),
  on_sale: Type.Boolean(),
  published_at: Type.String(),
  prices: Type.Array(PriceSchema),
  subscribers: Type.Integer(),
  sources: Type.Array(Type.Object({ source: Type.String(), subscribers: Type.Integer() })),
  says: Type.Array(Type.Object({ place: Type.String(), value: Type.String() }), {
    description: 'All that the version grants and costs, place by place.',
  }),
  changes: Type.Array(PlaceSchema, { description: 'Against the version before it.' }),
});

const path = '/admin/v1/plans';
const read = { tag: 'Plans by staff', scope: 'staff', permission: 'plans.read' } as const;

/** The plans with all their versions, and how many hold each. */
export function versionsRoutes({ database, catalog, drafts }: VersionsDependencies): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'The plans, those on sale first, and how many hold them',
      response: Type.Object({ data: Type.Array(ListedSchema), next_cursor: Type.Null() }),
      async handler() {
        const plans = byPlan(await catalog.recheck());
        const ids = [...plans.values()].flat().map(({ id }) => id);
        const counts = await countSubscribers(database, ids);
        const open = new Map((await drafts.list()).map(({ slug, id }) => [slug, String(id)]));
        const data = [...plans.entries()].map(([slug, versions]) =>
          listedAnswer(versions, { counts, draft: open.get(slug) ?? null }),
        );
        return { data, next_cursor: null };
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: `${path}/{plan}/versions`,
      summary: 'The versions of a plan, the latest first, and what each changed',
      params: Input({ plan: Text({ minLength: 1, maxLength: 63, description: 'Its slug.' }) }),
      response: Type.Object({ data: Type.Array(VersionSchema), next_cursor: Type.Null() }),
      async handler({ params }) {
        const plans = byPlan(await catalog.recheck());
        const versions = plans.get(params.plan);
        if (versions === undefined) throw planUnknown(params.plan, [...plans.keys()]);
        const counts = await countSubscribers(
          database,
          versions.map(({ id }) => id),
        );
        const data = versions.map((version, index) =>
          versionAnswer(version, versions[index + 1], counts),
        );
        return { data, next_cursor: null };
      },
    }),
  ];
}

/** Each plan's versions, the latest first; the plans in the order in which they are sold. */
function byPlan({ plans, current }: Catalog): Map<string, PlanVersion[]> {
  const latestFirst = [...plans.values()].toSorted((a, b) => b.version - a.version);
  const slugs = new Set([...current, ...latestFirst].map(({ slug }) => slug));
  return new Map(
    [...slugs].map((slug) => [slug, latestFirst.filter((version) => version.slug === slug)]),
  );
}

function listedAnswer(
  versions: readonly PlanVersion[],
  known: { readonly counts: readonly SubscriberCount[]; readonly draft: string | null },
): Static<typeof ListedSchema> {
  const onSale = versions.find(({ isCurrent }) => isCurrent);
  const shown = onSale ?? versions[0]!;
  const held = versions.map((version) => sumOf(known.counts, version));
  return {
    plan: shown.slug,
    name: shown.name,
    description: shown.description,
    is_default: shown.isDefault,
    on_sale: onSale?.version ?? null,
    published_at: formatInstant(shown.publishedMs),
    prices: pricesAnswer(shown),
    versions: versions.length,
    subscribers: held.reduce((sum, count) => sum + count, 0),
    draft: known.draft,
  };
}

function versionAnswer(
  version: PlanVersion,
  before: PlanVersion | undefined,
  counts: readonly SubscriberCount[],
): Static<typeof VersionSchema> {
  const content = contentOf(version);
  return {
    version: version.version,
    name: version.name,
    on_sale: version.isCurrent,
    published_at: formatInstant(version.publishedMs),
    prices: pricesAnswer(version),
    subscribers: sumOf(counts, version),
    sources: counts
      .filter(({ planId }) => planId === version.id)
      .map(({ source, count }) => ({ source, subscribers: count })),
    says: compareContent(undefined, content).map(({ place, after }) => {
      return { place, value: after ?? '' };
    }),
    changes:
      before === undefined
        ? []
        : compareContent(contentOf(before), content).map((change) => ({ ...change })),
  };
}

function pricesAnswer({ prices }: PlanVersion): Static<typeof PriceSchema>[] {
  return prices.map(({ billingCycle, currency, amountMinor }) => ({
    billing_cycle: billingCycle,
    currency,
    amount_minor: amountMinor,
    amount: formatMoney(money(amountMinor, currency)),
  }));
}

function sumOf(counts: readonly SubscriberCount[], { id }: PlanVersion): number {
  return counts.filter(({ planId }) => planId === id).reduce((sum, { count }) => sum + count, 0);
}

function planUnknown(plan: string, known: readonly string[]): AppError {
  const message = `There is no plan ${plan}; there are: ${known.join(', ')}.`;
  return new AppError(PLAN_UNKNOWN, { message, members: { known } });
}
