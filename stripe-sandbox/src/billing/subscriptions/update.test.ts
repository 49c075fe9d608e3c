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

/** A subscription for April, which has 30 days, at 10.00 a month. */
async function subscribe(date = '2026-04-01T00:00:00') {
  scene = await openScene(date);
  const { stripe, customer } = scene;
  const [ten, twenty] = [await priceOf(scene, 1000), await priceOf(scene, 2000)];
  const subscription = await stripe.subscriptions.create({ customer, items: [{ price: ten }] });
  return { ...scene, ten, twenty, id: subscription.id, item: subscription.items.data[0]!.id };
}

// https://docs.stripe.com/billing/subscriptions/prorations: half-way from 10.00 to 20.00 a month
// gives a credit of 5.00 and a debit of 10.00.
test('an upgrade half-way through a month credits 5.00 and debits 10.00', async () => {
  const { stripe, twenty, id, item } = await subscribe();
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.update(id, { items: [{ id: item, price: twenty }] });
  expect(await invoicesOf(scene)).toHaveLength(1);
  await advance(scene, '2026-05-02T00:00:00');
  const renewal = (await invoicesOf(scene))[1]!;
  expect(renewal.lines.data.map((line) => line.amount).toSorted((a, b) => a - b)).toEqual([
    -500, 1000, 2000,
  ]);
  expect(renewal).toMatchObject({
    total: 2500,
    status: 'paid',
    billing_reason: 'subscription_cycle',
  });
});

test('always_invoice bills the upgrade at once, by exactly what its preview showed', async () => {
  const { stripe, customer, twenty, id, item } = await subscribe();
  await advance(scene, '2026-04-16T00:00:00');
  const change = {
    items: [{ id: item, price: twenty }],
    proration_behavior: 'always_invoice' as const,
    proration_date: secondsOf('2026-04-16T00:00:00'),
  };
  const preview = await stripe.invoices.createPreview({
    customer,
    subscription: id,
    subscription_details: change,
  });
  await stripe.subscriptions.update(id, change);
  const billed = (await invoicesOf(scene))[1]!;
  expect(billed).toMatchObject({
    total: 500,
    status: 'paid',
    billing_reason: 'subscription_update',
  });
  expect(preview.total).toBe(billed.total);
  const shown = (invoice: typeof preview | typeof billed) =>
    invoice.lines.data.map(({ amount, description, period, quantity }) => ({
      amount,
      description,
      period,
      quantity,
    }));
  expect(shown(preview)).toEqual(shown(billed));
});

test('a downgrade and none of proration change nothing but the next period', async () => {
  const { stripe, ten, twenty, id, item } = await subscribe();
  await stripe.subscriptions.update(id, {
    items: [{ id: item, price: twenty }],
    proration_behavior: 'none',
  });
  await advance(scene, '2026-05-02T00:00:00');
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, 2000]);
  expect(ten).not.toBe(twenty);
});

// Flexible billing (fact 16): an upgrade that was not debited is not credited either.
test('a credit is for what was really debited, not for the price of today', async () => {
  const { stripe, ten, twenty, id, item } = await subscribe();
  await stripe.subscriptions.update(id, {
    items: [{ id: item, price: twenty }],
    proration_behavior: 'none',
  });
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.update(id, { items: [{ id: item, price: ten }] });
  await advance(scene, '2026-05-02T00:00:00');
  const amounts = (await invoicesOf(scene))[1]!.lines.data.map(({ amount }) => amount);
  expect(amounts.toSorted((a, b) => a - b)).toEqual([-500, 500, 1000]);
});

test('a yearly price begins a new period at once, less the credit for the old one', async () => {
  const { stripe, id, item } = await subscribe();
  const yearly = await priceOf(scene, 10_000, { interval: 'year' });
  await advance(scene, '2026-04-16T00:00:00');
  const updated = await stripe.subscriptions.update(id, { items: [{ id: item, price: yearly }] });
  expect(updated.billing_cycle_anchor).toBe(secondsOf('2026-04-16T00:00:00'));
  expect(updated.items.data[0]!.current_period_end).toBe(secondsOf('2027-04-16T00:00:00'));
  expect((await invoicesOf(scene))[1]!.total).toBe(9500);
});

test('items are added and taken away, and a quantity is prorated', async () => {
  const { stripe, twenty, id, item } = await subscribe();
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.update(id, { items: [{ price: twenty }, { id: item, quantity: 3 }] });
  const removed = await stripe.subscriptions.update(id, {
    items: [{ id: item, deleted: true }],
    proration_behavior: 'always_invoice',
  });
  expect(removed.items.data).toHaveLength(1);
  // Half of 20.00 more for the new item; 3 × 5.00 debited and credited again, 5.00 credited.
  expect((await invoicesOf(scene))[1]!.total).toBe(1000 - 500);
});

test('an update that is not paid stays pending, and is applied by its payment', async () => {
  const { stripe, customer, twenty, id, item } = await subscribe();
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const pending = await stripe.subscriptions.update(id, {
    items: [{ id: item, price: twenty }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  expect(pending.status).toBe('active');
  expect(pending.pending_update?.subscription_items?.[0]?.price.id).toBe(twenty);
  expect(pending.items.data[0]!.price.id).not.toBe(twenty);
  const good = await giveCard(stripe, customer, 'pm_card_visa');
  await stripe.invoices.pay(pending.latest_invoice as string, { payment_method: good });
  const applied = await stripe.subscriptions.retrieve(id);
  expect(applied.pending_update).toBeNull();
  expect(applied.items.data[0]!.price.id).toBe(twenty);
  expect(await eventsOf(scene)).toContain('customer.subscription.pending_update_applied');
});

test('a pending update that is not paid in 23 hours expires, and its invoice is void', async () => {
  const { stripe, customer, twenty, id, item } = await subscribe();
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const pending = await stripe.subscriptions.update(id, {
    items: [{ id: item, price: twenty }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  await advance(scene, '2026-04-02T00:00:00');
  const expired = await stripe.subscriptions.retrieve(id);
  expect(expired).toMatchObject({ pending_update: null, status: 'active' });
  const invoice = await stripe.invoices.retrieve(pending.latest_invoice as string);
  expect(invoice.status).toBe('void');
});
