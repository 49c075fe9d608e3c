import type { Actor } from '../../audit/index.ts';
import { decideSteps } from '../changes/decide-steps.ts';
import { decideCoupon, type DiscountWish } from './decide-coupon.ts';
import type { PerformDependencies } from './perform.ts';
import { findStanding } from './standing.ts';

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
export async function giveDiscount(
  deps: PerformDependencies,
  { user, actor, reason, wish, onceKey, isDry }: GivenDiscount,
  nowMs: number,
): Promise<void> {
  const request = { kind: 'discount', coupon: decideCoupon(wish) } as const;
  // Before anything is read, so that what changes meanwhile is noticed.
  const version = await deps.accounts.version(user);
  const { remote, standing: before } = await findStanding(deps, user);
  if (isDry) decideSteps(remote, request);
  else {
    const look = { version, reason, before };
    await deps.changes.adjust({ user, actor, look, request, onceKey }, nowMs);
  }
}
