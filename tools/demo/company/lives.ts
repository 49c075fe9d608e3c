// pure
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import type { Person, Source } from './people.ts';
import { randomOf, type Random } from './random.ts';
import { echoOf, isWithin, type CompanyTerms, type Story } from './story.ts';

export type PaidPlan = 'pro' | 'business' | 'enterprise';
export type Cycle = 'monthly' | 'yearly';
export type Currency = 'usd' | 'eur';

/** What somebody subscribes to. */
export interface Bought {
  readonly plan: PaidPlan;
  /** The plan's version: who bought before a price changed keeps the price. */
  readonly version: number;
  readonly cycle: Cycle;
  readonly seats: number;
  readonly currency: Currency;
}

/** How a subscription stands from an instant on, and why. */
export type Step =
  | { readonly kind: 'trial'; readonly atMs: number; readonly endMs: number; readonly of: Bought }
  | { readonly kind: 'paid'; readonly atMs: number; readonly of: Bought; readonly reason: string }
  | { readonly kind: 'ended'; readonly atMs: number; readonly reason: string };

export const LEFT_FOR_OUTAGE = 'canceled: the outage';

const CAUSES = [
  ['canceled: too expensive', 32],
  ['canceled: does not need it any more', 27],
  ['canceled: a feature is missing', 18],
  ['canceled: went to another product', 13],
  ['canceled: the quality of the output', 10],
] as const;

const TURNS_PAYING: Readonly<Record<Source, number>> = {
  organic: 0.22,
  search: 0.25,
  social: 0.13,
  referral: 0.34,
  newsletter: 0.27,
  partner: 0.38,
};

const LEAVES_A_MONTH: Readonly<Record<PaidPlan, number>> = {
  pro: 0.042,
  business: 0.024,
  enterprise: 0.004,
};
const LEAVES_A_YEAR = 0.2;
const LEAVES_FOR_OUTAGE: Readonly<Record<PaidPlan, number>> = {
  pro: 0.14,
  business: 0.16,
  enterprise: 0.09,
};
const WAITS_AFTER_OUTAGE = 0.7;
const RETURNS = 0.12;
const TRIES_FIRST = 0.4;
const STAYS_AFTER_TRIAL = 0.62;
const TRIAL_DAYS = 14;

const PAY_IN_EUROS: readonly string[] = ['DE', 'FR', 'NL', 'ES'];

export function currencyOf({ country }: Person): Currency {
  return PAY_IN_EUROS.includes(country) ? 'eur' : 'usd';
}

/**
 * All that a person subscribes to until some instant, in the order of time. A later instant adds to
 * it and changes nothing of what was before.
 */
export function lifeOf(
  person: Person,
  { terms, story, untilMs }: { terms: CompanyTerms; story: Story; untilMs: number },
): Step[] {
  const random = randomOf(`${terms.seed} life ${person.id}`);
  if (!random.chance(TURNS_PAYING[person.source])) return [];
  const steps: Step[] = [];
  let atMs = person.signedUpMs + Math.ceil((1 + random.wait(12)) * DAY_MS);
  if (isWithin(echoOf(story), atMs) && random.chance(WAITS_AFTER_OUTAGE)) atMs += 35 * DAY_MS;
  const currency = currencyOf(person);
  while (atMs < untilMs) {
    const leftMs = addSubscription(steps, atMs, { random, story, untilMs, currency });
    if (leftMs === null || !random.chance(RETURNS)) break;
    atMs = leftMs + random.integer(20, 120) * DAY_MS;
  }
  return steps.filter((step) => step.atMs < untilMs);
}

interface Draw {
  readonly random: Random;
  readonly story: Story;
  readonly untilMs: number;
  readonly currency: Currency;
}

