import Type, { type Static } from 'typebox';
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { assert } from '@whisperforge/kernel/assert';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { AppError } from '../../../platform/errors.ts';
import type { Route } from '../../../platform/routes.ts';
import { Instant, Text, type Input } from '../../../platform/schemas.ts';
import { decideSteps } from '../changes/decide-steps.ts';
import { TRIAL_END_IMPOSSIBLE } from '../errors.ts';
import type { NewCoupon } from '../gateway/gateway.ts';
import { decideCoupon } from './decide-coupon.ts';
import { deedRoute, type StaffContext } from './deed.ts';
import { perform, type Bill, type Deed, type PerformDependencies } from './perform.ts';
import { pauseRoutes } from './pause-routes.ts';
import { discountAnswer, type DiscountAnswer, type Found } from './standing.ts';

/** What staff do to a subscription that customers do not. */
export function adjustmentRoutes(parts: PerformDependencies): Route[] {
  return [discountRoute(parts), discountEndRoute(parts), ...pauseRoutes(parts), trialRoute(parts)];
}

const LONGEST_MONTHS = 36;

const discountFields = {
  percent_off: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'With at most two decimals.' }),
  ),
  amount_off_minor: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 99_999_999, description: 'With its currency.' }),
  ),
  currency: Type.Optional(Type.String({ pattern: '^[a-z]{3}$' })),
  months: Type.Optional(Type.Integer({ minimum: 1, maximum: LONGEST_MONTHS })),
  duration: Type.Optional(
    Type.Enum(['once', 'forever'], { description: 'In the place of months.' }),
  ),
};

function discountRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'discounts',
    summary: "Take something off a user's next invoices",
    description:
      'A percent, or an amount with its currency, for months, once or forever. It comes beside ' +
      'the discounts that there are: each takes off what the ones before it leave.',
    fields: discountFields,
    run: (context, body) => perform(parts, context, discountDeed(parts, context, couponOf(body))),
  });
}

type DiscountBody = Static<ReturnType<typeof Input<typeof discountFields>>>;

function couponOf(body: DiscountBody): NewCoupon {
  return decideCoupon({
    percentOff: body.percent_off ?? null,
    amountOffMinor: body.amount_off_minor ?? null,
    currency: body.currency ?? null,
    months: body.months ?? null,
    duration: body.duration ?? null,
  });
}

function discountDeed(
  parts: PerformDependencies,
  { user, nowMs }: StaffContext,
  coupon: NewCoupon,
): Deed {
  const { durationInMonths: months } = coupon;
  const endMs = months === null ? null : addMonths(nowMs, months);
  const request = { kind: 'discount', coupon } as const;
  return {
    request,
    billOf: (found) => nextBill(parts, found, request),
    notesOf: ({ standing: { discounts } }) =>
      discounts.length === 0
        ? []
        : [
            `There is a discount already (${discounts.map((each) => each.coupon).join(', ')}); ` +
              'both hold, and the new one takes off what the other leaves.',
          ],
    foresee: ({ standing: { discounts } }) => ({
      discounts: [...discounts, discountAnswer({ ...coupon, couponId: coupon.id, endMs })],
    }),
    undoOf: () => ({ path: `/admin/v1/users/${user}/discounts/end`, body: { coupon: coupon.id } }),
  };
}

/** The next invoice, with the discounts as the deed leaves them. */
async function nextBill(
  { gateway }: PerformDependencies,
  { remote, live: { subscriptionId } }: Found,
  request: Extract<Deed['request'], { kind: 'discount' | 'discount_end' }>,
): Promise<Bill | null> {
  const [step] = decideSteps(remote, request);
  assert(step?.kind === 'set_discounts', 'discounts are set');
  if (step.coupon !== null) await gateway.ensureCoupon(step.coupon);
  return gateway.previewDiscounts({ subscriptionId, discounts: step.discounts });
}

/** What gives a discount of staff once more; one for months has only some of them left. */
function givenAgain({ coupon, duration, ...size }: DiscountAnswer): DiscountBody | null {
  if (duration !== 'once' && duration !== 'forever') return null;
  const { percent_off: percent, amount_off_minor: minor, currency } = size;
  const body: DiscountBody = {
    duration,
    ...(percent !== null && { percent_off: percent }),
    ...(minor !== null && currency !== null && { amount_off_minor: minor, currency }),
  };
  return couponOf(body).id === coupon ? body : null;
}

function discountEndRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'discounts/end',
    summary: 'End a discount',
    description: 'From the next invoice on; what it has taken off stays off. Others stay.',
    fields: { coupon: Text({ minLength: 1, maxLength: 255 }) },
    run(context, { coupon }) {
      const request = { kind: 'discount_end', couponId: coupon } as const;
      return perform(parts, context, {
        request,
        billOf: (found) => nextBill(parts, found, request),
        foresee: ({ standing: { discounts } }) => ({
          discounts: discounts.filter((each) => each.coupon !== coupon),
        }),
        undoOf: ({ standing: { discounts } }) => {
          const ended = discounts.find((each) => each.coupon === coupon);
          const body = ended === undefined ? null : givenAgain(ended);
          return body && { path: `/admin/v1/users/${context.user}/discounts`, body };
        },
      });
    },
  });
}

/** Stripe takes no trial beyond two years. */
const LONGEST_TRIAL_MS = 730 * DAY_MS;

function trialRoute(parts: PerformDependencies): Route {
  return deedRoute({
    path: 'subscription/trial',
    summary: 'Move the end of a trial',
    permission: 'access.write',
    description: 'To any instant of the next two years. The first payment is due then.',
    fields: { until: Instant },
    async run(context, { until }) {
      const untilMs = wholeSecond(parseInstant(until) ?? 0);
      requirePossibleEnd(untilMs, context.nowMs);
      return perform(parts, context, {
        request: { kind: 'trial', untilMs },
        foresee: () => ({ trial_end: formatInstant(untilMs) }),
        undoOf: ({ remote: { trial } }) => {
          if (trial === null || trial.endMs <= context.nowMs) return null;
          const body = { until: formatInstant(trial.endMs) };
          return { path: `/admin/v1/users/${context.user}/subscription/trial`, body };
        },
      });
    },
  });
}

/** As Stripe counts. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function requirePossibleEnd(untilMs: number, nowMs: number): void {
  if (untilMs > nowMs && untilMs <= nowMs + LONGEST_TRIAL_MS) return;
  throw new AppError(TRIAL_END_IMPOSSIBLE, {
    message: 'A trial ends in the future, and within two years.',
    fields: [{ field: '/until', message: 'is not between now and two years from now' }],
  });
}
