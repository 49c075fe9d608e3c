import type { ModelAccount, ModelGrant, ModelPeriod } from './account.ts';
import { burnedOf } from './account.ts';
import { DAY } from './calendar.ts';
import { defaultPlanAt, termsAt, type Micro, type ModelBeyond, type ModelPlan } from './catalog.ts';

export const GRACE_DAYS = 7;

export interface PlanInForce {
  readonly plan: ModelPlan;
  readonly isSubscribed: boolean;
  /** Why there is less than what was subscribed to, and what that was. */
  readonly restriction: {
    readonly cause: 'past_due' | 'inactive';
    readonly from: ModelPlan;
  } | null;
}

function isWithin(startMs: number, endMs: number | null, atMs: number): boolean {
  return startMs <= atMs && (endMs === null || atMs < endMs);
}

/** Staff's change, else the live subscription as its status allows, else the plan of all. */
export function planAt(account: ModelAccount, atMs: number): PlanInForce {
  const { planChange, subscription, catalog } = account;
  if (planChange !== null && isWithin(planChange.startsMs, planChange.endsMs, atMs)) {
    return { plan: planChange.plan, isSubscribed: false, restriction: null };
  }
  const free = defaultPlanAt(catalog, atMs);
  if (subscription === null || !isWithin(subscription.startedMs, subscription.cancelAtMs, atMs)) {
    return { plan: free, isSubscribed: false, restriction: null };
  }
  const { scheduled, status, pastDueSinceMs } = subscription;
  const bought = scheduled !== null && scheduled.atMs <= atMs ? scheduled.plan : subscription.plan;
  if (status === 'active' || status === 'trialing') {
    return { plan: bought, isSubscribed: true, restriction: null };
  }
  if (status !== 'past_due') {
    return { plan: free, isSubscribed: false, restriction: { cause: 'inactive', from: bought } };
  }
  if (atMs < pastDueSinceMs! + GRACE_DAYS * DAY) {
    return { plan: bought, isSubscribed: true, restriction: null };
  }
  return { plan: free, isSubscribed: false, restriction: { cause: 'past_due', from: bought } };
}

/** What the plan in force includes of a feature at an instant, and how far beyond it lets. */
export function includedAt(
  account: ModelAccount,
  period: ModelPeriod,
  atMs: number,
): { readonly limit: Micro | null; readonly beyond: Micro | null } {
  const { plan, isSubscribed } = planAt(account, atMs);
  const terms = termsAt(account.catalog, plan, period.feature, atMs);
  if (terms?.kind !== 'counted') return { limit: 0n, beyond: 0n };
  const beyond = beyondOf(account, period.feature, terms.beyond);
  if (terms.limit === null) return { limit: null, beyond };
  const subscription = account.subscription;
  const isUnpaid =
    isSubscribed &&
    subscription?.status === 'past_due' &&
    subscription.pastDueSinceMs! <= period.startMs &&
    period.endMs !== Number.POSITIVE_INFINITY;
  return { limit: isUnpaid ? unpaidShare(terms.limit, period) : terms.limit, beyond };
}

/** ceil(limit x grace days / period days), in whole units, and no more than the limit. */
function unpaidShare(limit: Micro, period: ModelPeriod): Micro {
  const days = BigInt(Math.round((period.endMs - period.startMs) / DAY));
  if (days <= BigInt(GRACE_DAYS)) return limit;
  let share = 0n;
  const wanted = limit * BigInt(GRACE_DAYS);
  share = wanted / (days * 1_000_000n);
  if (share * days * 1_000_000n < wanted) share += 1n;
  return share * 1_000_000n < limit ? share * 1_000_000n : limit;
}

function beyondOf(account: ModelAccount, feature: string, beyond: ModelBeyond): Micro | null {
  if (beyond.policy === 'block') return 0n;
  if (beyond.policy === 'grace') return beyond.amount;
  const consent = account.consents.get(feature);
  if (consent?.currency !== beyond.currency) return 0n;
  // As many units as the cap pays for: cap / price, both in minor units, in millionths.
  return (BigInt(consent.capMinor) * 1_000_000n * 1_000_000n) / beyond.priceMicro;
}

/** The boosts that add to a period at an instant. */
export function boostsAt(account: ModelAccount, period: ModelPeriod, atMs: number): ModelGrant[] {
  return account.boosts.filter(
    (boost) => boostsPeriod(boost, period) && isWithin(boost.startsMs, boost.endsMs, atMs),
  );
}

export function boostsPeriod(boost: ModelGrant, period: ModelPeriod): boolean {
  if (boost.feature !== period.feature) return false;
  return boost.periodStartMs === null || boost.periodStartMs === period.startMs;
}

/** The packs of a feature in force at an instant: the earliest to end first. */
export function packsAt(account: ModelAccount, feature: string, atMs: number): ModelGrant[] {
  const end = (pack: ModelGrant): number => pack.endsMs ?? Number.POSITIVE_INFINITY;
  return account.packs
    .filter((pack) => pack.feature === feature && isWithin(pack.startsMs, pack.endsMs, atMs))
    .toSorted((a, b) => (end(a) === end(b) ? a.number - b.number : end(a) < end(b) ? -1 : 1));
}

/** What no period has burned of a pack yet. */
export function leftOf(account: ModelAccount, pack: ModelGrant): Micro {
  const periods = account.periods.get(pack.feature) ?? [];
  return periods.reduce(
    (left, period) => left - (period.burned.get(pack.number) ?? 0n),
    pack.amount,
  );
}

export function sumOf(grants: readonly ModelGrant[]): Micro {
  return grants.reduce((sum, grant) => sum + grant.amount, 0n);
}

/** Up to where use counts as within the limit, and up to where it is let. */
export interface ModelLimit {
  readonly limit: Micro | null;
  readonly ceiling: Micro | null;
}

/** Included, boosts and packs; of a closed period, what it had and what packs have given it. */
export function limitOf(account: ModelAccount, period: ModelPeriod): ModelLimit {
  if (period.closed !== null) {
    const { base, beyond } = period.closed;
    return withBeyond(base === null ? null : base + burnedOf(period), beyond);
  }
  const { limit, beyond } = includedAt(account, period, account.nowMs);
  if (limit === null) return { limit: null, ceiling: null };
  const boosts = sumOf(boostsAt(account, period, account.nowMs));
  const packs = packsAt(account, period.feature, account.nowMs);
  const left = packs.reduce((sum, pack) => sum + leftOf(account, pack), 0n);
  return withBeyond(limit + period.covered + boosts + burnedOf(period) + left, beyond);
}

function withBeyond(limit: Micro | null, beyond: Micro | null): ModelLimit {
  return { limit, ceiling: limit === null || beyond === null ? null : limit + beyond };
}