/** Answers when it ended; `null` where it lasts. */
function addSubscription(steps: Step[], atMs: number, draw: Draw): number | null {
  const { random, untilMs } = draw;
  let of = firstBought(atMs, draw);
  let startMs = atMs;
  if (of.plan !== 'enterprise' && random.chance(TRIES_FIRST)) {
    startMs = atMs + TRIAL_DAYS * DAY_MS;
    steps.push({ kind: 'trial', atMs, endMs: startMs, of });
    if (!random.chance(STAYS_AFTER_TRIAL)) {
      steps.push({ kind: 'ended', atMs: startMs, reason: 'canceled: the trial was enough' });
      return startMs;
    }
  }
  steps.push({ kind: 'paid', atMs: startMs, of, reason: 'bought' });
  const outageMs = leavesForOutage(of.plan, startMs, draw);
  for (let months = 1; ; months += 1) {
    const nextMs = addMonths(startMs, months);
    if (outageMs !== null && outageMs <= nextMs) {
      steps.push({ kind: 'ended', atMs: outageMs, reason: LEFT_FOR_OUTAGE });
      return outageMs;
    }
    if (nextMs >= untilMs) return null;
    if (leaves(of, months, random)) {
      steps.push({ kind: 'ended', atMs: nextMs, reason: random.weighted(CAUSES) });
      return nextMs;
    }
    const changed = changeOf(of, nextMs, draw);
    if (changed === undefined) continue;
    of = changed.of;
    steps.push({ kind: 'paid', atMs: nextMs, ...changed });
  }
}

function firstBought(atMs: number, { random, story, currency }: Draw): Bought {
  const plan = random.weighted<PaidPlan>([
    ['pro', 76],
    ['business', 21],
    ['enterprise', 3],
  ]);
  if (plan === 'enterprise') {
    return { plan, version: 1, cycle: 'yearly', seats: random.integer(10, 40), currency };
  }
  const isOffered = story.campaigns.some((days) => isWithin(days, atMs));
  const cycle = random.chance(isOffered ? 0.5 : 0.22) ? 'yearly' : 'monthly';
  return { plan, version: versionAt(plan, atMs, story), cycle, seats: 1, currency };
}

export function versionAt(plan: PaidPlan, atMs: number, { priceMs }: Story): number {
  return plan === 'pro' && atMs >= priceMs ? 2 : 1;
}

/** When somebody who was there has had enough; `null` where they stay. */
function leavesForOutage(plan: PaidPlan, startMs: number, { random, story }: Draw): number | null {
  const { startMs: outMs, endMs } = story.incident;
  const isShaken = random.chance(LEAVES_FOR_OUTAGE[plan]);
  const leavesMs = endMs + Math.floor(random.next() * 16 * DAY_MS);
  return isShaken && startMs < outMs && leavesMs < story.endMs ? leavesMs : null;
}

function leaves({ plan, cycle }: Bought, months: number, random: Random): boolean {
  if (cycle === 'monthly') return random.chance(LEAVES_A_MONTH[plan] * (months <= 3 ? 1.4 : 1));
  return months % 12 === 0 && random.chance(plan === 'enterprise' ? 0.08 : LEAVES_A_YEAR);
}

interface Change {
  readonly of: Bought;
  readonly reason: string;
}

function changeOf(of: Bought, atMs: number, { random, story }: Draw): Change | undefined {
  const versionNow = versionAt(of.plan, atMs, story);
  if (of.plan === 'pro' && random.chance(0.014)) {
    return { of: { ...of, plan: 'business', version: 1 }, reason: 'upgraded' };
  }
  if (of.plan === 'business' && of.cycle === 'monthly' && random.chance(0.011)) {
    const version = versionAt('pro', atMs, story);
    return { of: { ...of, plan: 'pro', version }, reason: 'downgraded' };
  }
  if (of.plan === 'enterprise' && random.chance(0.05)) {
    return { of: { ...of, seats: of.seats + random.integer(2, 8) }, reason: 'more seats' };
  }
  if (of.cycle === 'monthly' && random.chance(0.01)) {
    return { of: { ...of, cycle: 'yearly', version: versionNow }, reason: 'pays by the year' };
  }
  return undefined;
}
