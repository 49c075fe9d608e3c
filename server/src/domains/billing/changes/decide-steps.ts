// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import {
  CHANGE_SCHEDULED,
  DISCOUNT_IMPOSSIBLE,
  DISCOUNT_IN_FORCE,
  DISCOUNT_MISSING,
  NOT_PAUSED,
  NOT_TRIALING,
  NOTHING_TO_RESUME,
  PAUSE_IN_FORCE,
  PAYMENT_OPEN,
  TRIAL_LONGER,
  TRIAL_SHORTER,
} from '../errors.ts';
import type { DiscountRef } from '../gateway/adjustments.ts';
import type { NewCoupon } from '../gateway/gateway.ts';
import type { RemoteDiscount, RemoteSubscription } from '../gateway/remote.ts';
import type { DecidedRequest, Step, When } from './command.ts';

/** What Stripe is asked for, by the subscription as it stands; throws why it cannot be. */
export function decideSteps(remote: RemoteSubscription, request: DecidedRequest): Step[] {
  switch (request.kind) {
    case 'cancel':
      return cancel(remote, request.when);
    case 'resume':
      return resume(remote);
    case 'discount':
      return addDiscount(remote, request.coupon);
    case 'discount_end':
      return endDiscount(remote, request.couponId);
    case 'pause':
      requirePausable(remote);
      return [{ kind: 'pause' }];
    case 'unpause':
      if (remote.status === 'paused') return [{ kind: 'unpause' }];
      throw new AppError(NOT_PAUSED, { message: 'The subscription is not paused.' });
    case 'trial':
      return moveTrial(remote, request);
  }
}

function cancel({ cancelAtMs, scheduleId }: RemoteSubscription, when: When): Step[] {
  if (when === 'now') return [{ kind: 'cancel_now' }];
  if (cancelAtMs !== null) return [];
  return [
    ...(scheduleId === null ? [] : [{ kind: 'release', scheduleId } as const]),
    { kind: 'cancel_at_period_end' },
  ];
}

function resume({ scheduleId, cancelAtMs }: RemoteSubscription): Step[] {
  if (scheduleId === null && cancelAtMs === null) {
    const message = 'Neither a cancellation nor a change is scheduled.';
    throw new AppError(NOTHING_TO_RESUME, { message });
  }
  return [
    ...(scheduleId === null ? [] : [{ kind: 'release', scheduleId } as const]),
    ...(cancelAtMs === null ? [] : [{ kind: 'keep' } as const]),
  ];
}

/** Beside those that there are: each takes off what the ones before it have left. */
function addDiscount(remote: RemoteSubscription, coupon: NewCoupon): Step[] {
  requireUnscheduled(remote);
  const { amountOff } = coupon;
  if (amountOff !== null && amountOff.currency !== remote.currency) {
    throw new AppError(DISCOUNT_IMPOSSIBLE, {
      message: `The subscription is paid in ${remote.currency}.`,
      fields: [{ field: '/currency', message: `must be ${remote.currency}` }],
    });
  }
  if (remote.discounts.some(({ couponId }) => couponId === coupon.id)) {
    const message = 'The same discount is in force already; end it first, or give another.';
    throw new AppError(DISCOUNT_IN_FORCE, { message });
  }
  const added = { kind: 'coupon', couponId: coupon.id } as const;
  const discounts = [...remote.discounts.map(presentRef), added];
  return [{ kind: 'set_discounts', coupon, discounts }];
}

function endDiscount(remote: RemoteSubscription, couponId: string): Step[] {
  requireUnscheduled(remote);
  const left = remote.discounts.filter((each) => each.couponId !== couponId);
  if (left.length === remote.discounts.length) {
    throw new AppError(DISCOUNT_MISSING, { message: 'There is no such discount in force.' });
  }
  return [{ kind: 'set_discounts', coupon: null, discounts: left.map(presentRef) }];
}

function presentRef({ id }: RemoteDiscount): DiscountRef {
  return { kind: 'present', discountId: id };
}

/** A schedule says for itself what its phases cost, and would undo it. */
function requireUnscheduled({ scheduleId }: RemoteSubscription): void {
  if (scheduleId === null) return;
  const message = 'A change of the plan is scheduled; resume the subscription first.';
  throw new AppError(CHANGE_SCHEDULED, { message });
}

function requirePausable(remote: RemoteSubscription): void {
  const { status, cancelAtMs } = remote;
  if (status === 'paused') {
    throw new AppError(PAUSE_IN_FORCE, { message: 'The subscription is paused already.' });
  }
  requireUnscheduled(remote);
  if (cancelAtMs !== null) {
    const message = 'The subscription is about to end; resume it first.';
    throw new AppError(CHANGE_SCHEDULED, { message });
  }
  if ((status === 'active' || status === 'trialing') && !remote.hasPendingUpdate) return;
  const message = `The subscription is ${status} and something is open; that is settled first.`;
  throw new AppError(PAYMENT_OPEN, { message });
}

function moveTrial(
  { status, trial }: RemoteSubscription,
  { untilMs, isShorter = false }: Extract<DecidedRequest, { kind: 'trial' }>,
): Step[] {
  if (status !== 'trialing' || trial === null) {
    throw new AppError(NOT_TRIALING, { message: 'The subscription is not in a trial.' });
  }
  if (trial.endMs === untilMs) {
    const message = `The trial ends at ${formatInstant(untilMs)} already.`;
    throw new AppError(NOT_TRIALING, { message });
  }
  // Whoever means to be kind is not to have somebody charged early by a slip.
  if (untilMs < trial.endMs !== isShorter) {
    const message = `The trial ends at ${formatInstant(trial.endMs)}; that is ${
      isShorter ? 'sooner, and to extend it is another deed' : 'later, and to shorten it is another'
    }.`;
    throw new AppError(isShorter ? TRIAL_LONGER : TRIAL_SHORTER, { message });
  }
  return [{ kind: 'move_trial_end', untilMs }];
}
