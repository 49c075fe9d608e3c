import Type, { type Static, type TProperties } from 'typebox';
import { parseInstant } from '@whisperforge/kernel/clock';
import { quantityToNumber } from '@whisperforge/kernel/quantity';
import { route, staffActor, type Route, type RouteRequest } from '../../../platform/routes.ts';
import { Amount, Input, Instant, Nullable, Text, UserId } from '../../../platform/schemas.ts';
import { currentPlan, defaultPlanAt } from '../../plans/index.ts';
import { quantityOf } from '../../usage/index.ts';
import type { AccessProfile } from '../profile.ts';
import {
  createStaffDeeds,
  type StaffContext,
  type StaffDeed,
  type StaffDeeds,
  type StaffDeedsDependencies,
} from './deeds.ts';
import { boostedLines, changedLines, plannedLines, type DeedLine } from './lines.ts';

const Params = Input({ user: UserId });

const deedFields = {
  reason: Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
  version: Type.Integer({ description: 'Of the profile that was looked at.' }),
  dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
};
const until = {
  expires_at: Type.Optional(Nullable(Instant)),
};

const StandingSchema = Type.Object({
  plan: Type.String(),
  plan_source: Type.String(),
  restriction: Nullable(Type.String()),
});

const DeedSchema = Type.Object({
  dry_run: Type.Boolean(),
  override: Nullable(Type.String({ description: 'None where it was only tried.' })),
  before: StandingSchema,
  after: StandingSchema,
  lines: Type.Array(
    Type.Object({
      feature: Type.String(),
      before: Nullable(Type.Number({ description: 'null is unlimited.' })),
      after: Nullable(Type.Number()),
    }),
  ),
  version: Type.Integer({ description: 'Of the profile as it is now.' }),
  undo: Nullable(
    Type.Object({
      method: Type.String(),
      path: Type.String(),
      body: Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        additionalProperties: true,
        description: 'To be sent with a reason.',
      }),
    }),
  ),
});

export function staffAccessRoutes(deps: StaffDeedsDependencies): Route[] {
  const deeds = createStaffDeeds(deps);
  return [
    boostRoute(deps, deeds),
    giftRoute(deps, deeds),
    ...restrictionRoutes(deps, deeds),
    endRoute(deps, deeds),
  ];
}

function boostRoute(deps: StaffDeedsDependencies, deeds: StaffDeeds): Route {
  return deedRoute({
    path: '/admin/v1/users/{user}/boosts',
    summary: 'Boost a quota',
    description: 'Without an expiry for this quota period; with one for each until then.',
    fields: { feature: Text({ minLength: 1, maxLength: 63 }), amount: Amount, ...until },
    async run(context, { feature, amount: said, expires_at: expiresAt }) {
      const amount = quantityOf(said);
      const boost = { feature, amount, expiresMs: expiryOf(expiresAt) };
      const deed = await deeds.boost(context, boost);
      const lines = context.isDry ? boostedLines(deed.before, boost) : linesOf(deed);
      return answer(deps, context, { deed, lines });
    },
  });
}

function giftRoute(deps: StaffDeedsDependencies, deeds: StaffDeeds): Route {
  return deedRoute({
    path: '/admin/v1/users/{user}/gifts',
    summary: "Give a plan's access as a gift",
    description: 'Changes neither what is paid nor revenue. One at a time.',
    fields: { plan: Text({ minLength: 1, maxLength: 63 }), ...until },
    async run(context, { plan, expires_at: expiresAt }) {
      const deed = await deeds.gift(context, { plan, expiresMs: expiryOf(expiresAt) });
      return planned(deps, context, { deed, slug: plan });
    },
  });
}

function restrictionRoutes(deps: StaffDeedsDependencies, deeds: StaffDeeds): Route[] {
  return [
    deedRoute({
      path: '/admin/v1/users/{user}/restriction',
      summary: 'Restrict a user to what those have who bought nothing',
      description: 'Nothing is deleted, and what is paid stays as it is.',
      fields: until,
      async run(context, { expires_at: expiresAt }) {
        const deed = await deeds.restrict(context, { expiresMs: expiryOf(expiresAt) });
        const { slug } = defaultPlanAt(await deps.catalog.latest(), context.nowMs);
        return planned(deps, context, { deed, slug });
      },
    }),
    deedRoute({
      path: '/admin/v1/users/{user}/restriction/lift',
      summary: 'Lift a restriction',
      fields: {},
      async run(context) {
        const deed = await deeds.lift(context);
        return ended(deps, context, deed);
      },
    }),
  ];
}

