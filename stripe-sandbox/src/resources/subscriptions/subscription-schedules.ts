import type Stripe from 'stripe';
import {
  releaseSchedule,
  SCHEDULE_DUE,
  startSchedule,
  tellExpiring,
} from '../../billing/subscriptions/schedules/phases.ts';
import {
  createScheduleSpecs,
  updateScheduleSpecs,
} from '../../billing/subscriptions/schedules/params.ts';
import { renderSchedule } from '../../billing/subscriptions/schedules/render.ts';
import {
  getSchedule,
  schedules,
  type ScheduleRow,
} from '../../billing/subscriptions/schedules/rows.ts';
import {
  cancelSchedule,
  createSchedule,
  isOver,
  updateSchedule,
} from '../../billing/subscriptions/schedules/schedules.ts';
import type { TimerHandlers } from '../../engine/deeds.ts';
import type { Tx } from '../../engine/transaction.ts';
import {
  instantRange,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type InstantRange,
  type ListObject,
} from '../../http/lists.ts';
import {
  boolean,
  ignored,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { findCustomer } from '../../customers/customer.ts';

const cancelSpecs = paramsOf<Stripe.SubscriptionScheduleCancelParams>()({
  invoice_now: optional(boolean),
  prorate: optional(boolean),
});

const releaseSpecs = paramsOf<Stripe.SubscriptionScheduleReleaseParams>()({
  preserve_cancel_date: ignored,
});

const listSpecs = paramsOf<Stripe.SubscriptionScheduleListParams>()({
  ...pageSpecs,
  canceled_at: instantRange,
  completed_at: instantRange,
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
  released_at: instantRange,
  scheduled: optional(boolean),
});

type Wanted = Params<typeof listSpecs>;

function isWanted(row: ScheduleRow, said: Wanted): boolean {
  return (
    (said.scheduled !== true || row.status === 'not_started') &&
    isWithin(row.created, said.created) &&
    isInstantWithin(row.canceledAt, said.canceled_at) &&
    isInstantWithin(row.completedAt, said.completed_at) &&
    isInstantWithin(row.releasedAt, said.released_at)
  );
}

function isInstantWithin(at: number | null, range: InstantRange | undefined): boolean {
  return range === undefined || (at !== null && isWithin(at, range));
}

function listSchedules(tx: Tx, said: Wanted): ListObject<Stripe.SubscriptionSchedule> {
  const { customer } = said;
  return pageOf(rowsOf(tx, schedules, getSchedule, narrowestKey({ customer })), said, {
    url: all,
    render: (row) => renderSchedule(tx, row),
    passes: (row) => (customer !== undefined || row.testClock === null) && isWanted(row, said),
  });
}

function release(tx: Tx, id: string): ScheduleRow {
  const row = getSchedule(tx, id);
  if (row.status !== 'active' && row.status !== 'not_started') throw isOver(row, 'release');
  return releaseSchedule(tx, row);
}

const all = '/v1/subscription_schedules';
const one = `${all}/{schedule}`;

export const subscriptionScheduleRoutes: readonly Route[] = [
  route('POST', all, createScheduleSpecs, (tx, { params }) =>
    renderSchedule(tx, createSchedule(tx, params)),
  ),
  route('GET', all, listSpecs, (tx, { params }) => listSchedules(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderSchedule(tx, getSchedule(tx, ids['schedule']!))),
  route('POST', one, updateScheduleSpecs, (tx, { ids, params }) =>
    renderSchedule(tx, updateSchedule(tx, ids['schedule']!, params)),
  ),
  route('POST', `${one}/cancel`, cancelSpecs, (tx, { ids, params }) => {
    const { invoice_now: invoiceNow, prorate } = params;
    return renderSchedule(tx, cancelSchedule(tx, ids['schedule']!, { invoiceNow, prorate }));
  }),
  route('POST', `${one}/release`, releaseSpecs, (tx, { ids }) =>
    renderSchedule(tx, release(tx, ids['schedule']!)),
  ),
];

export const subscriptionScheduleTimers: TimerHandlers = {
  [SCHEDULE_DUE.start]: (tx, id) => {
    if (!findCustomer(tx, getSchedule(tx, id).customer).isDeleted) startSchedule(tx, id);
  },
  [SCHEDULE_DUE.expiring]: tellExpiring,
};
