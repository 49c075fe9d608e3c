import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { mergeMetadata } from '../../../http/params.ts';
import { addIntervals } from '../../../money/calendar.ts';
import { customerNow, getCustomer } from '../../../customers/customer.ts';
import { cancelSubscription } from '../cancel.ts';
import { enterPhase, setScheduleTimers, startSchedule } from './phases.ts';
import {
  currencyOf,
  isMetered,
  priceSaid,
  recurrenceOf,
  requireCurrency,
} from '../terms/pricing.ts';
import { putSubscription } from '../render.ts';
import { getSubscription, periodOf } from '../rows.ts';
import { putSchedule, scheduleNow, tellSchedule } from './render.ts';
import type { CreateScheduleParams, PhaseParams, UpdateScheduleParams } from './params.ts';
import { getSchedule, phaseAt, schedules, type PhaseRow, type ScheduleRow } from './rows.ts';
import { setTimers } from '../timers.ts';

/** Makes a schedule, and begins it where its time has come. */
export function createSchedule(tx: Tx, said: CreateScheduleParams): ScheduleRow {
  if (said.from_subscription !== undefined) return fromSubscription(tx, said);
  if (said.customer === undefined || said.phases === undefined || said.phases.length === 0) {
    const param = said.customer === undefined ? 'customer' : 'phases';
    throw invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const customer = getCustomer(tx, said.customer, 'customer');
  const now = customerNow(tx, customer);
  if (said.start_date === undefined) {
    throw invalid('Missing required param: start_date.', {
      code: 'parameter_missing',
      param: 'start_date',
    });
  }
  const start = said.start_date === 'now' ? now : said.start_date;
  const row = tx.put(schedules, {
    ...emptySchedule(tx, said),
    customer: customer.id,
    testClock: customer.testClock,
    created: now,
    phases: phasesOf(tx, said.phases, { start, now }),
  });
  tellSchedule(tx, 'subscription_schedule.created', row);
  setScheduleTimers(tx, row);
  return start > now ? row : startSchedule(tx, row.id);
}

function emptySchedule(tx: Tx, said: CreateScheduleParams) {
  const settings = said.default_settings;
  return {
    id: tx.newId('sub_sched'),
    status: 'not_started',
    billingMode: said.billing_mode?.type ?? 'flexible',
    subscription: null,
    releasedSubscription: null,
    endBehavior: said.end_behavior === 'cancel' ? 'cancel' : 'release',
    metadata: mergeMetadata({}, said.metadata),
    collectionMethod: settings?.collection_method ?? 'charge_automatically',
    daysUntilDue: settings?.invoice_settings?.days_until_due ?? null,
    defaultPaymentMethod: settings?.default_payment_method ?? null,
    description: settings?.description ?? null,
    anchorsAtPhase: settings?.billing_cycle_anchor === 'phase_start',
    canceledAt: null,
    completedAt: null,
    releasedAt: null,
  } as const satisfies Partial<ScheduleRow>;
}

function fromSubscription(tx: Tx, said: CreateScheduleParams): ScheduleRow {
  const subscription = getSubscription(tx, said.from_subscription!, 'from_subscription');
  if (subscription.schedule !== null) {
    throw invalid('You cannot migrate a subscription that is already attached to a schedule.', {
      param: 'from_subscription',
    });
  }
  const { start, end } = periodOf(subscription);
  const row = tx.put(schedules, {
    ...emptySchedule(tx, said),
    customer: subscription.customer,
    testClock: subscription.testClock,
    created: scheduleNow(tx, subscription),
    status: 'active',
    subscription: subscription.id,
    collectionMethod: subscription.collectionMethod,
    daysUntilDue: subscription.daysUntilDue,
    defaultPaymentMethod: subscription.defaultPaymentMethod,
    phases: [
      {
        ...emptyPhase,
        start,
        end,
        currency: subscription.currency,
        items: subscription.items.map(({ price, quantity, metadata }) => ({
          price,
          quantity,
          metadata,
          discounts: [],
        })),
        trialEnd: subscription.status === 'trialing' ? subscription.trialEnd : null,
      },
    ],
  });
  tellSchedule(tx, 'subscription_schedule.created', row);
  setTimers(tx, putSubscription(tx, { ...subscription, schedule: row.id }));
  setScheduleTimers(tx, row);
  return row;
}

const emptyPhase = {
  anchorsAtStart: null,
  collectionMethod: null,
  daysUntilDue: null,
  defaultPaymentMethod: null,
  description: null,
  discounts: [],
  metadata: {},
  prorationBehavior: 'create_prorations',
  trialEnd: null,
} as const satisfies Partial<PhaseRow>;

/** Phases that follow on each other; each ends when it says, or after its time. */
function phasesOf(
  tx: Tx,
  said: readonly PhaseParams[],
  { start: first, now }: { readonly start: number; readonly now: number },
): PhaseRow[] {
  let start = first;
  return said.map((phase, index) => {
    const param = `phases[${index}]`;
    const row = phaseOf(tx, phase, { start, now, param });
    start = row.end;
    return row;
  });
}

function phaseOf(
  tx: Tx,
  said: PhaseParams,
  { start: before, now, param }: { start: number; now: number; param: string },
): PhaseRow {
  const start =
    said.start_date === undefined || said.start_date === 'now' ? before : said.start_date;
  if (start !== before && param !== 'phases[0]') {
    throw invalid('The start of a phase must be the end of the phase before it.', {
      param: `${param}[start_date]`,
    });
  }
  if (said.items.length === 0) {
    throw invalid(`Missing required param: ${param}[items].`, {
      code: 'parameter_missing',
      param: `${param}[items]`,
    });
  }
  const items = said.items.map((item, index) => {
    const name = `${param}[items][${index}]`;
    const price = priceSaid(tx, item, name);
    if (price === undefined) {
      throw invalid(`Missing required param: ${name}[price].`, {
        code: 'parameter_missing',
        param: `${name}[price]`,
      });
    }
    return {
      price,
      quantity: isMetered(tx, price) ? null : (item.quantity ?? 1),
      metadata: mergeMetadata({}, item.metadata),
      discounts: item.discounts ?? [],
    };
  });
  const currency = said.currency ?? currencyOf(tx, items[0]!.price);
  for (const { price } of items) requireCurrency(tx, price, { currency, param });
  const end = endOf(tx, said, { start, now, price: items[0]!.price });
  if (end <= start) {
    throw invalid('The end of a phase must be after its start.', { param: `${param}[end_date]` });
  }
  const trialEnd = said.trial_end === 'now' ? null : (said.trial_end ?? null);
  return {
    ...emptyPhase,
    start,
    end,
    items,
    currency,
    anchorsAtStart:
      said.billing_cycle_anchor === undefined ? null : said.billing_cycle_anchor === 'phase_start',
    collectionMethod: said.collection_method ?? null,
    daysUntilDue: said.invoice_settings?.days_until_due ?? null,
    defaultPaymentMethod: said.default_payment_method ?? null,
    description: said.description ?? null,
    discounts: said.discounts ?? [],
    metadata: mergeMetadata({}, said.metadata),
    prorationBehavior: said.proration_behavior ?? 'create_prorations',
    trialEnd: said.trial === true ? end : trialEnd,
  };
}

function endOf(
  tx: Tx,
  said: PhaseParams,
  { start, now, price }: { readonly start: number; readonly now: number; readonly price: string },
): number {
  if (said.end_date === 'now') return now;
  if (said.end_date !== undefined) return said.end_date;
  if (said.duration !== undefined) {
    return addIntervals(start, said.duration.interval, said.duration.interval_count ?? 1);
  }
  const { interval, count } = recurrenceOf(tx, price);
  return addIntervals(start, interval, count * (said.iterations ?? 1));
}

/** Changes a schedule; the phase that it is in takes effect at once. */
export function updateSchedule(tx: Tx, id: string, said: UpdateScheduleParams): ScheduleRow {
  const row = getSchedule(tx, id);
  if (row.status !== 'active' && row.status !== 'not_started') throw isOver(row, 'update');
  const now = scheduleNow(tx, row);
  const settings = said.default_settings;
  const start = row.phases[0]!.start;
  const changed = putSchedule(tx, {
    ...row,
    endBehavior:
      said.end_behavior === undefined
        ? row.endBehavior
        : said.end_behavior === 'cancel'
          ? 'cancel'
          : 'release',
    metadata: mergeMetadata(row.metadata, said.metadata),
    phases: said.phases === undefined ? row.phases : phasesOf(tx, said.phases, { start, now }),
    collectionMethod: settings?.collection_method ?? row.collectionMethod,
    defaultPaymentMethod: settings?.default_payment_method ?? row.defaultPaymentMethod,
    description: settings?.description === undefined ? row.description : settings.description,
  });
  setScheduleTimers(tx, changed);
  if (changed.subscription === null || said.phases === undefined) return changed;
  const phase = phaseAt(changed, now);
  const behavior = said.proration_behavior;
  if (phase !== undefined) {
    enterPhase(
      tx,
      changed,
      behavior === undefined ? phase : { ...phase, prorationBehavior: behavior },
    );
  }
  setTimers(tx, getSubscription(tx, changed.subscription));
  return getSchedule(tx, id);
}

export interface ScheduleCancellation {
  readonly invoiceNow?: boolean | undefined;
  readonly prorate?: boolean | undefined;
}

/** Ends a schedule and its subscription at once. */
export function cancelSchedule(tx: Tx, id: string, how: ScheduleCancellation): ScheduleRow {
  const row = getSchedule(tx, id);
  if (row.status !== 'active' && row.status !== 'not_started') throw isOver(row, 'cancel');
  const { invoiceNow = true, prorate = true } = how;
  const now = scheduleNow(tx, row);
  const canceled = tx.put(schedules, { ...row, status: 'canceled', canceledAt: now });
  setScheduleTimers(tx, canceled);
  if (row.subscription !== null) cancelSubscription(tx, row.subscription, { invoiceNow, prorate });
  tellSchedule(tx, 'subscription_schedule.canceled', canceled);
  // The trigger of Stripe's command line takes one that is dropped before it began, and of which
  // nothing is to be billed, for one that is aborted.
  if (row.status === 'not_started' && !invoiceNow && !prorate) {
    tellSchedule(tx, 'subscription_schedule.aborted', canceled);
  }
  return canceled;
}

export function isOver({ status }: ScheduleRow, deed: string): Error {
  return invalid(
    `You cannot ${deed} a subscription schedule that is currently in the \`${status}\` status. ` +
      'It must be in one of these: not_started, active.',
  );
}
