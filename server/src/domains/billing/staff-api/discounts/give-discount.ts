import { AppError } from '../../../../platform/errors.ts';
import type { Actor } from '../../../audit/index.ts';
import type { Adjustment } from '../../changes/command.ts';
import { decideSteps } from '../../changes/decide-steps.ts';
import { DISCOUNT_CURRENCY } from '../../errors.ts';
import type { NewCoupon } from '../../gateway/gateway.ts';
import type { RemoteSubscription } from '../../gateway/remote.ts';
import { decideCoupon, type DiscountWish } from './decide-coupon.ts';
import type { PerformDependencies } from '../perform.ts';
import { findStanding } from '../standing.ts';

/** A discount that is given to one of many users. */
export interface GivenDiscount {
  readonly user: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly wish: DiscountWish;
  /** The same for the same gift: repeated, it is given once. */
  readonly onceKey: string;
  readonly isDry: boolean;
}

/** Gives a discount by the rules of a single one, or only throws why it would not be given. */
export function giveDiscount(
  deps: PerformDependencies,
  given: GivenDiscount,
  nowMs: number,
): Promise<void> {
  return adjust(deps, given, { kind: 'discount', coupon: decideCoupon(given.wish) }, nowMs);
}

/** Ends a discount that was given so, where it is still in force. */
export function endGivenDiscount(
  deps: PerformDependencies,
  given: GivenDiscount,
  nowMs: number,
): Promise<void> {
  const { id: couponId } = decideCoupon(given.wish);
  return adjust(deps, given, { kind: 'discount_end', couponId }, nowMs);
}

/** Of many, each is refused by what they pay in, and the rest are not. */
function requireCurrency(
  { currency }: Pick<RemoteSubscription, 'currency'>,
  { amountOff }: NewCoupon,
): void {
  if (amountOff === null || amountOff.currency === currency) return;
  throw new AppError(DISCOUNT_CURRENCY, { message: `The subscription is paid in ${currency}.` });
}

async function adjust(
  deps: PerformDependencies,
  { user, actor, reason, onceKey, isDry }: GivenDiscount,
  request: Extract<Adjustment, { kind: 'discount' | 'discount_end' }>,
  nowMs: number,
): Promise<void> {
  // What it has come to is told also where the subscription has ended since.
  if (!isDry && (await deps.changes.repeat(onceKey, nowMs)) !== undefined) return;
  // Before anything is read, so that what changes meanwhile is noticed.
  const version = await deps.accounts.version(user);
  const { remote, standing: before } = await findStanding(deps, user);
  if (request.kind === 'discount') requireCurrency(remote, request.coupon);
  if (isDry) decideSteps(remote, request);
  else {
    const look = { version, reason, before };
    await deps.changes.adjust({ user, actor, look, request, onceKey }, nowMs);
  }
}
