import { expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { eventsOf, type Customer } from '../../../../../test/scenarios/payments/support/rig.ts';
import { useRig } from '../../../../../test/scenarios/payments/support/use-rig.ts';
import { createDelivery } from '../../../outbox/index.ts';
import { newsEffect } from '../../mail/news/effect.ts';
import { createRefresh } from '../refresh.ts';
import { seeded } from '../faults.fixture.ts';
import { trialsConsumer } from './trials.ts';

const rig = useRig('trials');
const DELIVERIES = 20;

function openTrials() {
  const { database, clock, gateway } = rig();
  const own = rig().billing({ effects: [newsEffect({ hasStaff: false })] });
  const consumers = [trialsConsumer({ gateway, refresh: createRefresh(own.projector) })];
  const delivery = createDelivery({ database, clock, consumers });
  return {
    work: () => rig().work(own),
    tell: async () => {
      while ((await delivery.deliverBatch(new AbortController().signal)) > 0);
    },
  };
}

async function tryPro({ customerId: customer }: Customer): Promise<void> {
  await rig().stripe.subscriptions.create({
    customer,
    items: [{ price: rig().prices.proMonthly }],
    trial_period_days: 14,
  });
}

const planOf = async ({ user }: Customer): Promise<string> =>
  (await rig().process.access.profile(user)).plan.slug;

function mailsOf({ accountId }: Customer) {
  return rig().rows<{ kind: string }>(
    'SELECT kind FROM mail_messages WHERE account_id = $1 ORDER BY id',
    [accountId],
  );
}

async function statusOf({ customerId: customer }: Customer): Promise<string | undefined> {
  const { data } = await rig().stripe.subscriptions.list({ customer, status: 'all' });
  return data[0]?.status;
}

test.each(['pm_card_mastercard', 'pm_card_amex', 'pm_card_discover'])(
  'of two accounts with one card (%s) one has the trial, and the other never anything of it',
  async (card) => {
    const { work, tell } = openTrials();
    const both = [await rig().customer(card), await rig().customer(card)];
    await Promise.all(both.map(tryPro));
    const told = await Promise.all(
      both.map(({ customerId }) => eventsOf(rig().stripe, customerId)),
    );
    const events = told.flat();
    const random = seeded(card.length);
    for (let count = 0; count < DELIVERIES; count += 1) {
      await rig().deliver(events[Math.floor(random() * events.length)]);
      await work();
      const plans = await Promise.all(both.map(planOf));
      expect(plans.filter((plan) => plan === 'pro').length).toBeLessThanOrEqual(1);
    }
    for (const event of events) await rig().deliver(event);
    await work();
    const plans = await Promise.all(both.map(planOf));
    expect(plans.toSorted()).toEqual(['free', 'pro']);
    const [winner, loser] = plans[0] === 'pro' ? both : both.toReversed();
    await tell();
    await work();
    expect(await statusOf(winner!)).toBe('trialing');
    expect(await statusOf(loser!)).toBe('canceled');
    expect(await planOf(loser!)).toBe('free');
    expect((await mailsOf(winner!)).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['subscription_started', 'trial_ending']),
    );
    expect(await mailsOf(loser!)).toEqual([]);
    const of = [loser!.accountId];
    const subscriptions = 'SELECT id FROM user_subscriptions WHERE account_id = $1';
    expect(await rig().rows(subscriptions, of)).toEqual([]);
    const history = 'SELECT id FROM subscription_changes WHERE account_id = $1';
    expect(await rig().rows(history, of)).toEqual([]);
  },
);

test('a trial that was refused and then paid for all the same is served', async () => {
  const { work } = openTrials();
  const card = 'pm_card_jcb';
  const [one, other] = [await rig().customer(card), await rig().customer(card)];
  for (const customer of [one, other]) {
    await tryPro(customer);
    await rig().deliverAll(customer.customerId);
    await work();
  }
  expect(await planOf(other)).toBe('free');
  // Nobody came to end it before the money was taken.
  await rig().advanceTo(rig().clock.nowMs() + 15 * DAY_MS);
  await rig().deliverAll(other.customerId);
  await work();
  expect(await statusOf(other)).toBe('active');
  expect(await planOf(other)).toBe('pro');
});
