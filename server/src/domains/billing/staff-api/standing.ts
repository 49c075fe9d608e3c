import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { Nullable } from '../../../platform/schemas.ts';
import { SubscriptionSchema, subscriptionAnswer, type Access } from '../../access/index.ts';
import type { PlanSource } from '../../entitlements/index.ts';
import { defaultPlanAt, type CatalogCache } from '../../plans/index.ts';
import { requireLive, retrieveLive, type LiveSubscription } from '../changes/find-subscription.ts';
import { findPauseEnd } from '../changes/pauses/store-pauses.ts';
import { SUBSCRIPTION_BY_CONTRACT, SUBSCRIPTION_MISSING } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RemoteSubscription } from '../gateway/remote.ts';

const DiscountSchema = Type.Object({
  coupon: Type.String(),
  percent_off: Nullable(Type.Number()),
  amount_off_minor: Nullable(Type.Integer()),
  currency: Nullable(Type.String()),
  duration: Type.String({ enum: ['once', 'repeating', 'forever'] }),
  ends_at: Nullable(Type.String()),
});
export type DiscountAnswer = Static<typeof DiscountSchema>;

/** How a user's subscription stands, as far as staff change it. */
export const StandingSchema = Type.Object({
  plan: Type.String({ description: 'The plan in force.' }),
  status: Type.String({ description: "The subscription's status, or none." }),
  subscription: Type.Union([SubscriptionSchema, Type.Null()]),
  trial_end: Nullable(Type.String()),
  resumes_at: Nullable(Type.String({ description: 'When a pause ends by itself.' })),
  discounts: Type.Array(DiscountSchema),
});
export type Standing = Static<typeof StandingSchema>;

export interface StandingSources {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly access: Access;
  readonly catalog: CatalogCache;
}

/** A subscription as it stands here and at Stripe. */
export interface Found {
  readonly accountId: number;
  readonly live: LiveSubscription;
  readonly remote: RemoteSubscription;
  readonly standing: Standing;
  readonly planSource: PlanSource;
}

/** Throws why there is no subscription that could be changed. */
export async function findStanding(deps: StandingSources, user: string): Promise<Found> {
  const profile = await deps.access.profile(user);
  const { accountId } = profile.user;
  const live = await requireLive(deps.database, accountId);
  const { remote } = await retrieveLive(deps.gateway, live);
  const { planSource } = profile;
  const { subscriptionId } = live;
  const isPaused = remote.status === 'paused';
  const of = { accountId, subscriptionId };
  const resumesMs = isPaused ? await findPauseEnd(deps.database, of) : null;
  const standing = standingOf(profile, { remote, resumesMs });
  return { accountId, live, remote, standing, planSource };
}

/** The plan in force once the subscription gives nothing: staff's own change of it stays. */
export function planWithout(
  { catalog }: Pick<StandingSources, 'catalog'>,
  { planSource, standing }: Found,
  nowMs: number,
): string {
  return planSource === 'override' ? standing.plan : defaultPlanAt(catalog.current(), nowMs).slug;
}

/** After a deed, by which the subscription may have ended. */
export async function standingAfter(deps: StandingSources, user: string): Promise<Standing> {
  const found = await findIfLive(deps, user);
  const none = { remote: null, resumesMs: null };
  return found?.standing ?? standingOf(await deps.access.profile(user), none);
}

/** `null` where there is no subscription that Stripe bills. */
export async function findIfLive(deps: StandingSources, user: string): Promise<Found | null> {
  try {
    return await findStanding(deps, user);
  } catch (error) {
    if (error instanceof AppError && NOT_BILLED.includes(error.code)) return null;
    throw error;
  }
}

const NOT_BILLED = [SUBSCRIPTION_MISSING.code, SUBSCRIPTION_BY_CONTRACT.code];

function standingOf(
  profile: Awaited<ReturnType<Access['profile']>>,
  { remote, resumesMs }: { remote: RemoteSubscription | null; resumesMs: number | null },
): Standing {
  const { subscription } = profile;
  const trialEndMs = remote?.status === 'trialing' ? (remote.trial?.endMs ?? null) : null;
  return {
    plan: profile.plan.slug,
    status: subscription?.status ?? 'none',
    subscription: subscriptionAnswer(profile),
    trial_end: trialEndMs === null ? null : formatInstant(trialEndMs),
    resumes_at: resumesMs === null ? null : formatInstant(resumesMs),
    discounts: (remote?.discounts ?? []).map((each) => discountAnswer(each)),
  };
}

export function discountAnswer(
  discount: Pick<
    RemoteSubscription['discounts'][number],
    'couponId' | 'percentOffBasisPoints' | 'amountOff' | 'duration' | 'endMs'
  >,
): DiscountAnswer {
  const { couponId, percentOffBasisPoints: basisPoints, amountOff, duration, endMs } = discount;
  return {
    coupon: couponId,
    percent_off: basisPoints === null ? null : basisPoints / 100,
    amount_off_minor: amountOff?.amountMinor ?? null,
    currency: amountOff?.currency ?? null,
    duration,
    ends_at: endMs === null ? null : formatInstant(endMs),
  };
}
