import { afterEach, expect, test } from 'vitest';
import {
  advance,
  eventsOf,
  invoicesOf,
  openScene,
  priceOf,
  secondsOf,
  type Scene,
} from '../scene.fixture.ts';

let scene: Scene;

afterEach(async () => {
  await scene.sandbox.close();
});

async function plan(endBehavior: 'cancel' | 'release', start = '2026-01-01T00:00:00') {
  scene = await openScene('2026-01-01T00:00:00');
  const { stripe, customer } = scene;
  const [ten, twenty] = [await priceOf(scene, 1000), await priceOf(scene, 2000)];
  const schedule = await stripe.subscriptionSchedules.create({
    customer,
    start_date: secondsOf(start),
    end_behavior: endBehavior,
    phases: [
      { items: [{ price: ten }], duration: { interval: 'month', interval_count: 2 } },
      { items: [{ price: twenty }], duration: { interval: 'month' } },
    ],
  });
  return { ...scene, ten, twenty, schedule };
}

test('phases begin and end by the clock, and bill what each of them says', async () => {
  const { stripe, schedule, twenty } = await plan('cancel');
  expect(schedule.status).toBe('active');
  const id = schedule.subscription as string;
  await advance(scene, '2026-03-02T00:00:00');
  const second = await stripe.subscriptions.retrieve(id);
  expect(second.items.data.map(({ price }) => price.id)).toEqual([twenty]);
  await advance(scene, '2026-04-02T00:00:00');
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, 1000, 2000]);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
  expect((await stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe('completed');
  const types = await eventsOf(scene);
  for (const deed of ['created', 'updated', 'expiring', 'completed']) {
    expect(types).toContain(`subscription_schedule.${deed}`);
  }
});

test('a preview says what the phase that begins with the next period will be billed', async () => {
  const { stripe, schedule } = await plan('release');
  const subscription = schedule.subscription as string;
  const due = async (): Promise<number> =>
    (await stripe.invoices.createPreview({ subscription })).amount_due;
  expect(await due()).toBe(1000);
  await advance(scene, '2026-02-15T00:00:00');
  expect(await due()).toBe(2000);
  const present = await stripe.subscriptions.retrieve(subscription);
  expect(present.items.data[0]?.price.unit_amount).toBe(1000);
  await advance(scene, '2026-03-02T00:00:00');
  expect((await invoicesOf(scene)).at(-1)?.total).toBe(2000);
});

test('at the end of a schedule that releases, its subscription goes on', async () => {
  const { stripe, schedule } = await plan('release');
  const id = schedule.subscription as string;
  await advance(scene, '2026-03-02T00:00:00');
  await advance(scene, '2026-05-02T00:00:00');
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'active',
    schedule: null,
  });
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([
    1000, 1000, 2000, 2000, 2000,
  ]);
});

test('a schedule of the future begins at its start, and ends where it is canceled', async () => {
  const { stripe, schedule } = await plan('release', '2026-01-20T00:00:00');
  expect(schedule).toMatchObject({ status: 'not_started', subscription: null });
  await advance(scene, '2026-01-21T00:00:00');
  const begun = await stripe.subscriptionSchedules.retrieve(schedule.id, {
    expand: ['subscription'],
  });
  expect(begun.subscription).toMatchObject({ status: 'active', schedule: schedule.id });
  const canceled = await stripe.subscriptionSchedules.cancel(schedule.id);
  expect(canceled.status).toBe('canceled');
  expect((await stripe.subscriptions.list({ customer: scene.customer })).data).toEqual([]);
});

test('a subscription is put under a schedule, changed by its phases and released', async () => {
  scene = await openScene('2026-01-01T00:00:00');
  const { stripe, customer } = scene;
  const [ten, twenty] = [await priceOf(scene, 1000), await priceOf(scene, 2000)];
  const { id } = await stripe.subscriptions.create({ customer, items: [{ price: ten }] });
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
  const [phase] = schedule.phases;
  await stripe.subscriptionSchedules.update(schedule.id, {
    phases: [
      { items: [{ price: ten }], start_date: phase!.start_date, end_date: phase!.end_date },
      { items: [{ price: twenty }], duration: { interval: 'month' } },
    ],
  });
  await advance(scene, '2026-02-02T00:00:00');
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, 2000]);
  const released = await stripe.subscriptionSchedules.release(schedule.id);
  expect(released).toMatchObject({ status: 'released', released_subscription: id });
  expect((await stripe.subscriptions.retrieve(id)).schedule).toBeNull();
});

test('what a schedule manages ends when that says so, until it is released', async () => {
  const { stripe, schedule } = await plan('release');
  const id = schedule.subscription as string;
  for (const end of [{ cancel_at_period_end: true }, { cancel_at: 'min_period_end' }] as const) {
    const refused = stripe.subscriptions.update(id, end);
    await expect(refused).rejects.toThrow('is managed by the subscription schedule');
  }
  await stripe.subscriptions.update(id, { cancel_at_period_end: false, metadata: { a: 'b' } });
  await stripe.subscriptionSchedules.release(schedule.id);
  const ending = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  expect(ending.cancel_at_period_end).toBe(true);
});
