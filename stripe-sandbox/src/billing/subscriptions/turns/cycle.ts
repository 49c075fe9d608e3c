import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import {
  addIntervals,
  civilOf,
  DAY_SECONDS,
  type Cycle as Recurrence,
} from '../../../money/calendar.ts';
import { instantNamed, periodFrom } from '../terms/periods.ts';
import { recurrenceOf, trialDaysOf } from '../terms/pricing.ts';
import type { Period, SubscriptionItemRow } from '../rows.ts';

/** When a new subscription is billed: its anchor, its trial and its first period. */
export interface Cycle {
  readonly anchor: number;
  readonly anchorConfig: Stripe.Subscription.BillingCycleAnchorConfig | null;
  readonly trialEnd: number | null;
  readonly period: Period;
}

interface AnchorConfig {
  readonly day_of_month: number;
  readonly hour?: number | undefined;
  readonly minute?: number | undefined;
  readonly month?: number | undefined;
  readonly second?: number | undefined;
}

/** What is said of a cycle, by Stripe's names. */
export interface CycleParams {
  readonly billing_cycle_anchor?: number | undefined;
  readonly billing_cycle_anchor_config?: AnchorConfig | undefined;
  readonly trial_end?: number | 'now' | undefined;
  readonly trial_from_plan?: boolean | undefined;
  readonly trial_period_days?: number | undefined;
}

interface Asked {
  readonly said: CycleParams;
  readonly items: readonly SubscriptionItemRow[];
  readonly now: number;
}

export function planCycle(tx: Tx, asked: Asked): Cycle {
  const { said, items, now } = asked;
  const every = recurrenceOf(tx, items[0]!.price);
  const trialEnd = trialEndOf(tx, asked);
  const config = said.billing_cycle_anchor_config;
  const start = trialEnd ?? now;
  const named = said.billing_cycle_anchor;
  if (named !== undefined && named < now) throw anchorWrong('cannot be in the past.');
  if (named !== undefined && named > periodFrom(start, { anchor: start, every }).end) {
    throw anchorWrong('cannot be later than next natural billing date.');
  }
  const anchor = named ?? (config === undefined ? start : anchorNamed(config, { start, every }));
  const period =
    trialEnd === null ? periodFrom(now, { anchor, every }) : { start: now, end: trialEnd };
  return { anchor, anchorConfig: config ? configOf(config) : null, trialEnd, period };
}

function anchorWrong(why: string): Error {
  return invalid(`billing_cycle_anchor ${why}`, { param: 'billing_cycle_anchor' });
}

function trialEndOf(tx: Tx, { said, items, now }: Asked): number | null {
  const { trial_end: end, trial_period_days: days } = said;
  if (end !== undefined && days !== undefined) {
    throw invalid('You cannot set both `trial_end` and `trial_period_days`.', {
      param: 'trial_period_days',
    });
  }
  if (end === 'now') return null;
  if (end !== undefined) {
    if (end > now) return end;
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', {
      param: 'trial_end',
    });
  }
  const ofPlan = Math.max(0, ...items.map((item) => trialDaysOf(tx, item.price)));
  const wanted = days ?? (said.trial_from_plan === true ? ofPlan : 0);
  return wanted === 0 ? null : now + wanted * DAY_SECONDS;
}

/** More periods than it takes any month that has a day to come round, a leap February too. */
const MOST_PERIODS = 400;

/**
 * The instant that a configuration names, in the first period whose month has its day: so that 31
 * means the last day of every month. From February on, every two months on day 31 is anchored at
 * August 31, and first billed in full at the end of February
 * (https://docs.stripe.com/billing/subscriptions/billing-cycle).
 */
function anchorNamed(
  config: AnchorConfig,
  { start, every: { interval, count } }: { readonly start: number; readonly every: Recurrence },
): number {
  const { day_of_month: day, month, hour, minute, second } = config;
  const parts = { day, month, hour, minute, second };
  const first = instantNamed(start, parts);
  if (interval === 'day' || interval === 'week') return first;
  for (let ahead = 0; ahead < MOST_PERIODS; ahead += 1) {
    const reached = addIntervals(first, interval, ahead * count);
    const anchor = instantNamed(reached, parts);
    if (civilOf(anchor).day === day && isSameMonth(anchor, reached)) return anchor;
  }
  return first;
}

function isSameMonth(one: number, other: number): boolean {
  const [first, second] = [civilOf(one), civilOf(other)];
  return first.month === second.month && first.year === second.year;
}

function configOf(said: AnchorConfig): Stripe.Subscription.BillingCycleAnchorConfig {
  const { day_of_month, hour = null, minute = null, month = null, second = null } = said;
  return { day_of_month, hour, minute, month, second };
}
