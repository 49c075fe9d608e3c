import { DAY_MS } from '@whisperforge/kernel/period';
import { expect, test } from 'vitest';
import { useRig } from '../../../../../test/scenarios/payments/support/use-rig.ts';
import {
  at,
  mailsOf,
  mailsTo,
  openStage,
  settle,
  STAFF,
  subscriber,
  toldOf,
} from '../../dunning/stage.fixture.ts';

const rig = useRig('news');

test('each change of a subscription is told once, by a mail of its own', async () => {
  const stage = openStage(rig());
  const { stripe, prices } = rig();
  const { customer, subscriptionId, periodEndMs } = await subscriber(stage);
  const told = async (): Promise<string[]> => (await mailsOf(stage, customer)).slice(2);

  const { items } = await stripe.subscriptions.retrieve(subscriptionId);
  const change = { id: items.data[0]!.id, price: prices.businessMonthly };
  await stripe.subscriptions.update(subscriptionId, {
    items: [change],
    proration_behavior: 'always_invoice',
  });
  await settle(stage, customer);
  const receipt = 'Your receipt for 30.00 USD';
  const upgraded = 'Your plan is now Business, monthly';
  expect((await told()).toSorted()).toEqual([upgraded, receipt].toSorted());

  await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true });
  await settle(stage, customer);
  await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: false });
  await settle(stage, customer);
  rig().clock.advanceBy(1_000);
  await stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true });
  await settle(stage, customer);
  await at(stage, customer, periodEndMs);
  await settle(stage, customer);
  expect((await told()).slice(2)).toEqual([
    'Your subscription is set to end',
    'Your subscription goes on',
    'Your subscription is set to end',
    'Your subscription to Business has ended',
  ]);
});

test('a downgrade that is scheduled, withdrawn and scheduled again is told each time', async () => {
  const stage = openStage(rig());
  const { gateway, prices } = rig();
  const { customer, subscriptionId } = await subscriber(stage);
  const schedule = async (price: string, key: string): Promise<void> => {
    rig().clock.advanceBy(1_000);
    await rig().stripe.subscriptionSchedules.create({ from_subscription: subscriptionId });
    const { data } = await rig().stripe.subscriptionSchedules.list({
      customer: customer.customerId,
    });
    const { id, phases } = data.find(({ status }) => status === 'active')!;
    const [present] = phases;
    await rig().stripe.subscriptionSchedules.update(id, {
      phases: [
        {
          start_date: present!.start_date,
          end_date: present!.end_date,
          items: [{ price: prices.proMonthly }],
        },
        { items: [{ price }], proration_behavior: 'none' },
      ],
    });
    await settle(stage, customer);
    rig().clock.advanceBy(1_000);
    await gateway.releaseSchedule({ scheduleId: id, idempotencyKey: key });
    await settle(stage, customer);
  };
  await schedule(prices.businessMonthly, 'release:1');
  await schedule(prices.businessMonthly, 'release:2');
  const scheduled = 'Your plan changes to Business';
  const withdrawn = 'Your subscription goes on';
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([
    scheduled,
    withdrawn,
    scheduled,
    withdrawn,
  ]);
});

/** A card tries once. */
const cards = ['pm_card_mastercard', 'pm_card_amex', 'pm_card_discover'];

async function trial(days: number) {
  const stage = openStage(rig());
  const customer = await rig().customer(cards.pop());
  const subscription = await rig().stripe.subscriptions.create({
    customer: customer.customerId,
    items: [{ price: rig().prices.proMonthly }],
    trial_period_days: days,
  });
  await settle(stage, customer);
  return { stage, customer, id: subscription.id, endMs: subscription.trial_end! * 1_000 };
}

test('the end of a trial is told three days before, once', async () => {
  const { stage, customer, endMs } = await trial(14);
  const begun = ['Your trial of Pro has begun'];
  await at(stage, customer, endMs - 3 * DAY_MS - 1);
  expect(await mailsOf(stage, customer)).toEqual(begun);
  await at(stage, customer, endMs - 3 * DAY_MS);
  await at(stage, customer, endMs - 2 * DAY_MS);
  expect(await mailsOf(stage, customer)).toEqual([...begun, 'Your trial of Pro ends soon']);
});

test('a trial that is canceled, or is no longer than the notice, is not told to end', async () => {
  const canceled = await trial(14);
  await rig().stripe.subscriptions.update(canceled.id, { cancel_at_period_end: true });
  await settle(canceled.stage, canceled.customer);
  const short = await trial(3);
  await at(canceled.stage, canceled.customer, canceled.endMs - 3 * DAY_MS);
  await settle(short.stage, short.customer);
  expect(await mailsOf(canceled.stage, canceled.customer)).toEqual([
    'Your trial of Pro has begun',
    'Your subscription is set to end',
  ]);
  expect(await mailsOf(short.stage, short.customer)).not.toContain('Your trial of Pro ends soon');
});

test('what is long past when it is first seen is told to nobody', async () => {
  const stage = openStage(rig());
  const { stripe, prices } = rig();
  const customer = await rig().customer();
  await stripe.subscriptions.create({
    customer: customer.customerId,
    items: [{ price: prices.proMonthly }],
  });
  await rig().advanceTo(rig().clock.nowMs() + 3 * DAY_MS);
  await settle(stage, customer);
  expect(await mailsOf(stage, customer)).toEqual([]);
  expect(await toldOf(stage, customer)).toEqual([]);
});

test('a second subscription of one customer is a matter for a person', async () => {
  const stage = openStage(rig());
  const { customer } = await subscriber(stage);
  const { stripe, prices } = rig();
  const items = [{ price: prices.businessMonthly }];
  await stripe.subscriptions.create({ customer: customer.customerId, items });
  await settle(stage, customer);
  await settle(stage, customer);
  const told = (await mailsTo(stage, STAFF)).filter((subject) => subject.includes('two'));
  expect(told).toEqual(['Needs a person: a customer has two subscriptions']);
});
