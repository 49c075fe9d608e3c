import {
  boostStep,
  consentStep,
  endGrantStep,
  endPlanChangeStep,
  overrideStep,
  packStep,
  subscriptionStep,
} from './command-steps.ts';
import { plansOnSale, type ModelPlan } from './model/catalog.ts';
import { comingInstant, nextNumber, type RawSubscription, type Resident } from './resident.ts';
import { LEVELS, METERED } from './sold.ts';
import type { Step } from './step.ts';

const DAY = 86_400_000;

/** A plan to buy; at times a version that is no longer sold, as old customers keep. */
function planToBuy(resident: Resident): ModelPlan {
  const { random, world } = resident;
  const sold = random.chance(0.8) ? plansOnSale(world.catalog) : world.catalog.plans;
  return random.pick(sold.filter((plan) => plan.slug !== 'free'));
}

/** Mostly now; at times it becomes known late, or is to come. */
function startFor(resident: Resident): number {
  const { random, world } = resident;
  const kind = random.next();
  if (kind < 0.6) return world.nowMs;
  if (kind < 0.75) return world.nowMs - random.between(1, 20_000);
  if (kind < 0.88) return world.nowMs - random.between(1, 70 * DAY);
  return comingInstant(resident);
}

function freshSubscription(resident: Resident): RawSubscription {
  const { random } = resident;
  return {
    plan: planToBuy(resident),
    status: random.pick(['active', 'active', 'active', 'trialing', 'incomplete']),
    startedMs: startFor(resident),
    cancelAtMs: random.chance(0.1) ? comingInstant(resident) : null,
    pastDueSinceMs: null,
    scheduled: null,
  };
}

/** How the subscription stands next: what customers, banks and Stripe do to it. */
export function drawSubscription(resident: Resident): Step {
  const { random, world } = resident;
  const now: RawSubscription | null = resident.model.subscription;
  if (now === null) {
    return subscriptionStep(resident, freshSubscription(resident), { hasEnded: false });
  }
  const step = (change: Partial<RawSubscription>): Step =>
    subscriptionStep(resident, { ...now, ...change }, { hasEnded: false });
  const hasLapsed = now.cancelAtMs !== null && now.cancelAtMs <= world.nowMs;
  if (hasLapsed && random.chance(0.6)) {
    // The end was never told, and here is another one.
    return subscriptionStep(resident, freshSubscription(resident), { hasEnded: false });
  }
  switch (random.between(0, 8)) {
    case 0:
    case 1:
      return step({ plan: planToBuy(resident), scheduled: null });
    case 2:
      return step({ scheduled: { plan: planToBuy(resident), atMs: comingInstant(resident) } });
    case 3:
      return step({ cancelAtMs: now.cancelAtMs === null ? comingInstant(resident) : null });
    case 4:
    case 5: {
      const pastDueSinceMs = world.nowMs - random.pick([0, 1, 3_600_000, 9 * DAY]);
      return now.status === 'past_due'
        ? step({ status: 'active', pastDueSinceMs: null })
        : step({ status: 'past_due', pastDueSinceMs });
    }
    case 6:
      return step({
        status: random.pick(['active', 'unpaid', 'paused', 'something_new']),
        pastDueSinceMs: null,
      });
    default:
      return subscriptionStep(resident, now, { hasEnded: true });
  }
}

export function drawPlanChange(resident: Resident): Step {
  const { random, world, model } = resident;
  const { planChange } = model;
  const isInForce =
    planChange !== null && (planChange.endsMs === null || planChange.endsMs > world.nowMs + 1);
  if (isInForce && resident.planChangeId !== null && random.chance(0.6)) {
    return endPlanChangeStep(resident);
  }
  const plan = random.pick(plansOnSale(world.catalog));
  return overrideStep(resident, plan, random.chance(0.7) ? comingInstant(resident) : null);
}

function amountGiven(resident: Resident): bigint {
  const { random } = resident;
  return random.chance(0.7)
    ? BigInt(random.between(1, 60)) * 1_000_000n
    : BigInt(random.between(1, 60_000_000));
}

export function drawBoost(resident: Resident): Step {
  const { random, world } = resident;
  const sold = METERED.filter((key) => world.features.has(key));
  return boostStep(resident, {
    feature: random.pick(['minutes', 'minutes', ...sold, ...LEVELS]),
    amount: amountGiven(resident),
    endsMs: random.chance(0.6) ? comingInstant(resident) : null,
  });
}

export function drawPack(resident: Resident): Step {
  const { random, world, packSources } = resident;
  const sold = METERED.filter((key) => world.features.has(key));
  const isRepeat = packSources.length > 0 && random.chance(0.1);
  return packStep(resident, {
    feature: random.pick(['minutes', 'minutes', 'minutes', ...sold]),
    amount: amountGiven(resident),
    endsMs: random.chance(0.7) ? comingInstant(resident) : null,
    source: isRepeat ? random.pick(packSources) : `invoice ${nextNumber(resident)}`,
  });
}

/** Takes back a boost or pack that is in force for a while yet. */
export function drawEndGrant(resident: Resident): Step {
  const { random, world, grants } = resident;
  const inForce = grants.filter(
    ({ grant }) => grant.endsMs === null || grant.endsMs > world.nowMs + 1,
  );
  if (inForce.length === 0) return drawPack(resident);
  return endGrantStep(resident, random.pick(inForce));
}

export function drawConsent(resident: Resident): Step {
  const { random } = resident;
  return consentStep(resident, random.between(0, 900), random.pick(['usd', 'usd', 'usd', 'eur']));
}
