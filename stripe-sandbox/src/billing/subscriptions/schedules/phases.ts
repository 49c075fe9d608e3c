import type { Tx } from '../../../engine/transaction.ts';
import { DAY_SECONDS } from '../../../money/calendar.ts';
import { cancelSubscription } from '../cancel.ts';
import { createSubscription } from '../create.ts';
import type { ChangedItem } from '../items.ts';
import { putSubscription } from '../render.ts';
import { getSubscription, hasEnded, subscriptions, type SubscriptionRow } from '../rows.ts';
import { putSchedule, scheduleNow, tellSchedule } from './render.ts';
import { getSchedule, phaseAt, schedules, type PhaseRow, type ScheduleRow } from './rows.ts';
import { setTimers } from '../timers.ts';
import { updateSubscription } from '../update.ts';

/** The kinds of a schedule's own timers; its later phases turn with its subscription. */
export const SCHEDULE_DUE = {
  start: 'subscription_schedule_start',
  expiring: 'subscription_schedule_expiring',
} as const;

/** Stripe says seven days; the trigger of its command line looks nine days before. */
const NOTICE_SECONDS = 9 * DAY_SECONDS;

/** Sets the timers of a schedule anew: its start, and the notice some days before its end. */
export function setScheduleTimers(tx: Tx, row: ScheduleRow): void {
  const { id: subject, testClock: clock, status, phases } = row;
  const [first, last] = [phases[0]!, phases.at(-1)!];
  const at = Math.max(scheduleNow(tx, row), last.end - NOTICE_SECONDS);
  if (status === 'not_started') {
    tx.schedule({ kind: SCHEDULE_DUE.start, subject, clock, at: first.start });
  } else tx.unschedule(SCHEDULE_DUE.start, subject);
  if (status === 'not_started' || status === 'active') {
    tx.schedule({ kind: SCHEDULE_DUE.expiring, subject, clock, at });
  } else tx.unschedule(SCHEDULE_DUE.expiring, subject);
}

export function tellExpiring(tx: Tx, id: string): void {
  const row = getSchedule(tx, id);
  if (row.status === 'active') tellSchedule(tx, 'subscription_schedule.expiring', row);
}

/** Begins a schedule: with the phase that its time is in, or with its end where all are over. */
export function startSchedule(tx: Tx, id: string): ScheduleRow {
  const row = getSchedule(tx, id);
  if (row.status !== 'not_started') return row;
  const phase = phaseAt(row, scheduleNow(tx, row));
  if (phase === undefined) return endSchedule(tx, row);
  const subscription = createSubscription(tx, {
    customer: row.customer,
    schedule: id,
    billing_mode: { type: row.billingMode, flexible: undefined },
    items: phase.items.map(({ price, quantity, metadata, discounts }) => ({
      price,
      ...(quantity === null ? {} : { quantity }),
      metadata,
      discounts: discounts.map(wholeName),
    })),
    ...settingsOf(row, phase),
    ...(phase.trialEnd === null ? {} : { trial_end: phase.trialEnd }),
  });
  const started = putSchedule(tx, {
    ...getSchedule(tx, id),
    status: 'active',
    subscription: subscription.id,
  });
  setScheduleTimers(tx, started);
  setTimers(tx, getSubscription(tx, subscription.id));
  return started;
}

const wholeName = ({ coupon, discount, promotion_code }: PhaseRow['discounts'][number]) => ({
  coupon,
  discount,
  promotion_code,
});

function settingsOf(row: ScheduleRow, phase: PhaseRow) {
  const method = phase.defaultPaymentMethod ?? row.defaultPaymentMethod;
  const days = phase.daysUntilDue ?? row.daysUntilDue;
  const description = phase.description ?? row.description;
  return {
    collection_method: phase.collectionMethod ?? row.collectionMethod,
    ...(days === null ? {} : { days_until_due: days }),
    ...(method === null ? {} : { default_payment_method: method }),
    ...(description === null ? {} : { description }),
    ...(phase.discounts.length === 0 ? {} : { discounts: phase.discounts.map(wholeName) }),
    metadata: phase.metadata,
  };
}

