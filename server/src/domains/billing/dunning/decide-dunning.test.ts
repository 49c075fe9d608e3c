import { DAY_MS } from '@whisperforge/kernel/period';
import { expect, test } from 'vitest';
import type { RecordedSubscription } from '../../subscriptions/index.ts';
import type { RemoteInvoice, RemoteSubscription } from '../gateway/remote.ts';
import { liveSubscription, NOW_MS, OWED_SINCE_MS, pastDue } from '../mail/situation.fixture.ts';
import { decideDunning, type DunningFacts } from './decide-dunning.ts';

const SUBSCRIPTION = 'sub_1';

function invoice(said: Partial<RemoteInvoice> = {}): RemoteInvoice {
  return {
    id: 'in_1',
    customerId: 'cus_1',
    subscriptionId: SUBSCRIPTION,
    number: null,
    status: 'open',
    billingReason: 'subscription_cycle',
    currency: 'usd',
    subtotalMinor: 1_900,
    discountMinor: 0,
    taxMinor: 0,
    totalMinor: 1_900,
    creditAppliedMinor: 0,
    amountDueMinor: 1_900,
    amountPaidMinor: 0,
    amountRemainingMinor: 1_900,
    createdMs: OWED_SINCE_MS,
    finalizedMs: OWED_SINCE_MS,
    paidMs: null,
    voidedMs: null,
    markedUncollectibleMs: null,
    dueMs: null,
    isAttempted: true,
    attemptCount: 1,
    nextAttemptMs: null,
    hostedUrl: null,
    pdfUrl: null,
    lines: [],
    discounts: [],
    payments: [],
    metadata: {},
    ...said,
  };
}

interface Said {
  readonly before: RecordedSubscription | null;
  readonly after: RecordedSubscription;
  readonly invoices?: readonly RemoteInvoice[];
  readonly facts?: Partial<DunningFacts>;
}

function decide({ before, after, invoices = [invoice()], facts }: Said) {
  // What is decided rests on the state, and of what Stripe says on these two alone.
  const remote = { id: SUBSCRIPTION, latestInvoiceId: 'in_1' } as RemoteSubscription;
  const decided = decideDunning({
    accountId: 5,
    nowMs: NOW_MS,
    graceDays: 7,
    subscription: { remote, state: after, extraSeats: 0, before },
    invoices,
    changed: [],
    awaitingConfirmation: new Set(),
    isImport: false,
    ...facts,
  });
  const keys = (steps: readonly { readonly key: string }[]) => steps.map(({ key }) => key);
  const { happened, ahead, past, calledOffBecause } = decided;
  return { happened: keys(happened), ahead: keys(ahead), past: keys(past), calledOffBecause };
}

const debt = `${SUBSCRIPTION}:${OWED_SINCE_MS}`;
const AHEAD = [`grace_ending:${debt}`, `restricted:${debt}`];
const NOTHING = { happened: [], ahead: [], past: [], calledOffBecause: null };

test('the same facts give the same steps, whatever was on record before', () => {
  const wanted = { ...NOTHING, happened: ['payment_failed:in_1:1'], ahead: AHEAD };
  expect(decide({ before: liveSubscription(), after: pastDue() })).toEqual(wanted);
  expect(decide({ before: pastDue(), after: pastDue() })).toEqual(wanted);
  expect(decide({ before: null, after: pastDue() })).toEqual(wanted);
});

test('what failed before an import is on record, and what is ahead still comes', () => {
  const wanted = { ...NOTHING, past: ['payment_failed:in_1:1'], ahead: AHEAD };
  const imported = { isImport: true };
  expect(decide({ before: null, after: pastDue(), facts: imported })).toEqual(wanted);
  const old = [invoice({ createdMs: NOW_MS - 3 * DAY_MS })];
  expect(decide({ before: null, after: pastDue(), invoices: old })).toEqual(wanted);
});

test.each([
  ['is of a checkout', { billingReason: 'subscription_create' }],
  ['is of another subscription', { subscriptionId: 'sub_2' }],
  ['was not tried', { isAttempted: false }],
  ['is paid', { status: 'paid' }],
])('no failure is told of an invoice that %s', (_why, said) => {
  const { happened } = decide({ before: null, after: pastDue(), invoices: [invoice(said)] });
  expect(happened).toEqual([]);
});

test('an open invoice of a subscription in order is no failure, as while a bank transfers', () => {
  expect(decide({ before: liveSubscription(), after: liveSubscription() })).toEqual(NOTHING);
});

test('a grace period that is no longer than the notice is not told to end', () => {
  const { ahead } = decide({ before: null, after: pastDue(), facts: { graceDays: 2 } });
  expect(ahead).toEqual([`restricted:${debt}`]);
});

test('an unpaid subscription is restricted now, by the key under which it was to be', () => {
  const unpaid = liveSubscription({ status: 'unpaid' });
  const wanted = { ...NOTHING, happened: ['payment_failed:in_1:1', `restricted:${debt}`] };
  expect(decide({ before: pastDue(), after: unpaid })).toEqual(wanted);
  expect(decide({ before: unpaid, after: unpaid })).toEqual(wanted);
});

test('a recovery and an end are told where something was owed, and call off the rest', () => {
  const ended = liveSubscription({ status: 'canceled', endedMs: NOW_MS });
  const active = liveSubscription();
  expect(decide({ before: pastDue(), after: active, invoices: [] })).toEqual({
    ...NOTHING,
    happened: [`recovered:${debt}`],
    calledOffBecause: 'nothing is owed any more',
  });
  expect(decide({ before: pastDue(), after: ended })).toMatchObject({
    happened: [`ended:${SUBSCRIPTION}`],
    calledOffBecause: 'the subscription has ended',
  });
  expect(decide({ before: active, after: ended })).toEqual(NOTHING);
  expect(decide({ before: null, after: ended })).toEqual(NOTHING);
  expect(decide({ before: ended, after: ended })).toEqual(NOTHING);
});

test('a confirmation is asked for once, and a later attempt is a failure', () => {
  const facts = { awaitingConfirmation: new Set(['in_1']) };
  const first = decide({ before: null, after: pastDue(), facts });
  expect(first.happened).toEqual(['action_required:in_1']);
  const again = { before: pastDue(), after: pastDue(), invoices: [invoice({ attemptCount: 2 })] };
  expect(decide({ ...again, facts }).happened).toEqual(['payment_failed:in_1:2']);
  const change = [invoice({ billingReason: 'subscription_update' })];
  const upgrade = { before: liveSubscription(), after: liveSubscription(), invoices: change };
  expect(decide({ ...upgrade, facts }).happened).toEqual(['action_required:in_1']);
});
