import type Stripe from 'stripe';
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

interface Waiting {
  readonly id: string;
  readonly item: string;
  readonly invoice: string;
  readonly prices: { readonly ten: string; readonly ninety: string; readonly other: string };
}

const PENDING = {
  payment_behavior: 'pending_if_incomplete',
  proration_behavior: 'always_invoice',
} as const;

/** Half-way through April, an upgrade from 10.00 to 90.00 waits for its payment of 40.00. */
async function waiting(
  said: Stripe.SubscriptionUpdateParams = {},
  before: (id: string) => Promise<unknown> = async () => undefined,
): Promise<Waiting> {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const [ten, ninety] = [await priceOf(scene, 1000), await priceOf(scene, 9000)];
  const other = await priceOf(scene, 500);
  const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price: ten }] });
  await before(id);
  await advance(scene, '2026-04-16T00:00:00');
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const item = items.data[0]!.id;
  const pending = await stripe.subscriptions.update(id, {
    items: [{ id: item, price: ninety }],
    ...PENDING,
    ...said,
  });
  expect(pending.pending_update).not.toBeNull();
  await giveCard(stripe, customer, 'pm_card_visa');
  const invoice = pending.latest_invoice as string;
  return { id, item, invoice, prices: { ten, ninety, other } };
}

type Deed = (stripe: Stripe, waiting: Waiting) => Promise<unknown>;

const deeds: Readonly<Record<string, Deed>> = {
  'another quantity': (stripe, { id, item }) =>
    stripe.subscriptions.update(id, { items: [{ id: item, quantity: 2 }] }),
  'a change without proration': (stripe, { id, item }) =>
    stripe.subscriptions.update(id, {
      items: [{ id: item, quantity: 2 }],
      proration_behavior: 'none',
    }),
  'an item by its own route': (stripe, { item }) =>
    stripe.subscriptionItems.update(item, { quantity: 2 }),
  'a new item by its own route': (stripe, { id, prices }) =>
    stripe.subscriptionItems.create({ subscription: id, price: prices.other }),
  'a period that begins now': (stripe, { id }) =>
    stripe.subscriptions.update(id, { billing_cycle_anchor: { type: 'now' } }),
  'a trial': (stripe, { id }) =>
    stripe.subscriptions.update(id, { trial_end: secondsOf('2026-05-20T00:00:00') }),
  'an end within the period': (stripe, { id }) =>
    stripe.subscriptions.update(id, { cancel_at: secondsOf('2026-04-20T00:00:00') }),
  'a pause': (stripe, { id }) => stripe.subscriptions.pause(id),
  'a cancellation': (stripe, { id }) => stripe.subscriptions.cancel(id),
};

// https://docs.stripe.com/billing/subscriptions/pending-updates: another update voids the invoice
// of the one that waits, and `pending_update_expired` tells of those that were voided so.
test.each(Object.keys(deeds))(
  '%s ends an update that waits, and its invoice is void',
  async (is) => {
    const waited = await waiting();
    const { stripe } = scene;
    await deeds[is]!(stripe, waited);
    const { pending_update, items } = await stripe.subscriptions.retrieve(waited.id);
    expect(pending_update).toBeNull();
    expect(items.data.map(({ price }) => price.id)).not.toContain(waited.prices.ninety);
    expect(await stripe.invoices.retrieve(waited.invoice)).toMatchObject({ status: 'void' });
    await expect(stripe.invoices.pay(waited.invoice)).rejects.toMatchObject({ statusCode: 400 });
    const told = await eventsOf(scene);
    expect(told).toContain('customer.subscription.pending_update_expired');
    expect(told).not.toContain('customer.subscription.pending_update_applied');
    if (is === 'a cancellation') {
      expect(told.indexOf('customer.subscription.deleted')).toBeGreaterThan(
        told.indexOf('customer.subscription.pending_update_expired'),
      );
    }
  },
);

