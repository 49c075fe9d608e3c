import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text } from '../../../platform/schemas.ts';
import { staffCommand } from '../../plans/index.ts';
import { Id, Reason, Stated } from '../staff/fields.ts';
import type { StaffDraft } from './draft.ts';
import type { ComparedDraft, Drafts } from './service.ts';

const Slug = Text({ minLength: 1, maxLength: 63, description: 'Such as pro.' });
const Version = Type.Integer({ minimum: 1, description: 'Of the draft that was looked at.' });
const path = '/admin/v1/plan-drafts';
const read = { tag: 'Plans by staff', scope: 'staff', permission: 'plans.read' } as const;
const write = { tag: 'Plans by staff', scope: 'staff', permission: 'plans.write' } as const;

const DraftSchema = Type.Object({
  id: Type.String(),
  plan: Type.String(),
  based_on: Nullable(Type.Integer({ description: 'The version on sale when it was begun.' })),
  content: Stated,
  version: Type.Integer({ description: 'To be sent back with a change.' }),
  created_by: Type.String({ description: 'The id of a member of staff.' }),
  created_at: Type.String(),
  updated_by: Type.String(),
  updated_at: Type.String(),
});

const differenceFields = {
  plan: Type.String(),
  version: Type.Integer({ description: 'Of the draft.' }),
  on_sale: Nullable(Type.Integer({ description: 'The version on sale.' })),
  outdated: Type.Boolean({ description: 'Whether another went on sale since it was begun.' }),
  becomes: Nullable(Type.Integer({ description: 'The version that publishing it makes.' })),
  differences: Type.Array(
    Type.Object({
      place: Type.String({ description: 'Such as features/audio_minutes.' }),
      before: Nullable(Type.String()),
      after: Nullable(Type.String()),
    }),
  ),
  prices: Type.Array(
    Type.Object({
      billing_cycle: Type.String(),
      currency: Type.String(),
      amount_minor: Type.Integer(),
      amount: Type.String(),
    }),
    { description: 'What it would be sold for, the yearly prices by the rule.' },
  ),
};
const DifferenceSchema = Type.Object(differenceFields);

/** Drafts of plan versions: begun, changed, compared, thrown away and published. */
export function draftsRoutes(drafts: Drafts): Route[] {
  return [...readingRoutes(drafts), ...writingRoutes(drafts), publishRoute(drafts)];
}

function readingRoutes(drafts: Drafts): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'The open drafts of plans',
      response: Type.Object({ data: Type.Array(DraftSchema), next_cursor: Type.Null() }),
      handler: async () => ({ data: (await drafts.list()).map(draftAnswer), next_cursor: null }),
    }),
    route({
      ...read,
      method: 'GET',
      path: `${path}/{id}`,
      summary: 'A draft of a plan',
      params: Input({ id: Id }),
      response: DraftSchema,
      handler: async ({ params }) => draftAnswer(await drafts.get(Number(params.id))),
    }),
    route({
      ...read,
      method: 'GET',
      path: `${path}/{id}/difference`,
      summary: 'What a draft changes of what is on sale, place by place',
      params: Input({ id: Id }),
      response: DifferenceSchema,
      handler: async ({ params, nowMs }) =>
        differenceAnswer(await drafts.compare(Number(params.id), nowMs)),
    }),
  ];
}

function writingRoutes(drafts: Drafts): Route[] {
  return [
    route({
      ...write,
      method: 'POST',
      path,
      summary: 'Begin a draft from what is on sale',
      description: 'A new plan begins from another one. A plan has one open draft at a time.',
      body: Input({ plan: Slug, from: Type.Optional(Slug), reason: Reason }),
      response: DraftSchema,
      async handler(request) {
        const { plan: slug, from = null, reason } = request.body;
        return draftAnswer(await drafts.begin({ slug, from }, staffCommand(request, reason)));
      },
    }),
    route({
      ...write,
      method: 'PUT',
      path: `${path}/{id}`,
      summary: 'Say what a draft is to be',
      description: 'Checked as catalogue files are, with all faults named at once.',
      params: Input({ id: Id }),
      body: Input({
        version: Version,
        content: Stated,
        based_on: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
        reason: Reason,
      }),
      response: DraftSchema,
      async handler(request) {
        const { version, content, based_on: basedOn, reason } = request.body;
        const change = { id: Number(request.params.id), version, content, basedOn };
        return draftAnswer(await drafts.change(change, staffCommand(request, reason)));
      },
    }),
    route({
      ...write,
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: 'Throw a draft away',
      params: Input({ id: Id }),
      query: Input({ version: Version, reason: Reason }),
      response: Type.Object({}),
      async handler(request) {
        const { version, reason } = request.query;
        const target = { id: Number(request.params.id), version };
        await drafts.discard(target, staffCommand(request, reason));
        return {};
      },
    }),
  ];
}

function publishRoute(drafts: Drafts): Route {
  return route({
    ...write,
    method: 'POST',
    path: `${path}/{id}/publish`,
    summary: 'Put a draft on sale as the next version of its plan',
    description: 'Those who hold an earlier version keep it. The prices are made at Stripe.',
    params: Input({ id: Id }),
    body: Input({ version: Version, reason: Reason, dry_run: Type.Optional(Type.Boolean()) }),
    response: Type.Object({ dry_run: Type.Boolean(), ...differenceFields }),
    async handler(request) {
      const { version, reason, dry_run: isDry = false } = request.body;
      const wanted = { id: Number(request.params.id), version, isDry };
      const published = await drafts.publish(wanted, staffCommand(request, reason));
      return { dry_run: isDry, ...differenceAnswer(published) };
    },
  });
}

function draftAnswer(draft: StaffDraft): Static<typeof DraftSchema> {
  return {
    id: String(draft.id),
    plan: draft.slug,
    based_on: draft.basedOn,
    content: draft.content,
    version: draft.revision,
    created_by: String(draft.createdBy),
    created_at: formatInstant(draft.createdMs),
    updated_by: String(draft.updatedBy),
    updated_at: formatInstant(draft.updatedMs),
  };
}

function differenceAnswer({
  draft,
  onSale,
  change,
}: ComparedDraft): Static<typeof DifferenceSchema> {
  return {
    plan: draft.slug,
    version: draft.revision,
    on_sale: onSale,
    outdated: draft.basedOn !== onSale,
    becomes: change?.version ?? null,
    differences: (change?.differences ?? []).map(({ place, before, after }) => ({
      place,
      before,
      after,
    })),
    prices: (change?.after.prices ?? []).map(({ billingCycle, currency, amountMinor }) => ({
      billing_cycle: billingCycle,
      currency,
      amount_minor: amountMinor,
      amount: formatMoney(money(amountMinor, currency)),
    })),
  };
}
