import Type, { type Static } from 'typebox';
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { AppError } from '../../../platform/errors.ts';
import type { Route } from '../../../platform/routes.ts';
import { Instant, Text, type Input } from '../../../platform/schemas.ts';
import { TRIAL_END_IMPOSSIBLE } from '../errors.ts';
import type { NewCoupon } from '../gateway/gateway.ts';
import { decideCoupon } from './discounts/decide-coupon.ts';
import { nextBill } from './discounts/next-bill.ts';
import { deedRoute, type DeedAnswer, type StaffContext } from './deed.ts';
import { perform, type Deed, type PerformDependencies } from './perform.ts';
import { pauseRoutes } from './pause-routes.ts';
import { discountAnswer, type DiscountAnswer } from './standing.ts';

/** What staff do to a subscription that customers do not. */
export function adjustmentRoutes(parts: PerformDependencies): Route[] {
  return [
    discountRoute(parts),
    discountEndRoute(parts),
    ...pauseRoutes(parts),
    ...trialRoutes(parts),
  ];
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
    billOf: (found) => nextBill(parts, found, request, nowMs),
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
        billOf: (found) => nextBill(parts, found, request, context.nowMs),
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

function trialRoutes(parts: PerformDependencies): Route[] {
  return [
    deedRoute({
      path: 'subscription/trial',
      summary: 'Let a trial end later',
      permission: 'access.write',
      description:
        'Within the next two years. The first payment is due then. An end before the present one ' +
        'is refused: to shorten a trial is a deed of its own.',
      fields: { until: Instant },
      run: (context, { until }) => moveTrial(parts, context, { until, isShorter: false }),
    }),
    deedRoute({
      path: 'subscription/trial/shorten',
      summary: 'Let a trial end sooner',
      permission: 'access.write',
      description: 'The first payment is due sooner by it, on `until`.',
      fields: { until: Instant },
      run: (context, { until }) => moveTrial(parts, context, { until, isShorter: true }),
    }),
  ];
}

async function moveTrial(
  parts: PerformDependencies,
  context: StaffContext,
  { until, isShorter }: { readonly until: string; readonly isShorter: boolean },
): Promise<DeedAnswer> {
  const untilMs = wholeSecond(parseInstant(until) ?? 0);
  requirePossibleEnd(untilMs, context.nowMs);
  const moved = formatInstant(untilMs);
  return perform(parts, context, {
    request: { kind: 'trial', untilMs, isShorter },
    notesOf: () => (isShorter ? [`The first payment is due sooner: at ${moved}.`] : []),
    foresee: () => ({ trial_end: moved }),
    undoOf: ({ remote: { trial } }) => {
      if (trial === null || trial.endMs <= context.nowMs) return null;
      const back = isShorter ? 'trial' : 'trial/shorten';
      const path = `/admin/v1/users/${context.user}/subscription/${back}`;
      return { path, body: { until: formatInstant(trial.endMs) } };
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