// The same page: "A schedule phase change discards a pending update and voids the associated
// invoice."
test('a phase of a schedule discards an update that waits', async () => {
  const waited = await waiting();
  const { stripe } = scene;
  const schedule = await stripe.subscriptionSchedules.create({ from_subscription: waited.id });
  expect((await stripe.subscriptions.retrieve(waited.id)).pending_update).not.toBeNull();
  const [phase] = schedule.phases;
  const period = { start_date: phase!.start_date, end_date: phase!.end_date };
  await stripe.subscriptionSchedules.update(schedule.id, {
    phases: [{ ...period, items: [{ price: waited.prices.ten, quantity: 3 }] }],
  });
  const { pending_update, items } = await stripe.subscriptions.retrieve(waited.id);
  expect(pending_update).toBeNull();
  expect(items.data).toMatchObject([{ quantity: 3, price: { unit_amount: 1000 } }]);
  expect(await stripe.invoices.retrieve(waited.invoice)).toMatchObject({ status: 'void' });
});

test('another update that waits takes its place, and is made when it is paid', async () => {
  const { id, item, invoice, prices } = await waiting();
  const { stripe, customer } = scene;
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const items = [{ id: item, price: prices.ninety, quantity: 2 }];
  const second = await stripe.subscriptions.update(id, { items, ...PENDING });
  expect(second.pending_update?.subscription_items).toMatchObject([{ quantity: 2 }]);
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'void' });
  const latest = second.latest_invoice as string;
  expect(await stripe.invoices.retrieve(latest)).toMatchObject({ status: 'open', total: 8500 });
  await giveCard(stripe, customer, 'pm_card_visa');
  await stripe.invoices.pay(latest);
  const applied = await stripe.subscriptions.retrieve(id);
  expect(applied).toMatchObject({ pending_update: null, items: { data: [{ quantity: 2 }] } });
});

// https://docs.stripe.com/changelog/endive/2026-09-30/scheduled-subscription-cancellation
test('an update that waits is expired by one that says otherwise of its end', async () => {
  const waited = await waiting({ cancel_at_period_end: true });
  const { stripe } = scene;
  await stripe.subscriptions.update(waited.id, { metadata: { said: 'nothing of it' } });
  await stripe.subscriptions.update(waited.id, { cancel_at_period_end: true });
  expect((await stripe.subscriptions.retrieve(waited.id)).pending_update).not.toBeNull();
  await stripe.subscriptions.update(waited.id, { cancel_at_period_end: false });
  expect((await stripe.subscriptions.retrieve(waited.id)).pending_update).toBeNull();
  expect(await stripe.invoices.retrieve(waited.invoice)).toMatchObject({ status: 'void' });
});

const ways: Readonly<Record<string, (waited: Waiting) => Promise<unknown>>> = {
  'that expires': () => advance(scene, '2026-04-17T12:00:00'),
  'whose invoice is made void': ({ invoice }) => scene.stripe.invoices.voidInvoice(invoice),
};

test.each(Object.keys(ways))(
  'an update %s swallows nothing that waited for an invoice anyway',
  async (is) => {
    const waited = await waiting({}, async () => {
      const { stripe, customer } = scene;
      await stripe.invoiceItems.create({ customer, amount: 777, currency: 'usd' });
      await stripe.invoiceItems.create({ customer, amount: -200, currency: 'usd' });
      await stripe.customers.createBalanceTransaction(customer, { amount: -300, currency: 'usd' });
    });
    const { stripe, customer } = scene;
    const total = 4000 + 777 - 200;
    const owed = await stripe.invoices.retrieve(waited.invoice);
    expect(owed).toMatchObject({ total, amount_due: total - 300 });
    const foreseen = await stripe.invoices.createPreview({ subscription: waited.id });
    await ways[is]!(waited);
    const left = await stripe.invoiceItems.list({ customer, pending: true });
    expect(left.data.map(({ amount }) => amount)).toEqual([-200, 777]);
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -300 });
    await advance(scene, '2026-05-01T02:00:00');
    const renewal = (await invoicesOf(scene)).at(-1)!;
    expect(renewal).toMatchObject({ status: 'paid', total: 1577, amount_paid: 1277 });
    expect(foreseen).toMatchObject({ total: 1577, amount_due: 1277 });
  },
);