function endRoute(deps: StaffDeedsDependencies, deeds: StaffDeeds): Route {
  return route({
    method: 'POST',
    path: '/admin/v1/users/{user}/overrides/{override}/end',
    summary: 'End a boost, gift or restriction before its time',
    tag: 'Access by staff',
    scope: 'staff',
    permission: 'access.write',
    params: Input({ user: UserId, override: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
    body: Input(deedFields),
    response: DeedSchema,
    async handler(request) {
      const context = contextOf(request.params.user, request, request.body);
      const deed = await deeds.end(context, Number(request.params.override));
      return ended(deps, context, deed);
    },
  });
}

type DeedFields = Static<ReturnType<typeof Input<typeof deedFields>>>;

function deedRoute<P extends TProperties>(definition: {
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly fields: P;
  readonly run: (
    context: StaffContext,
    body: Static<ReturnType<typeof Input<P>>>,
  ) => Promise<DeedAnswer>;
}): Route {
  const { path, summary, description, fields, run } = definition;
  return route({
    method: 'POST',
    path,
    summary,
    ...(description !== undefined && { description }),
    tag: 'Access by staff',
    scope: 'staff',
    permission: 'access.write',
    params: Params,
    body: Input({ ...fields, ...deedFields }),
    response: DeedSchema,
    handler: (request) => {
      const body = request.body as DeedFields & Static<ReturnType<typeof Input<P>>>;
      return run(contextOf(request.params.user, request, body), body);
    },
  });
}

function contextOf(
  user: string,
  request: RouteRequest<unknown, unknown, unknown>,
  { reason, version, dry_run: isDry }: DeedFields,
): StaffContext {
  const { nowMs } = request;
  return { user, actor: staffActor(request), reason, version, isDry: isDry === true, nowMs };
}

function expiryOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : (parseInstant(text) ?? null);
}

type DeedAnswer = Static<typeof DeedSchema>;

function linesOf({ before, after }: StaffDeed): DeedLine[] {
  return changedLines(before, after);
}

/** Of a change of the plan that was only tried, what the plan says. */
async function planned(
  deps: StaffDeedsDependencies,
  context: StaffContext,
  { deed, slug }: { readonly deed: StaffDeed; readonly slug: string },
): Promise<DeedAnswer> {
  const catalog = await deps.catalog.latest();
  const plan = currentPlan(catalog, slug);
  if (!context.isDry || plan === undefined) {
    return answer(deps, context, { deed, lines: linesOf(deed) });
  }
  const lines = plannedLines(deed.before, catalog, plan);
  const after = { plan: slug, plan_source: 'override', restriction: null };
  return { ...(await answer(deps, context, { deed, lines })), after };
}

/** Of an end that was only tried, what it would leave. */
async function ended(
  deps: StaffDeedsDependencies,
  context: StaffContext,
  deed: StaffDeed,
): Promise<DeedAnswer> {
  const told = await answer(deps, context, { deed, lines: linesOf(deed), isEnd: true });
  if (deed.foreseen === null) return told;
  const { plan, planSource, restriction, lines } = deed.foreseen;
  const after = { plan, plan_source: planSource, restriction };
  return { ...told, after, lines: lines.map(lineAnswer) };
}

async function answer(
  { accounts }: StaffDeedsDependencies,
  { user, isDry, version }: StaffContext,
  of: { readonly deed: StaffDeed; readonly lines: DeedLine[]; readonly isEnd?: boolean },
): Promise<DeedAnswer> {
  const { before, after, overrideId } = of.deed;
  const present = isDry ? version : await accounts.version(user);
  return {
    dry_run: isDry,
    override: isDry ? null : String(overrideId),
    before: standingOf(before),
    after: standingOf(after),
    lines: of.lines.map(lineAnswer),
    version: present,
    undo: isDry ? null : undoOf(user, of, present),
  };
}

function undoOf(
  user: string,
  { deed, isEnd = false }: { readonly deed: StaffDeed; readonly isEnd?: boolean },
  version: number,
): DeedAnswer['undo'] {
  const path = `/admin/v1/users/${user}`;
  const { again, overrideId } = deed;
  if (!isEnd) {
    return { method: 'POST', path: `${path}/overrides/${overrideId}/end`, body: { version } };
  }
  if (again === null) return null;
  return { method: 'POST', path: `${path}/${again.deed}`, body: { ...again.body, version } };
}

function standingOf(profile: AccessProfile): Static<typeof StandingSchema> {
  const { plan, planSource, restriction } = profile;
  return { plan: plan.slug, plan_source: planSource, restriction };
}

function lineAnswer({ feature, before, after }: DeedLine): DeedAnswer['lines'][number] {
  return {
    feature,
    before: before === null ? null : quantityToNumber(before),
    after: after === null ? null : quantityToNumber(after),
  };
}
