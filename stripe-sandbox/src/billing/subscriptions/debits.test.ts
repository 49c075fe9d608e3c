import type Stripe from 'stripe';
import { afterEach, expect, test } from 'vitest';
import { advance, invoicesOf, openScene, priceOf, secondsOf, type Scene } from './scene.fixture.ts';

let scene: Scene;

afterEach(async () => {
  await scene.sandbox.close();
});

const amountsOf = (invoice: Stripe.Invoice) => invoice.lines.data.map(({ amount }) => amount);

/** In April, which has 30 days, at 10.00 for each of some units; doubled on the 11th. */
async function doubled() {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id, items: bought } = await stripe.subscriptions.create({ customer, items });
  const item = bought.data[0]!.id;
  await advance(scene, '2026-04-11T00:00:00');
  await stripe.subscriptions.update(id, {
    items: [{ id: item, quantity: 2 }],
    proration_behavior: 'always_invoice',
  });
  await advance(scene, '2026-04-21T00:00:00');
  return { id, item, other: await priceOf(scene, 3000) };
}

// https://docs.stripe.com/billing/subscriptions/billing-mode/compare: one credit for each debit.
test('an item replaced from before an earlier change is given back all of that time', async () => {
  const { id, item, other } = await doubled();
  await scene.stripe.subscriptions.update(id, {
    items: [{ id: item, deleted: true }, { price: other }],
    proration_behavior: 'always_invoice',
    proration_date: secondsOf('2026-04-01T00:00:00'),
  });
  // 10.00, 13.33 - 6.67, and now all of it back: only the 30.00 of the other item are left.
  const invoices = await invoicesOf(scene);
  expect(invoices.map(amountsOf)).toEqual([[1000], [-667, 1333], [-333, -1333, 3000]]);
  expect(invoices.reduce((sum, { total }) => sum + total, 0)).toBe(3000);
  const { items } = await scene.stripe.subscriptions.retrieve(id);
  expect(items.data).toMatchObject([
    {
      current_period_start: secondsOf('2026-04-01T00:00:00'),
      current_period_end: secondsOf('2026-05-01T00:00:00'),
    },
  ]);
});

test('what a deletion has given back is not given back by a later one', async () => {
  const { id, item, other } = await doubled();
  const proration_behavior = 'always_invoice';
  const { items } = await scene.stripe.subscriptions.update(id, {
    items: [{ price: other }],
    proration_behavior,
  });
  const added = items.data.find(({ price }) => price.id === other)!.id;
  await scene.stripe.subscriptionItems.del(item, {
    proration_behavior,
    proration_date: secondsOf('2026-04-06T00:00:00'),
  });
  expect(amountsOf((await invoicesOf(scene))[3]!)).toEqual([-167, -1333]);
  await scene.stripe.subscriptions.update(id, {
    items: [{ id: added, quantity: 2 }],
    proration_behavior,
    proration_date: secondsOf('2026-04-06T00:00:00'),
  });
  expect(amountsOf((await invoicesOf(scene))[4]!)).toEqual([-1000, 5000]);
});

test('an end of service that is taken back leaves one debit for each part', async () => {
  const { id, item } = await doubled();
  const { stripe } = scene;
  const proration_behavior = 'always_invoice';
  const cancel_at = secondsOf('2026-04-26T00:00:00');
  await stripe.subscriptions.update(id, { cancel_at, proration_behavior });
  await stripe.subscriptions.update(id, { cancel_at: '', proration_behavior });
  await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 1 }], proration_behavior });
  const [, , canceled, restored, halved] = await invoicesOf(scene);
  expect(amountsOf(canceled!)).toEqual([-333]);
  expect(amountsOf(restored!)).toEqual([333]);
  expect(amountsOf(halved!)).toEqual([-333, -333, 333]);
});

test('an end of service moved without prorations is not made up for later', async () => {
  const { id } = await doubled();
  const { stripe } = scene;
  const proration_behavior = 'none';
  const cancel_at = secondsOf('2026-04-26T00:00:00');
  await stripe.subscriptions.update(id, { cancel_at });
  await stripe.subscriptions.update(id, { cancel_at: '', proration_behavior });
  const waiting = (await stripe.invoiceItems.list({ pending: true })).data;
  expect(waiting.map(({ amount }) => amount)).toEqual([-333]);
  await stripe.subscriptions.update(id, { metadata: { said: 'nothing of it' } });
  expect((await stripe.invoiceItems.list({ pending: true })).data).toEqual(waiting);
});