test('what an update adds itself is given up together with it', async () => {
  let setup = '';
  const waited = await waiting({}, async () => {
    const { stripe } = scene;
    const { id: product } = await stripe.products.create({ name: 'Setup' });
    const once = { product, currency: 'usd', unit_amount: 5000 };
    setup = (await stripe.prices.create(once)).id;
  });
  const { stripe, customer } = scene;
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const { latest_invoice: invoice } = await stripe.subscriptions.update(waited.id, {
    items: [{ id: waited.item, price: waited.prices.ninety }],
    add_invoice_items: [{ price: setup }],
    ...PENDING,
  });
  expect(await stripe.invoices.retrieve(invoice as string)).toMatchObject({ total: 9000 });
  await stripe.invoices.voidInvoice(invoice as string);
  expect((await stripe.invoiceItems.list({ customer, pending: true })).data).toEqual([]);
});

test('no credit is left of an upgrade that was never paid for nor made', async () => {
  const { id, invoice } = await waiting();
  const { stripe } = scene;
  await stripe.invoices.voidInvoice(invoice);
  await stripe.subscriptions.cancel(id, { prorate: true, invoice_now: true });
  expect((await invoicesOf(scene)).at(-1)).toMatchObject({ total: -500 });
});

test('an upgrade whose invoice is void is credited by what was paid before it', async () => {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const [ten, ninety] = [await priceOf(scene, 1000), await priceOf(scene, 9000)];
  const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price: ten }] });
  await advance(scene, '2026-04-16T00:00:00');
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const { latest_invoice: invoice } = await stripe.subscriptions.update(id, {
    items: [{ id: items.data[0]!.id, price: ninety }],
    proration_behavior: 'always_invoice',
  });
  await stripe.invoices.voidInvoice(invoice as string);
  await advance(scene, '2026-04-21T00:00:00');
  await stripe.subscriptions.cancel(id, { prorate: true, invoice_now: true });
  expect((await invoicesOf(scene)).at(-1)).toMatchObject({ total: -333 });
});

test('changes that are void with their invoice leave what was paid before as it was', async () => {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const items = [{ price: await priceOf(scene, 1000) }];
  const { id, items: bought } = await stripe.subscriptions.create({ customer, items });
  const change = (quantity: number) =>
    stripe.subscriptions.update(id, { items: [{ id: bought.data[0]!.id, quantity }] });
  await advance(scene, '2026-04-11T00:00:00');
  await change(3);
  await advance(scene, '2026-04-16T00:00:00');
  await change(2);
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  const { latest_invoice: invoice } = await stripe.subscriptions.update(id, {
    items: [{ id: bought.data[0]!.id, quantity: 5 }],
    proration_behavior: 'always_invoice',
  });
  await stripe.invoices.voidInvoice(invoice as string);
  await advance(scene, '2026-04-21T00:00:00');
  await stripe.subscriptions.cancel(id, { prorate: true, invoice_now: true });
  // Of the 6.67 from the 11th on that were credited in vain, half is left: 3.335.
  expect((await invoicesOf(scene)).at(-1)).toMatchObject({ total: -334 });
});

// https://docs.stripe.com/billing/subscriptions/overview: "Stripe ignores voided invoices when
// determining subscription status and uses the most recent non-voided invoice instead."
test('one that owes its renewal stays past due when an update comes to nothing', async () => {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const [ten, ninety] = [await priceOf(scene, 1000), await priceOf(scene, 9000)];
  const { id, items } = await stripe.subscriptions.create({ customer, items: [{ price: ten }] });
  await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  await advance(scene, '2026-05-01T02:00:00');
  const change = { items: [{ id: items.data[0]!.id, price: ninety }], ...PENDING };
  const status = async () => (await stripe.subscriptions.retrieve(id)).status;

  const { latest_invoice: invoice } = await stripe.subscriptions.update(id, change);
  await stripe.invoices.voidInvoice(invoice as string);
  expect(await status()).toBe('past_due');
  await stripe.subscriptions.update(id, change);
  await advance(scene, '2026-05-02T04:00:00');
  expect((await stripe.subscriptions.retrieve(id)).pending_update).toBeNull();
  expect(await status()).toBe('past_due');

  await stripe.subscriptions.update(id, change);
  await giveCard(stripe, customer, 'pm_card_visa');
  const renewal = (await invoicesOf(scene)).find(
    ({ billing_reason }) => billing_reason === 'subscription_cycle',
  );
  await stripe.invoices.pay(renewal!.id);
  expect(await status()).toBe('active');
});
