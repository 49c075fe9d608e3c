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

async function open(date: string, card?: string): Promise<Scene> {
  return (scene = await openScene(date, card));
}

test('a trial is announced three days before its end, then billed', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const { id, status } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await priceOf(scene, 1000) }],
    trial_period_days: 14,
  });
  expect(status).toBe('trialing');
  await advance(scene, '2026-01-13T00:00:00');
  expect(await eventsOf(scene)).toContain('customer.subscription.trial_will_end');
  await advance(scene, '2026-01-15T02:00:00');
  const active = await stripe.subscriptions.retrieve(id);
  expect(active.status).toBe('active');
  expect(active.items.data[0]!.current_period_end).toBe(secondsOf('2026-02-15T00:00:00'));
  expect((await invoicesOf(scene)).map(({ total, status: state }) => [total, state])).toEqual([
    [0, 'paid'],
    [1000, 'paid'],
  ]);
});

test('a trial without a payment method ends as its settings say', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00', '');
  const price = await priceOf(scene, 1000);
  const begin = (missing: 'cancel' | 'create_invoice' | 'pause') =>
    stripe.subscriptions.create({
      customer,
      items: [{ price }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: missing } },
    });
  const [canceled, paused, billed] = [
    await begin('cancel'),
    await begin('pause'),
    await begin('create_invoice'),
  ];
  expect(canceled.pending_setup_intent).toMatch(/^seti_/);
  await advance(scene, '2026-01-08T02:00:00');
  const status = async ({ id }: { id: string }) => (await stripe.subscriptions.retrieve(id)).status;
  expect(await status(canceled)).toBe('canceled');
  expect(await status(paused)).toBe('paused');
  expect(await status(billed)).toBe('past_due');
  await giveCard(stripe, customer, 'pm_card_visa');
  expect((await stripe.subscriptions.resume(paused.id)).status).toBe('active');
  expect(await eventsOf(scene)).toContain('customer.subscription.resumed');
});

test('a renewal that fails makes it past due, and a payment active again', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  await advance(scene, '2026-02-01T02:00:00');
  const late = await stripe.subscriptions.retrieve(id);
  expect(late.status).toBe('past_due');
  await giveCard(stripe, customer, 'pm_card_visa');
  await stripe.invoices.pay(late.latest_invoice as string);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('active');
});

test('after the last retry it is canceled for the failed payment', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  await advance(scene, '2026-02-27T00:00:00');
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'canceled',
    cancellation_details: { reason: 'payment_failed' },
  });
});

test('a cancellation at the end of the period ends it then, and can be taken back', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  const ending = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  expect(ending.cancel_at).toBe(secondsOf('2026-02-01T00:00:00'));
  const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
  expect(kept).toMatchObject({ cancel_at: null, canceled_at: null, cancel_at_period_end: false });
  await stripe.subscriptions.update(id, { cancel_at: 'min_period_end' });
  await advance(scene, '2026-02-02T00:00:00');
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'canceled',
    canceled_at: secondsOf('2026-01-01T00:00:00'),
    ended_at: secondsOf('2026-02-01T00:00:00'),
  });
  expect(await invoicesOf(scene)).toHaveLength(1);
});

test('canceling with prorate and invoice_now credits the unused time', async () => {
  const { stripe, customer } = await open('2026-04-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  await advance(scene, '2026-04-16T00:00:00');
  const ended = await stripe.subscriptions.cancel(id, { prorate: true, invoice_now: true });
  expect(ended.status).toBe('canceled');
  expect((await invoicesOf(scene))[1]!.total).toBe(-500);
  const { balance } = (await stripe.customers.retrieve(customer)) as { balance: number };
  expect(balance).toBe(-500);
});

test('while collection is paused invoices are void, and afterwards paid again', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  await stripe.subscriptions.update(id, {
    pause_collection: { behavior: 'void', resumes_at: secondsOf('2026-02-15T00:00:00') },
  });
  await advance(scene, '2026-03-02T00:00:00');
  expect((await invoicesOf(scene)).map(({ status }) => status)).toEqual(['paid', 'void', 'paid']);
  expect((await stripe.subscriptions.retrieve(id)).pause_collection).toBeNull();
});

test('a paused subscription is credited, does not renew, and resumes in a new period', async () => {
  const { stripe, customer } = await open('2026-04-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  await advance(scene, '2026-04-16T00:00:00');
  expect((await stripe.subscriptions.pause(id)).status).toBe('paused');
  await advance(scene, '2026-06-10T00:00:00');
  expect(await invoicesOf(scene)).toHaveLength(1);
  const resumed = await stripe.subscriptions.resume(id);
  expect(resumed.status).toBe('active');
  expect(resumed.items.data[0]!.current_period_end).toBe(secondsOf('2026-07-10T00:00:00'));
  expect((await invoicesOf(scene))[1]!.total).toBe(500);
});

test('what is to end with its period ends with the one that it was resumed in', async () => {
  const { stripe, customer } = await open('2026-04-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const ending = { customer, items, cancel_at_period_end: true };
  const { id } = await stripe.subscriptions.create(ending);
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.pause(id);
  const resumed = await stripe.subscriptions.resume(id);
  expect(resumed.cancel_at).toBe(secondsOf('2026-05-16T00:00:00'));
  // The whole of the new period, less half of the month that was not over.
  expect((await invoicesOf(scene))[1]!.total).toBe(500);
  await advance(scene, '2026-05-17T00:00:00');
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
});

// A coupon for three months redeemed on January 1st reduces the invoices of January, February and
// March (https://docs.stripe.com/billing/subscriptions/coupons).
test('a coupon for three months reduces three invoices, one for once a single one', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const coupon = await stripe.coupons.create({
    percent_off: 25,
    duration: 'repeating',
    duration_in_months: 3,
  });
  const once = await stripe.coupons.create({ amount_off: 100, currency: 'usd', duration: 'once' });
  await stripe.subscriptions.create({
    customer,
    items,
    discounts: [{ coupon: coupon.id }, { coupon: once.id }],
  });
  for (const date of ['2026-02-02', '2026-03-02', '2026-04-02']) {
    await advance(scene, `${date}T00:00:00`);
  }
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([650, 750, 750, 1000]);
});

test('a deleted customer has no subscriptions left', async () => {
  const { stripe, customer } = await open('2026-01-01T00:00:00');
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id } = await stripe.subscriptions.create({ customer, items });
  await stripe.customers.del(customer);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
});
