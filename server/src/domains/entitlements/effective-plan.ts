// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import { defaultPlanAt, planVersion, type Catalog, type PlanVersion } from '../plans/index.ts';
import type { AccessFacts, PlanChangeFact, SubscriptionFact } from '../subscriptions/index.ts';

/** Why an account has less than the plan it subscribed to. */
export type RestrictionCause = 'past_due' | 'inactive';

export interface Restriction {
  readonly cause: RestrictionCause;
  /** The plan it would have. */
  readonly from: PlanVersion;
}

/** How a plan came to be in force; the default is that of those who bought none. */
export type PlanSource = 'override' | 'subscription' | 'default';

export interface EffectivePlan {
  readonly plan: PlanVersion;
  readonly source: PlanSource;
  readonly restriction: Restriction | null;
}

/** What decides access, loaded once and read at any instant. */
export interface AccessContext {
  readonly catalog: Catalog;
  readonly facts: AccessFacts;
  /** How long access is kept after a payment failed. */
  readonly graceDays: number;
}

/**
 * The plan in force at an instant. Staff's plan change comes first, then the live subscription,
 * then the plan of those who bought none. The subscription's status decides, not the end of its
 * period; a scheduled cancellation or change takes effect at its instant, however late its
 * webhook is. A status that is not known grants nothing.
 */
export function effectivePlanAt(context: AccessContext, atMs: number): EffectivePlan {
  const { catalog } = context;
  const deciding = decidingFactAt(context.facts, atMs);
  const { source } = deciding;
  switch (source) {
    case 'override':
      return { plan: planVersion(catalog, deciding.change.planId), source, restriction: null };
    case 'default':
      return { plan: defaultPlanAt(catalog, atMs), source, restriction: null };
    case 'subscription': {
      const { subscription } = deciding;
      const subscribed = planVersion(catalog, subscribedPlanId(subscription, atMs));
      const cause = restrictionCause(context, subscription, atMs);
      if (cause === null) return { plan: subscribed, source, restriction: null };
      const restriction = { cause, from: subscribed };
      return { plan: defaultPlanAt(catalog, atMs), source: RESTRICTED_SOURCE, restriction };
    }
  }
}

/** The source of the plan in force, for those who know already whether it is restricted. */
export function planSourceAt(
  facts: AccessFacts,
  restriction: RestrictionCause | null,
  atMs: number,
): PlanSource {
  return restriction === null ? decidingFactAt(facts, atMs).source : RESTRICTED_SOURCE;
}

/** Who is restricted has what those have who bought none. */
const RESTRICTED_SOURCE = 'default';

type DecidingFact =
  | { readonly source: 'override'; readonly change: PlanChangeFact }
  | { readonly source: 'subscription'; readonly subscription: SubscriptionFact }
  | { readonly source: 'default' };

/** What decides the plan at an instant, before payment and status restrict it. */
function decidingFactAt({ planChanges, subscription }: AccessFacts, atMs: number): DecidingFact {
  const change = planChanges.findLast((each) => covers(each.startsMs, each.expiresMs, atMs));
  if (change !== undefined) return { source: 'override', change };
  if (subscription === null || !isUnderWay(subscription, atMs)) return { source: 'default' };
  return { source: 'subscription', subscription };
}

/** The next instant after `atMs` at which time alone changes the plan in force. */
export function nextPlanChange(context: AccessContext, atMs: number): number | null {
  const { planChanges, subscription } = context.facts;
  return earliestAfter(atMs, [
    ...planChanges.flatMap((change) => [change.startsMs, change.expiresMs]),
    subscription?.startedMs,
    subscription?.cancelAtMs,
    subscription?.scheduled?.atMs,
    subscription === null ? null : graceEndMs(context, subscription),
  ]);
}

/** The earliest of the instants that lie after `atMs`; `null` when none does. */
export function earliestAfter(
  atMs: number,
  instants: readonly (number | null | undefined)[],
): number | null {
  let earliest: number | null = null;
  for (const instant of instants) {
    if (instant === null || instant === undefined || instant <= atMs) continue;
    if (earliest === null || instant < earliest) earliest = instant;
  }
  return earliest;
}

/** Whether the half-open span contains the instant; `null` is no end. */
export function covers(startsMs: number, expiresMs: number | null, atMs: number): boolean {
  return startsMs <= atMs && (expiresMs === null || atMs < expiresMs);
}

function isUnderWay(subscription: SubscriptionFact, atMs: number): boolean {
  return covers(subscription.startedMs, subscription.cancelAtMs, atMs);
}

function subscribedPlanId(subscription: SubscriptionFact, atMs: number): number {
  const { scheduled } = subscription;
  return scheduled !== null && scheduled.atMs <= atMs ? scheduled.planId : subscription.planId;
}

function restrictionCause(
  context: AccessContext,
  subscription: SubscriptionFact,
  atMs: number,
): RestrictionCause | null {
  switch (subscription.status) {
    case 'active':
    case 'trialing':
      return null;
    case 'past_due': {
      const end = graceEndMs(context, subscription);
      return end !== null && atMs < end ? null : 'past_due';
    }
    default:
      return 'inactive';
  }
}

function graceEndMs(context: AccessContext, subscription: SubscriptionFact): number | null {
  if (subscription.pastDueSinceMs === null) return null;
  return subscription.pastDueSinceMs + context.graceDays * DAY_MS;
}
