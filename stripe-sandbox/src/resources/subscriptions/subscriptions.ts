import type Stripe from 'stripe';
import { cancelSubscription } from '../../billing/subscriptions/cancel.ts';
import { createSpecs, createSubscription } from '../../billing/subscriptions/create.ts';
import { expireFirstPayment } from '../../billing/subscriptions/turns/follow-invoice.ts';
import { cancellationSpec, collectionSpec } from '../../billing/subscriptions/params.ts';
import {
  expireResumption,
  pauseSpecs,
  pauseSubscription,
  resumeCollection,
  resumeSpecs,
  resumeSubscription,
} from '../../billing/subscriptions/turns/pause.ts';
import { expirePendingUpdate } from '../../billing/subscriptions/turns/pending-update.ts';
import { renderSubscription } from '../../billing/subscriptions/render.ts';
import {
  getSubscription,
  hasEnded,
  periodOf,
  subscriptions,
  type SubscriptionRow,
} from '../../billing/subscriptions/rows.ts';
import { DUE } from '../../billing/subscriptions/timers.ts';
import { tellTrialWillEnd } from '../../billing/subscriptions/turns/trials.ts';
import { turn } from '../../billing/subscriptions/turns/turn.ts';
import { tellUpcomingInvoice } from '../../billing/subscriptions/turns/upcoming.ts';
import {
  deleteDiscount,
  updateSpecs,
  updateSubscription,
} from '../../billing/subscriptions/update.ts';
import type { TimerHandlers } from '../../engine/deeds.ts';
import type { Tx } from '../../engine/transaction.ts';
import {
  instantRange,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type Listed,
  type ListObject,
} from '../../http/lists.ts';
import {
  boolean,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
  offOnly,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { findCustomer } from '../../customers/customer.ts';
import { getTestClock } from '../../clocks/test-clock.ts';

const cancelSpecs = paramsOf<Stripe.SubscriptionCancelParams>()({
  cancellation_details: cancellationSpec,
  invoice_now: optional(boolean),
  prorate: optional(boolean),
});

const listSpecs = paramsOf<Stripe.SubscriptionListParams>()({
  ...pageSpecs,
  automatic_tax: offOnly,
  collection_method: collectionSpec,
  created: instantRange,
  current_period_end: instantRange,
  current_period_start: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
  plan: optional(text()),
  price: optional(text()),
  status: optional(
    oneOf(
      'active',
      'all',
      'canceled',
      'ended',
      'incomplete',
      'incomplete_expired',
      'past_due',
      'paused',
      'trialing',
      'unpaid',
    ),
  ),
  test_clock: optional(text()),
});

type Wanted = Params<typeof listSpecs>;

function isWanted(row: SubscriptionRow, said: Wanted): boolean {
  const period = periodOf(row);
  const price = said.price ?? said.plan;
  return (
    hasStatus(row, said.status) &&
    (said.collection_method ?? row.collectionMethod) === row.collectionMethod &&
    (price === undefined || row.items.some((item) => item.price === price)) &&
    isWithin(row.created, said.created) &&
    isWithin(period.start, said.current_period_start) &&
    isWithin(period.end, said.current_period_end)
  );
}

function hasStatus(row: SubscriptionRow, status: Wanted['status']): boolean {
  if (status === 'all') return true;
  if (status === 'ended') return hasEnded(row);
  return status === undefined ? row.status !== 'canceled' : row.status === status;
}

/** Of a customer, of a test clock, or all that are on none. */
function listed(tx: Tx, { customer, test_clock: clock }: Wanted): Listed<SubscriptionRow> {
  if (clock !== undefined) getTestClock(tx, clock, 'test_clock');
  if (customer !== undefined) findCustomer(tx, customer, 'customer');
  return rowsOf(tx, subscriptions, getSubscription, narrowestKey({ customer, testClock: clock }));
}

function isOnClock({ testClock }: SubscriptionRow, said: Wanted): boolean {
  if (said.test_clock !== undefined) return testClock === said.test_clock;
  return said.customer !== undefined || testClock === null;
}

function listSubscriptions(tx: Tx, said: Wanted): ListObject<Stripe.Subscription> {
  return pageOf(listed(tx, said), said, {
    url: all,
    render: (row) => renderSubscription(tx, row),
    passes: (row) => isOnClock(row, said) && isWanted(row, said),
  });
}

const all = '/v1/subscriptions';
const one = `${all}/{subscription}`;

export const subscriptionRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) =>
    renderSubscription(tx, createSubscription(tx, params)),
  ),
  route('GET', all, listSpecs, (tx, { params }) => listSubscriptions(tx, params)),
  route('GET', one, {}, (tx, { ids }) =>
    renderSubscription(tx, getSubscription(tx, ids['subscription']!)),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderSubscription(tx, updateSubscription(tx, ids['subscription']!, params)),
  ),
  route('DELETE', one, cancelSpecs, (tx, { ids, params }) => {
    const { cancellation_details: details, invoice_now: invoiceNow, prorate } = params;
    const id = ids['subscription']!;
    return renderSubscription(tx, cancelSubscription(tx, id, { details, invoiceNow, prorate }));
  }),
  route('DELETE', `${one}/discount`, {}, (tx, { ids }) => deleteDiscount(tx, ids['subscription']!)),
  route('POST', `${one}/pause`, pauseSpecs, (tx, { ids, params }) =>
    renderSubscription(tx, pauseSubscription(tx, ids['subscription']!, params)),
  ),
  route('POST', `${one}/resume`, resumeSpecs, (tx, { ids, params }) =>
    renderSubscription(tx, resumeSubscription(tx, ids['subscription']!, params)),
  ),
];

export const subscriptionTimers: TimerHandlers = {
  [DUE.turn]: turn,
  [DUE.upcoming]: tellUpcomingInvoice,
  [DUE.trialWillEnd]: tellTrialWillEnd,
  [DUE.expiry]: expireFirstPayment,
  [DUE.pendingExpiry]: expirePendingUpdate,
  [DUE.collection]: resumeCollection,
  [DUE.resumption]: expireResumption,
};
