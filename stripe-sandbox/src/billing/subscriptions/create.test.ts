import { afterEach, expect, test } from 'vitest';
import {
  advance,
  eventsOf,
  invoicesOf,
  openScene,
  priceOf,
  secondsOf,
  type Scene,
} from './scene.fixture.ts';

let scene: Scene;

async function open(date: string, card?: string): Promise<Scene> {
  return (scene = await openScene(date, card));
}

afterEach(async () => {
  await scene.sandbox.close();
});

test('a subscription that is paid at once is active, with a paid first invoice', async () => {
  const { stripe, customer } = await open('2026-01-15T00:00:00');
  const price = await priceOf(scene, 1000);
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price, quantity: 3 }],
    expand: ['latest_invoice'],
  });
  expect(subscription.status).toBe('active');
  expect(subscription.latest_invoice).toMatchObject({
    status: 'paid',
    total: 3000,
    billing_reason: 'subscription_create',
  });
  expect(subscription.items.data[0]).toMatchObject({
    current_period_start: secondsOf('2026-01-15T00:00:00'),
    current_period_end: secondsOf('2026-02-15T00:00:00'),
  });
  const types = await eventsOf(scene);
  expect(types.filter((type) => type.startsWith('customer.subscription'))).toEqual([
    'customer.subscription.created',
  ]);
});

test('a first payment that fails leaves it incomplete, and expired after 23 hours', async () => {
  const { stripe, customer } = await open('2026-01-15T00:00:00', 'pm_card_chargeCustomerFail');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id, status } = await stripe.subscriptions.create({ customer, items });
  expect(status).toBe('incomplete');
  await advance(scene, '2026-01-16T00:00:00');
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('incomplete_expired');
  expect((await invoicesOf(scene))[0]!.status).toBe('void');
});

test('error_if_incomplete makes nothing where the payment fails', async () => {
  const { stripe, customer } = await open('2026-01-15T00:00:00', 'pm_card_chargeCustomerFail');
  const items = [{ price: await priceOf(scene, 1000) }];
  await expect(
    stripe.subscriptions.create({ customer, items, payment_behavior: 'error_if_incomplete' }),
  ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
  expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
});

test('default_incomplete waits for the payment of its intent, which makes it active', async () => {
  const { stripe, customer } = await open('2026-01-15T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const made = await stripe.subscriptions.create({
    customer,
    items,
    payment_behavior: 'default_incomplete',
    expand: ['latest_invoice'],
  });
  expect(made.status).toBe('incomplete');
  const invoice = made.latest_invoice as { id: string };
  await stripe.invoices.pay(invoice.id);
  expect((await stripe.subscriptions.retrieve(made.id)).status).toBe('active');
});

test('without a payment method the first payment is refused', async () => {
  const { stripe, customer } = await open('2026-01-15T00:00:00', '');
  const items = [{ price: await priceOf(scene, 1000) }];
  await expect(stripe.subscriptions.create({ customer, items })).rejects.toMatchObject({
    code: 'resource_missing',
  });
});

test('items of two intervals or two currencies are refused', async () => {
  const { stripe, customer } = await open('2026-01-15T00:00:00');
  const monthly = await priceOf(scene, 1000);
  const yearly = await priceOf(scene, 9000, { interval: 'year' });
  const items = [{ price: monthly }, { price: yearly }];
  await expect(stripe.subscriptions.create({ customer, items })).rejects.toThrow(/interval/);
});

test('a month-end anchor clamps and comes back: Jan 31, Feb 28, Mar 31, Apr 30', async () => {
  const { stripe, customer } = await open('2026-01-31T12:00:00');
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await priceOf(scene, 1000) }],
  });
  const ends: number[] = [];
  for (const date of ['2026-02-01', '2026-03-01', '2026-04-01']) {
    await advance(scene, `${date}T00:00:00`);
    const { items } = await stripe.subscriptions.retrieve(id);
    ends.push(items.data[0]!.current_period_end);
  }
  expect(ends).toEqual(
    ['2026-02-28', '2026-03-31', '2026-04-30'].map((day) => secondsOf(`${day}T12:00:00`)),
  );
});

test('a yearly period that began on a leap day ends on February 28th', async () => {
  const { stripe, customer } = await open('2028-02-29T00:00:00');
  const { items } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await priceOf(scene, 1000, { interval: 'year' }) }],
  });
  expect(items.data[0]!.current_period_end).toBe(secondsOf('2029-02-28T00:00:00'));
});

test('an anchor ahead makes a first period that is prorated', async () => {
  const { stripe, customer } = await open('2026-04-16T00:00:00');
  await stripe.subscriptions.create({
    customer,
    items: [{ price: await priceOf(scene, 3000) }],
    billing_cycle_anchor: secondsOf('2026-05-01T00:00:00'),
  });
  // April has 30 days, of which 15 are left: half of 30.00.
  expect((await invoicesOf(scene))[0]!.total).toBe(1500);
});
