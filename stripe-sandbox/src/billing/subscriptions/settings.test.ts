import { afterEach, expect, test } from 'vitest';
import {
  advance,
  eventsOf,
  giveCard,
  invoicesOf,
  openScene,
  priceOf,
  secondsOf,
  type Scene,
} from './scene.fixture.ts';

let scene: Scene;

afterEach(async () => {
  await scene.sandbox.close();
});

async function subscribe(date = '2026-04-01T00:00:00') {
  scene = await openScene(date);
  const { stripe, customer } = scene;
  const price = await priceOf(scene, 1000);
  const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price }] });
  return { ...scene, price, id, item: items.data[0]!.id };
}

test('a cancellation within the period is credited, and debited when taken back', async () => {
  const { stripe, id } = await subscribe();
  const half = secondsOf('2026-04-16T00:00:00');
  await stripe.subscriptions.update(id, { cancel_at: half, proration_behavior: 'always_invoice' });
  await stripe.subscriptions.update(id, { cancel_at: '', proration_behavior: 'always_invoice' });
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, -500, 500]);
  await stripe.subscriptions.update(id, { cancel_at: half });
  await advance(scene, '2026-04-17T00:00:00');
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'canceled',
    ended_at: half,
  });
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, -500, 500, -500]);
});

test('the discount of a customer reduces what has none of its own', async () => {
  const { stripe, customer, price } = await subscribe();
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    discounts: [{ coupon: coupon.id }],
    payment_settings: { save_default_payment_method: 'on_subscription' },
  });
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, 500]);
  const { data } = await stripe.subscriptions.list({ customer, limit: 1 });
  expect(data[0]!.default_payment_method).toMatch(/^pm_/);
});

test('the credit for an item with a coupon is what it cost after the coupon', async () => {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const [ten, twenty] = [await priceOf(scene, 1000), await priceOf(scene, 2000)];
  const made = await stripe.subscriptions.create({
    customer,
    items: [{ price: ten }],
    discounts: [{ coupon: coupon.id }],
  });
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.update(made.id, {
    items: [{ id: made.items.data[0]!.id, price: twenty }],
    proration_behavior: 'always_invoice',
  });
  // Half of 5.00 back, and half of 10.00 for the rest of the month.
  const billed = (await invoicesOf(scene))[1]!;
  expect(billed.lines.data.map(({ amount }) => amount)).toEqual([-250, 500]);
  expect(billed.total).toBe(250);
});

test('items are kept, listed, changed and deleted by their own routes', async () => {
  const { stripe, id, item } = await subscribe();
  const price = await priceOf(scene, 2000);
  const added = await stripe.subscriptionItems.create({ subscription: id, price, quantity: 2 });
  expect((await stripe.subscriptionItems.list({ subscription: id })).data).toHaveLength(2);
  const changed = await stripe.subscriptionItems.update(added.id, { quantity: 5 });
  expect(changed.quantity).toBe(5);
  expect(await stripe.subscriptionItems.del(item)).toMatchObject({ id: item, deleted: true });
  await expect(stripe.subscriptionItems.retrieve(item)).rejects.toMatchObject({ statusCode: 404 });
  await expect(stripe.subscriptionItems.del(added.id)).rejects.toThrow(/at least one/);
});

test('subscriptions are listed by customer, status and price', async () => {
  const { stripe, customer, price, id } = await subscribe();
  await stripe.subscriptions.cancel(id);
  const list = async (status?: 'active' | 'all' | 'ended') =>
    (await stripe.subscriptions.list({ customer, price, ...(status ? { status } : {}) })).data;
  expect(await list()).toHaveLength(0);
  expect(await list('active')).toHaveLength(0);
  expect((await list('all')).map((each) => each.id)).toEqual([id]);
  expect(await list('ended')).toHaveLength(1);
  await expect(stripe.subscriptions.update(id, { cancel_at_period_end: true })).rejects.toThrow(
    /canceled subscription/,
  );
});

test('an invoice that is sent leaves the subscription active until it is overdue', async () => {
  scene = await openScene('2026-04-01T00:00:00', '');
  const { stripe, customer } = scene;
  const items = [{ price: await priceOf(scene, 1000) }];
  const sent = await stripe.subscriptions.create({
    customer,
    items,
    collection_method: 'send_invoice',
    days_until_due: 7,
  });
  expect(sent.status).toBe('active');
  await advance(scene, '2026-04-10T00:00:00');
  expect((await stripe.subscriptions.retrieve(sent.id)).status).toBe('past_due');
});

test('the invoice to come is announced without an id; then a bank may ask more', async () => {
  const { stripe, customer } = await subscribe();
  await advance(scene, '2026-04-30T00:00:00');
  const { data } = await stripe.events.list({ type: 'invoice.upcoming' });
  expect(data).toHaveLength(1);
  expect(data[0]!.data.object).not.toHaveProperty('id');
  await giveCard(stripe, customer, 'pm_card_authenticationRequired');
  await advance(scene, '2026-05-01T02:00:00');
  expect(await eventsOf(scene)).toContain('invoice.payment_action_required');
});
