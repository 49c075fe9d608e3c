import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, UserId } from '../../../platform/schemas.ts';
import { refuseStale } from '../../accounts/index.ts';
import { currentPlan } from '../../plans/index.ts';
import type { When } from '../changes/command.ts';
import type { ChangePreview } from '../changes/preview.ts';
import {
  ChangeInput,
  PreviewAnswer,
  PreviewInput,
  previewAnswer,
  previewRequest,
} from '../changes/routes.ts';
import { deedRoute, undoAnswer, type DeedAnswer, type StaffContext, type Undo } from './deed.ts';
import { perform, type PerformDependencies } from './perform.ts';
import {
  findStanding,
  planWithout,
  standingAfter,
  StandingSchema,
  type Standing,
} from './standing.ts';

/** What customers do to their subscription themselves, done for them. */
export function staffSubscriptionRoutes(parts: PerformDependencies): Route[] {
  return [previewRoute(parts), changeRoute(parts), cancelRoute(parts), resumeRoute(parts)];
}

function previewRoute(parts: PerformDependencies): Route {
  return route({
    method: 'POST',
    path: '/admin/v1/users/{user}/subscription/preview',
    summary: "What a change of a user's subscription would cost, to the cent",
    description: 'More is to be had now, less from the end of the period on, as for customers.',
    tag: 'Money by staff',
    scope: 'staff',
    permission: 'money.write',
    params: Input({ user: UserId }),
    body: PreviewInput,
    response: Type.Object({
      ...PreviewAnswer.properties,
      before: StandingSchema,
      after: StandingSchema,
      version: Type.Integer({ description: 'Of the profile, to be sent with the change.' }),
    }),
    async handler({ params: { user }, body, nowMs }) {
      const version = await parts.accounts.version(user);
      const preview = await parts.changes.preview(previewRequest(user, body), nowMs);
      const { standing: before } = await findStanding(parts, user);
      const after = await foreseen(parts, before, { preview, plan: body.plan, when: body.when });
      return { ...previewAnswer(preview), before, after, version };
    },
  });
}

async function foreseen(
  { catalog: cache }: PerformDependencies,
  before: Standing,
  of: { readonly preview: ChangePreview; readonly plan: string; readonly when: When },
): Promise<Standing> {
  const { subscription } = before;
  const plan = currentPlan(await cache.latest(), of.plan);
  if (subscription === null || plan === undefined) return before;
  if (of.when === 'period_end') {
    const at = formatInstant(of.preview.effectiveMs);
    return { ...before, subscription: { ...subscription, cancel_at: null, changes_at: at } };
  }
  const { slug, version, name } = plan;
  const changed = { ...subscription, plan: slug, version, name, changes_at: null };
  return { ...before, plan: slug, subscription: changed };
}

const pathOf = (user: string, deed: string): string =>
  `/admin/v1/users/${user}/subscription/${deed}`;

function changeRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'subscription/change',
    summary: 'Carry out a change that was previewed',
    description:
      'Repeated with a token it happens once; 409 `preview_stale` where anything has moved.',
    fields: ChangeInput.properties,
    run: (context, { preview_token: token }) => change(parts, context, token),
  });
}

async function change(
  parts: PerformDependencies,
  context: StaffContext,
  token: string,
): Promise<DeedAnswer> {
  const { user, actor, version, reason, isDry, nowMs } = context;
  const { standing: before } = await findStanding(parts, user);
  const shown = { lines: [], currency: null, total_minor: null, notes: [], before };
  if (isDry) {
    refuseStale(version, await parts.accounts.version(user));
    const notes = ['What it would cost and bring is in the preview that the token is of.'];
    const after = before;
    return { ...shown, notes, dry_run: true, status: null, url: null, after, version, undo: null };
  }
  const call = { user, actor, token, look: { version, reason, before } };
  const outcome = await parts.changes.change(call, nowMs);
  const present = await parts.accounts.version(user);
  const undo = outcome.kind === 'scheduled' ? { path: pathOf(user, 'resume') } : null;
  return {
    ...shown,
    dry_run: false,
    status: outcome.kind,
    url: outcome.kind === 'payment_pending' ? outcome.url : null,
    after: await standingAfter(parts, user),
    version: present,
    undo: undoAnswer(undo, present),
  };
}

function cancelRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'subscription/cancel',
    summary: "End a user's subscription now or with its period, without credit",
    fields: { when: Type.Enum(['now', 'period_end']) },
    run: (context, { when }) =>
      perform(parts, context, {
        request: { kind: 'cancel', when },
        notesOf: () =>
          when === 'now'
            ? ['What is left of the period is not paid back; a refund does that.']
            : [],
        foresee: (found) => {
          const { remote, standing } = found;
          const { subscription } = standing;
          if (when === 'now') {
            const plan = planWithout(parts, found, context.nowMs);
            const none = { subscription: null, trial_end: null, resumes_at: null, discounts: [] };
            return { plan, status: 'none', ...none };
          }
          const endMs = Math.max(...remote.items.map(({ period }) => period.endMs));
          const at = subscription?.cancel_at ?? formatInstant(endMs);
          return { subscription: subscription && { ...subscription, cancel_at: at } };
        },
        undoOf: (_found, { kind }) =>
          kind === 'scheduled' ? { path: pathOf(context.user, 'resume') } : null,
      }),
  });
}

function resumeRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'subscription/resume',
    summary: 'Undo a cancellation or a change that is scheduled',
    fields: {},
    run: (context) =>
      perform(parts, context, {
        request: { kind: 'resume' },
        foresee: ({ standing: { subscription } }) => ({
          subscription: subscription && { ...subscription, cancel_at: null, changes_at: null },
        }),
        undoOf: ({ remote }): Undo | null => {
          if (remote.cancelAtMs === null) return null;
          return { path: pathOf(context.user, 'cancel'), body: { when: 'period_end' } };
        },
      }),
  });
}