/** Begins the next phase of a subscription's schedule, or ends the schedule, where that is due. */
export function turnPhase(tx: Tx, id: string): void {
  const subscription = getSubscription(tx, id);
  const row =
    subscription.schedule === null ? undefined : tx.find(schedules, subscription.schedule);
  if (row?.status !== 'active' || hasEnded(subscription)) return;
  const now = scheduleNow(tx, row);
  const begun = row.phases.find((phase) => phase.start === now);
  const phase = phaseAt(row, now);
  if (phase === undefined) endSchedule(tx, row);
  else if (begun !== undefined && subscription.created < now) enterPhase(tx, row, phase);
}

/** Gives a subscription what a phase says. */
export function enterPhase(tx: Tx, row: ScheduleRow, phase: PhaseRow): void {
  const subscription = getSubscription(tx, row.subscription!);
  const anchorsNow = phase.anchorsAtStart ?? row.anchorsAtPhase;
  updateSubscription(tx, subscription.id, {
    items: itemChanges(subscription, phase),
    proration_behavior: phase.prorationBehavior,
    ...settingsOf(row, phase),
    ...(anchorsNow ? { billing_cycle_anchor: 'now' as const } : {}),
    ...(phase.trialEnd === null ? {} : { trial_end: phase.trialEnd }),
  });
  tellSchedule(tx, 'subscription_schedule.updated', getSchedule(tx, row.id));
}

/**
 * A subscription as the phase that begins with its next period will have it, for a rehearsal:
 * nothing is prorated where a phase begins with a period.
 */
export function withNextPhase(tx: Tx, subscription: SubscriptionRow, at: number): SubscriptionRow {
  const row =
    subscription.schedule === null ? undefined : tx.find(schedules, subscription.schedule);
  const phase = row?.phases.find(({ start }) => start === at);
  if (row?.status !== 'active' || phase === undefined) return subscription;
  tx.put(subscriptions, subscription);
  updateSubscription(tx, subscription.id, {
    items: itemChanges(subscription, phase),
    proration_behavior: 'none',
    ...settingsOf(row, phase),
  });
  return getSubscription(tx, subscription.id);
}

/** From the items that are to those of a phase: by price, and else one taken away, one added. */
function itemChanges(subscription: SubscriptionRow, phase: PhaseRow): ChangedItem[] {
  const kept = new Set<string>();
  const wanted = phase.items.map(({ price, quantity, metadata, discounts }): ChangedItem => {
    const known = subscription.items.find((item) => item.price === price);
    if (known !== undefined) kept.add(known.id);
    return {
      ...(known === undefined ? { price } : { id: known.id }),
      ...(quantity === null ? {} : { quantity }),
      ...(discounts.length === 0 ? {} : { discounts: discounts.map(wholeName) }),
      metadata,
    };
  });
  const gone = subscription.items.filter((item) => !kept.has(item.id));
  return [...wanted, ...gone.map(({ id }): ChangedItem => ({ id, deleted: true }))];
}

/** After its last phase a schedule lets its subscription go on, or ends it. */
function endSchedule(tx: Tx, row: ScheduleRow): ScheduleRow {
  const now = scheduleNow(tx, row);
  const isReleased = row.endBehavior === 'release';
  const subscription =
    row.subscription === null ? undefined : getSubscription(tx, row.subscription);
  const completed = tx.put(schedules, { ...row, status: 'completed', completedAt: now });
  setScheduleTimers(tx, completed);
  if (subscription !== undefined && isReleased) {
    setTimers(tx, putSubscription(tx, { ...subscription, schedule: null }));
  } else if (subscription !== undefined) {
    cancelSubscription(tx, subscription.id, { isForeseen: true });
  }
  tellSchedule(tx, 'subscription_schedule.completed', completed);
  return completed;
}

/** Lets a subscription go on without its schedule. */
export function releaseSchedule(tx: Tx, row: ScheduleRow): ScheduleRow {
  const released = tx.put(schedules, {
    ...row,
    status: 'released',
    releasedAt: scheduleNow(tx, row),
    subscription: null,
    releasedSubscription: row.subscription,
  });
  setScheduleTimers(tx, released);
  const subscription =
    row.subscription === null ? undefined : tx.find(subscriptions, row.subscription);
  if (subscription !== undefined) {
    setTimers(tx, putSubscription(tx, { ...subscription, schedule: null }));
  }
  tellSchedule(tx, 'subscription_schedule.released', released);
  return released;
}
