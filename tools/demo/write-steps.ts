import { assert } from '@whisperforge/kernel/assert';
import { addMonths, type Period } from '@whisperforge/kernel/period';
import { changeAccess } from '../../server/src/domains/access/index.ts';
import type { Catalog, PlanVersion } from '../../server/src/domains/plans/index.ts';
import {
  findHistory,
  findLiveSubscription,
  type ContractPrice,
  type RecordedSubscription,
  type SubscriptionState,
} from '../../server/src/domains/subscriptions/index.ts';
import type { Bought, Step } from './company/lives.ts';
import { DEMO_ACTOR, type Doors } from './doors.ts';

/** What a seat of the largest plan is agreed for, a month and in cents. */
const AGREED_A_SEAT_MINOR = { usd: 2_500, eur: 2_300 } as const;

/**
 * Records how a person's subscription stands from each step on, as of that instant. What a run
 * before has recorded is known by its instant, and left as it is.
 */
export async function writeSteps(
  { accounts, commands }: Doors,
  { user, steps }: { readonly user: string; readonly steps: readonly Step[] },
): Promise<void> {
  const { accountId } = await accounts.getUser(user);
  for (const step of steps) {
    const context = { actor: DEMO_ACTOR, nowMs: step.atMs, reason: reasonOf(step) };
    await changeAccess(commands, { accountId, context }, async (found) => {
      const history = await findHistory(found.tx, accountId);
      if (history.some(({ effectiveMs }) => effectiveMs >= step.atMs)) return;
      const live = await findLiveSubscription(found.tx, accountId);
      const { state, price } = standingOf(step, live, found.catalog);
      await found.recordSubscription(state, price);
    });
  }
}

/**
 * What lasts has been renewed since it was last told of. Quota periods and revenue have moved by
 * themselves; this tells until when the present billing period is.
 */
export async function writeRenewal(
  { accounts, commands }: Doors,
  { user, nowMs }: { readonly user: string; readonly nowMs: number },
): Promise<void> {
  const { accountId } = await accounts.getUser(user);
  const context = { actor: DEMO_ACTOR, nowMs, reason: 'renewed' };
  await changeAccess(commands, { accountId, context }, async (found) => {
    const live = await findLiveSubscription(found.tx, accountId);
    // Whoever has changed it since has told how it stands.
    if (live?.source !== 'manual' || live.period.endMs > nowMs) return;
    const { id: _, accountId: __, ...state } = live;
    const months = state.billingCycle === 'yearly' ? 12 : 1;
    let { startMs, endMs } = state.period;
    for (let count = 1; endMs <= nowMs; count += 1) {
      startMs = endMs;
      endMs = addMonths(state.period.endMs, months * count);
    }
    // What was to change with the period has changed.
    const { scheduled, planId } = state;
    const isDue = scheduled !== null && scheduled.atMs <= startMs;
    const present = isDue ? { planId: scheduled.planId, scheduled: null } : { planId, scheduled };
    await found.recordSubscription({ ...state, ...present, period: { startMs, endMs } });
  });
}

function reasonOf(step: Step): string {
  return step.kind === 'trial' ? 'tries it first' : step.reason;
}

interface Standing {
  readonly state: SubscriptionState;
  readonly price?: ContractPrice;
}

function standingOf(step: Step, live: RecordedSubscription | null, catalog: Catalog): Standing {
  if (step.kind === 'ended') {
    assert(live !== null, 'only what lives comes to an end');
    const { id: _, accountId: __, ...state } = live;
    return { state: { ...state, status: 'canceled', endedMs: step.atMs } };
  }
  const { of, atMs } = step;
  const plan = versionOf(of, catalog);
  const isTrial = step.kind === 'trial';
  const startedMs = live?.startedMs ?? atMs;
  const state: SubscriptionState = {
    planId: plan.id,
    status: isTrial ? 'trialing' : 'active',
    source: 'manual',
    billingCycle: of.cycle,
    seats: of.seats,
    startedMs,
    period: isTrial ? { startMs: atMs, endMs: step.endMs } : periodFrom(atMs, of),
    trialEndMs: isTrial ? step.endMs : (live?.trialEndMs ?? null),
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: null,
  };
  return { state, price: priceOf(of, plan) };
}

function versionOf({ plan: slug, version }: Bought, catalog: Catalog): PlanVersion {
  const plan = [...catalog.plans.values()].find(
    (each) => each.slug === slug && each.version === version,
  );
  assert(plan !== undefined, `${slug} has a version ${version}`);
  return plan;
}

function periodFrom(startMs: number, { cycle }: Bought): Period {
  return { startMs, endMs: addMonths(startMs, cycle === 'yearly' ? 12 : 1) };
}

/** As in the catalogue; the largest plan has no price there, but one that was agreed. */
function priceOf(of: Bought, plan: PlanVersion): ContractPrice {
  const { plan: slug, cycle, seats, currency } = of;
  const listed = plan.prices.find(
    (price) => price.billingCycle === cycle && price.currency === currency,
  );
  if (listed !== undefined) {
    return { amountMinor: listed.amountMinor, currency, per: 'contract' };
  }
  assert(slug === 'enterprise', `${slug} has a price in ${currency}`);
  const amountMinor = AGREED_A_SEAT_MINOR[currency] * seats * (cycle === 'yearly' ? 12 : 1);
  return { amountMinor, currency, per: 'contract' };
}
