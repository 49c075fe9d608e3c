import Type, { type Static } from 'typebox';
import type { Database } from '../../../platform/database.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, UserId } from '../../../platform/schemas.ts';
import type { Access } from '../../access/index.ts';
import {
  compareContent,
  contentOf,
  currentPlan,
  type Catalog,
  type CatalogCache,
  type PlanContent,
  type PlanVersion,
} from '../../plans/index.ts';
import type { Drafts } from '../../pricing/index.ts';
import { countSubscribers } from '../../subscriptions/index.ts';
import { loadEffects } from './effects.ts';
import { effectAnswer, EffectSchema } from './schemas.ts';

export interface EffectsDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
  readonly drafts: Pick<Drafts, 'compare'>;
  readonly access: Pick<Access, 'profile'>;
}

const ExampleSchema = Type.Object({
  user: Nullable(Type.String({ description: 'None where it is anybody of the plan.' })),
  version: Type.Integer({ description: 'Which they hold.' }),
  changes: Type.Array(
    Type.Object({
      place: Type.String({ description: 'Such as features/audio_minutes.' }),
      before: Nullable(Type.String()),
      after: Nullable(Type.String()),
    }),
  ),
});

const EffectsSchema = Type.Object({
  plan: Type.String(),
  versions: Type.Array(
    Type.Object({
      version: Type.Integer(),
      on_sale: Type.Boolean(),
      subscribers: Type.Integer(),
      sources: Type.Array(Type.Object({ source: Type.String(), subscribers: Type.Integer() })),
      recurring: Type.Array(EffectSchema, {
        description: 'What a month brings, and would bring at the prices of the draft.',
      }),
    }),
    { description: 'Those that somebody holds, and the one on sale.' },
  ),
  example: Type.Union([ExampleSchema, Type.Null()], {
    description: 'What being moved would change; none for a user of another plan.',
  }),
});

/** What a draft would do to those who hold the plan, were they moved to it. */
export function effectsRoutes(deps: EffectsDependencies): Route[] {
  return [
    route({
      method: 'GET',
      path: '/admin/v1/plan-drafts/{id}/effects',
      summary: 'Whom a draft concerns, and what moving them to it would change',
      description: 'Publishing alone moves nobody. `user` takes one of the plan as the example.',
      tag: 'Plans by staff',
      scope: 'staff',
      permission: 'plans.read',
      params: Input({ id: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      query: Input({ user: Type.Optional(UserId) }),
      response: EffectsSchema,
      async handler({ params, query, nowMs }) {
        const { draft, change } = await deps.drafts.compare(Number(params.id), nowMs);
        const catalog = await deps.catalog.recheck();
        const onSale = currentPlan(catalog, draft.slug);
        const after = change?.after ?? (onSale === undefined ? null : contentOf(onSale));
        const versions = await loadVersions(deps, { slug: draft.slug, catalog, after, nowMs });
        const held = await heldBy(deps, query.user, onSale);
        const isOne = held?.slug === draft.slug;
        const example = isOne && after !== null ? exampleOf(held, query.user ?? null, after) : null;
        return { plan: draft.slug, versions, example };
      },
    }),
  ];
}

async function loadVersions(
  { database }: EffectsDependencies,
  of: {
    readonly slug: string;
    readonly catalog: Catalog;
    readonly after: PlanContent | null;
    readonly nowMs: number;
  },
): Promise<Static<typeof EffectsSchema>['versions']> {
  const plans = [...of.catalog.plans.values()].filter(({ slug }) => slug === of.slug);
  const counts = await countSubscribers(
    database,
    plans.map(({ id }) => id),
  );
  const versions: Static<typeof EffectsSchema>['versions'] = [];
  for (const plan of plans.toSorted((a, b) => b.version - a.version)) {
    const sources = counts.filter(({ planId }) => planId === plan.id);
    const subscribers = sources.reduce((sum, { count }) => sum + count, 0);
    if (subscribers === 0 && !plan.isCurrent) continue;
    const to = of.after ?? contentOf(plan);
    const effects = await loadEffects(database, { from: plan, to }, of.nowMs);
    versions.push({
      version: plan.version,
      on_sale: plan.isCurrent,
      subscribers,
      sources: sources.map(({ source, count }) => ({ source, subscribers: count })),
      recurring: effects.map(effectAnswer),
    });
  }
  return versions;
}

/** The version that a user has now, which may be another plan's, or else the one on sale. */
async function heldBy(
  { access }: EffectsDependencies,
  user: string | undefined,
  onSale: PlanVersion | undefined,
): Promise<PlanVersion | undefined> {
  return user === undefined ? onSale : (await access.profile(user)).plan;
}

function exampleOf(
  held: PlanVersion,
  user: string | null,
  after: PlanContent,
): Static<typeof ExampleSchema> {
  const changes = compareContent(contentOf(held), after).map((difference) => ({ ...difference }));
  return { user, version: held.version, changes };
}
