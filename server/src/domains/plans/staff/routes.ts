import Type, { type Static } from 'typebox';
import type { Database } from '../../../platform/database.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text } from '../../../platform/schemas.ts';
import type { CatalogCache } from '../cache.ts';
import type { Catalog, Feature } from '../catalog.ts';
import { writeTerms } from '../terms.ts';
import { staffCommand } from './command.ts';
import {
  addFeature,
  changeFeature,
  featureVersion,
  type DefinedFeature,
  type StatedFeature,
} from './features.ts';

const path = '/admin/v1/features';
const tag = 'Plans by staff';
const read = { tag, scope: 'staff', permission: 'plans.read' } as const;
const write = { tag, scope: 'staff', permission: 'plans.write' } as const;

const Key = Text({ minLength: 1, maxLength: 63, description: 'Such as audio_minutes.' });
const Kind = Type.Enum(['boolean', 'metered', 'level', 'value']);

const said = {
  kind: Kind,
  name: Text({ minLength: 1, maxLength: 200 }),
  description: Type.Optional(Text({ maxLength: 2_000 })),
  unit: Type.Optional(Nullable(Text({ minLength: 1, maxLength: 100 }))),
  when_missing: Type.Enum(['deny', 'latest_version']),
  on_unavailable: Type.Enum(['allow', 'deny', 'last_known']),
  commit_event: Type.Optional(Nullable(Text({ minLength: 1, maxLength: 63 }))),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
  reason: Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
  dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
};

const FeatureSchema = Type.Object({
  feature: Type.String(),
  version: Type.Integer({ description: 'To be sent back with a change.' }),
  kind: Type.String(),
  name: Type.String(),
  description: Type.String(),
  unit: Nullable(Type.String()),
  when_missing: Type.String(),
  on_unavailable: Type.String(),
  commit_event: Nullable(Type.String()),
  position: Type.Integer(),
});

const ListedSchema = Type.Object({
  ...FeatureSchema.properties,
  plans: Type.Array(
    Type.Object({ plan: Type.String(), version: Type.Integer(), terms: Type.Unknown() }),
    {
      description: 'What each plan on sale says of it, as catalogue files do.',
    },
  ),
});

const DefinedSchema = Type.Object({
  dry_run: Type.Boolean(),
  before: Type.Union([FeatureSchema, Type.Null()]),
  after: FeatureSchema,
});

export interface PlansStaffDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
}

/** The catalogue of features, as staff see and change it. */
export function plansStaffRoutes({ database, catalog }: PlansStaffDependencies): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'The features, and what each plan on sale says of them',
      response: Type.Object({ data: Type.Array(ListedSchema), next_cursor: Type.Null() }),
      async handler() {
        const plans = await catalog.recheck();
        const features = [...plans.features.values()];
        return { data: features.map((feature) => listed(feature, plans)), next_cursor: null };
      },
    }),
    route({
      ...write,
      method: 'POST',
      path,
      summary: 'Add a feature',
      body: Input({ feature: Key, ...said }),
      response: DefinedSchema,
      async handler(request) {
        const { feature: key, dry_run: isDry = false } = request.body;
        const stated = statedOf(key, request.body);
        const context = staffCommand(request, request.body.reason);
        const add = performOrTry(database, { isDry }, (tx) => addFeature(tx, stated, context));
        return definedAnswer(await add, isDry);
      },
    }),
    route({
      ...write,
      method: 'PUT',
      path: `${path}/{feature}`,
      summary: 'Change a feature',
      description: 'Its kind stays: what it counts cannot change under those who hold it.',
      params: Input({ feature: Key }),
      body: Input({ version: Type.Integer({ minimum: 0 }), ...said }),
      response: DefinedSchema,
      async handler(request) {
        const { version, dry_run: isDry = false } = request.body;
        const stated = statedOf(request.params.feature, request.body);
        const context = staffCommand(request, request.body.reason);
        const change = performOrTry(database, { isDry }, (tx) =>
          changeFeature(tx, stated, version, context),
        );
        return definedAnswer(await change, isDry);
      },
    }),
  ];
}

type Said = Static<ReturnType<typeof Input<typeof said>>>;

function statedOf(key: string, body: Said): StatedFeature {
  return {
    key,
    kind: body.kind,
    name: body.name,
    description: body.description ?? '',
    unit: body.unit ?? null,
    whenMissing: body.when_missing,
    onUnavailable: body.on_unavailable,
    commitEvent: body.commit_event ?? null,
    position: body.position,
  };
}

function definedAnswer(
  { before, after }: DefinedFeature,
  isDry: boolean,
): Static<typeof DefinedSchema> {
  return {
    dry_run: isDry,
    before: before === null ? null : featureAnswer(before),
    after: featureAnswer(after),
  };
}

function listed(feature: Feature, { current }: Catalog): Static<typeof ListedSchema> {
  const plans = current.map(({ slug, version, terms }) => ({
    plan: slug,
    version,
    terms: writeTerms(terms.get(feature.key) ?? null),
  }));
  return { ...featureAnswer(feature), plans };
}

function featureAnswer(feature: Feature): Static<typeof FeatureSchema> {
  return {
    feature: feature.key,
    version: featureVersion(feature),
    kind: feature.kind,
    name: feature.name,
    description: feature.description,
    unit: feature.unit,
    when_missing: feature.whenMissing,
    on_unavailable: feature.onUnavailable,
    commit_event: feature.commitEvent,
    position: feature.position,
  };
}
