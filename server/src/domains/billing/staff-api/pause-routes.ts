import Type from 'typebox';
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { AppError } from '../../../platform/errors.ts';
import type { Route } from '../../../platform/routes.ts';
import { Instant, Nullable } from '../../../platform/schemas.ts';
import { PAUSE_END_IMPOSSIBLE } from '../errors.ts';
import { deedRoute } from './deed.ts';
import { perform, type PerformDependencies } from './perform.ts';
import { planWithout, type Found, type Standing } from './standing.ts';

/** A pause of a subscription, for a time or until somebody ends it. */
export function pauseRoutes(parts: PerformDependencies): Route[] {
  return [pauseRoute(parts), unpauseRoute(parts)];
}

const pathOf = (user: string, deed: string): string =>
  `/admin/v1/users/${user}/subscription/${deed}`;

function turned({ standing: { subscription } }: Found, status: string): Partial<Standing> {
  return { status, subscription: subscription && { ...subscription, status } };
}

function pauseRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'subscription/pause',
    summary: 'Pause a subscription',
    description:
      'Access falls to what those have who bought nothing, and nothing is billed. What is left ' +
      'of the period becomes a credit on the invoice with which the subscription goes on: within ' +
      'a minute of `resumes_at` by itself, or when somebody lets it.',
    fields: { resumes_at: Type.Optional(Nullable(Instant)) },
    run: (context, { resumes_at: resumesAt = null }) => {
      const resumesMs = resumesAt === null ? null : (parseInstant(resumesAt) ?? 0);
      if (resumesMs !== null) requirePossibleEnd(resumesMs, context.nowMs);
      const end = resumesMs === null ? null : formatInstant(resumesMs);
      return perform(parts, context, {
        request: { kind: 'pause', ...(resumesMs !== null && { resumesMs }) },
        billOf: ({ live: { subscriptionId } }) => parts.gateway.previewPause({ subscriptionId }),
        foresee: (found) => ({
          ...turned(found, 'paused'),
          plan: planWithout(parts, found, context.nowMs),
          resumes_at: end,
        }),
        undoOf: () => ({ path: pathOf(context.user, 'unpause') }),
      });
    },
  });
}

function unpauseRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'subscription/unpause',
    summary: 'Let a paused subscription go on',
    description: 'A new period begins and is billed at once, less the credit of the pause.',
    fields: {},
    run: (context) =>
      perform(parts, context, {
        request: { kind: 'unpause' },
        billOf: ({ live: { subscriptionId } }) => parts.gateway.previewUnpause({ subscriptionId }),
        notesOf: () => ['A new period begins now and is charged, less what the pause credited.'],
        foresee: (found) => {
          const { planSource, standing } = found;
          const paidFor = standing.subscription?.plan ?? standing.plan;
          const plan = planSource === 'override' ? standing.plan : paidFor;
          return { ...turned(found, 'active'), plan, resumes_at: null };
        },
        undoOf: ({ standing: { resumes_at: resumesAt } }) => ({
          path: pathOf(context.user, 'pause'),
          ...(resumesAt !== null && { body: { resumes_at: resumesAt } }),
        }),
      }),
  });
}

const LONGEST_PAUSE_MS = 730 * DAY_MS;

function requirePossibleEnd(resumesMs: number, nowMs: number): void {
  if (resumesMs > nowMs && resumesMs <= nowMs + LONGEST_PAUSE_MS) return;
  throw new AppError(PAUSE_END_IMPOSSIBLE, {
    message: 'A pause ends in the future, and within two years.',
    fields: [{ field: '/resumes_at', message: 'is not between now and two years from now' }],
  });
}
