import type Stripe from 'stripe';
import { afterEach, expect, test } from 'vitest';
import { advance, invoicesOf, openScene, priceOf, secondsOf, type Scene } from './scene.fixture.ts';

let scene: Scene;

afterEach(async () => {
  await scene.sandbox.close();
});

/** A subscription for April, which has 30 days, at 10.00 a month. */
async function subscribe() {
  scene = await openScene('2026-04-01T00:00:00');
  const { stripe, customer } = scene;
  const price = await priceOf(scene, 1000);
  const subscription = await stripe.subscriptions.create({ customer, items: [{ price }] });
  return { ...scene, id: subscription.id, item: subscription.items.data[0]!.id };
}

/** What a preview must foretell of an invoice. */
const shown = (invoice: Stripe.Invoice) => ({
  total: invoice.total,
  amountDue: invoice.amount_due,
  period: [invoice.period_start, invoice.period_end],
  lines: invoice.lines.data.map(({ amount, description, period, quantity }) => ({
    amount,
    description,
    period,
    quantity,
  })),
});

const linesOf = (invoice: Stripe.Invoice) =>
  invoice.lines.data.map(({ amount, period }) => [amount, period.start, period.end]);

// https://docs.stripe.com/billing/subscriptions/billing-mode/compare: flexible billing gives a
// credit for each debit that reaches behind the date.
test('a backdated change takes each earlier debit back, and debits all of its time', async () => {
  const { stripe, id, item } = await subscribe();
  await advance(scene, '2026-04-21T00:00:00');
  const proration_behavior = 'always_invoice';
  await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 2 }], proration_behavior });
  await stripe.subscriptions.update(id, {
    items: [{ id: item, quantity: 1 }],
    proration_behavior,
    proration_date: secondsOf('2026-04-01T00:00:00'),
  });
  const [first, then, end] = ['2026-04-01', '2026-04-21', '2026-05-01'].map((day) =>
    secondsOf(`${day}T00:00:00`),
  );
  const [created, changed, backdated] = await invoicesOf(scene);
  expect(linesOf(changed!)).toEqual([
    [-333, then, end],
    [667, then, end],
  ]);
  expect(linesOf(backdated!)).toEqual([
    [-667, first, then],
    [-667, then, end],
    [1000, first, end],
  ]);
  expect(backdated!.lines.data.map(({ description }) => description)).toEqual([
    expect.stringMatching(/^Unused time on 2 × .* after 01 Apr 2026$/),
    expect.stringMatching(/^Unused time on 2 × .* after 21 Apr 2026$/),
    expect.stringMatching(/^Remaining time on .* after 01 Apr 2026$/),
  ]);
  const credited = backdated!.lines.data.map(
    ({ parent }) =>
      parent?.subscription_item_details?.proration_details?.credited_items?.invoice ?? null,
  );
  expect(credited).toEqual([created!.id, changed!.id, null]);
});

test('a change backdated behind no other is reckoned from its date on both sides', async () => {
  const { stripe, id, item } = await subscribe();
  await advance(scene, '2026-04-21T00:00:00');
  await stripe.subscriptions.update(id, {
    items: [{ id: item, quantity: 2 }, { price: await priceOf(scene, 3000) }],
    proration_behavior: 'always_invoice',
    proration_date: secondsOf('2026-04-16T00:00:00'),
  });
  const [start, end] = [secondsOf('2026-04-16T00:00:00'), secondsOf('2026-05-01T00:00:00')];
  expect(linesOf((await invoicesOf(scene))[1]!)).toEqual([
    [-500, start, end],
    [1000, start, end],
    [1500, start, end],
  ]);
});

test('an item that cost nothing since a change is not charged for the time before it', async () => {
  const { stripe, id, item } = await subscribe();
  const proration_behavior = 'always_invoice';
  const other = await priceOf(scene, 3000);
  await stripe.subscriptions.update(id, { items: [{ price: other }], proration_behavior });
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 0 }], proration_behavior });
  await stripe.subscriptions.update(id, {
    items: [{ id: item, quantity: 1 }],
    proration_behavior,
    proration_date: secondsOf('2026-04-01T00:00:00'),
  });
  expect((await invoicesOf(scene)).map(({ total }) => total)).toEqual([1000, 3000, -500, 500]);
});

test('the preview before the end shows the pending items that the end then bills', async () => {
  const { stripe, customer, id, item } = await subscribe();
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 3 }] });
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await stripe.invoiceItems.create({ customer, amount: 777, currency: 'usd' });
  const preview = await stripe.invoices.createPreview({ subscription: id });
  expect(preview.total).toBe(1000);
  await advance(scene, '2026-05-02T00:00:00');
  const billed = await invoicesOf(scene);
  expect(billed).toHaveLength(2);
  expect(shown(preview)).toEqual(shown(billed[1]!));
});

test('nothing is upcoming where a subscription ends and nothing of its own waits', async () => {
  const { stripe, customer, id } = await subscribe();
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await stripe.invoiceItems.create({ customer, amount: 777, currency: 'usd' });
  const nothing = { statusCode: 400, code: 'invoice_upcoming_none' };
  await expect(stripe.invoices.createPreview({ subscription: id })).rejects.toMatchObject(nothing);
  const details = { cancel_now: true, proration_behavior: 'none' as const };
  await expect(
    stripe.invoices.createPreview({ subscription: id, subscription_details: details }),
  ).rejects.toMatchObject(nothing);
});

test.each([
  ['with the credit', 'create_prorations', true, 0],
  ['without the credit', 'none', false, 1000],
] as const)(
  'a cancellation at once, %s, is billed as previewed and only for its own',
  async (_title, proration_behavior, prorate, total) => {
    const { stripe, customer, id, item } = await subscribe();
    await advance(scene, '2026-04-16T00:00:00');
    await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 3 }] });
    await stripe.invoiceItems.create({ customer, amount: 777, currency: 'usd' });
    await advance(scene, '2026-04-21T00:00:00');
    const preview = await stripe.invoices.createPreview({
      subscription: id,
      subscription_details: { cancel_now: true, proration_behavior },
    });
    expect(preview.total).toBe(total);
    await stripe.subscriptions.cancel(id, { invoice_now: true, prorate });
    expect(shown(preview)).toEqual(shown((await invoicesOf(scene))[1]!));
  },
);

test('a paused subscription is billed as previewed when it goes on; no other is', async () => {
  const { stripe, id } = await subscribe();
  const resumed = { subscription: id, subscription_details: { resume_at: 'now' as const } };
  await expect(stripe.invoices.createPreview(resumed)).rejects.toMatchObject({ statusCode: 400 });
  await advance(scene, '2026-04-16T00:00:00');
  await stripe.subscriptions.pause(id, {
    type: 'subscription',
    bill_for: { unused_time_from: { type: 'now' } },
    invoicing_behavior: 'pending_invoice_item',
  });
  await advance(scene, '2026-04-21T00:00:00');
  const preview = await stripe.invoices.createPreview(resumed);
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('paused');
  await stripe.subscriptions.resume(id, { billing_cycle_anchor: { type: 'now' } });
  expect(shown(preview)).toEqual(shown((await invoicesOf(scene))[1]!));
});

test('once its own coupon is over, a preview shows what its customer has', async () => {
  const { stripe, id, customer } = await subscribe();
  const month = { duration: 'repeating', duration_in_months: 1 } as const;
  const own = await stripe.coupons.create({ percent_off: 50, ...month });
  const general = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
  await stripe.subscriptions.update(id, { discounts: [{ coupon: own.id }] });
  // The API takes what the SDK's types have no more.
  const redeemed: object = { coupon: general.id };
  await stripe.customers.update(customer, redeemed);
  const preview = await stripe.invoices.createPreview({ customer, subscription: id });
  await advance(scene, '2026-05-01T02:00:00');
  const billed = (await invoicesOf(scene))[1]!;
  expect(billed.total).toBe(900);
  expect(shown(preview)).toEqual(shown(billed));
});

test.each(['once', 'forever'] as const)(
  'a change with a coupon %s bills what its preview with it foretold, and is reduced once only',
  async (duration) => {
    const { stripe, id, item } = await subscribe();
    const coupon = await stripe.coupons.create({ percent_off: 50, duration });
    await advance(scene, '2026-04-21T00:00:00');
    const items = [{ id: item, quantity: 4 }];
    const discounts = [{ coupon: coupon.id }];
    const proration_behavior = 'always_invoice';
    const preview = await stripe.invoices.createPreview({
      subscription: id,
      discounts,
      subscription_details: { items, proration_behavior },
    });
    expect((await stripe.subscriptions.retrieve(id)).discounts).toEqual([]);
    await stripe.subscriptions.update(id, { items, discounts, proration_behavior });
    const billed = (await invoicesOf(scene))[1]!;
    // A third of 10.00 back, and a third of 40.00 less a half.
    expect(billed.total).toBe(334);
    expect(shown(preview)).toEqual(shown(billed));
    await advance(scene, '2026-05-01T02:00:00');
    expect((await invoicesOf(scene))[2]!.total).toBe(duration === 'once' ? 4_000 : 2_000);
  },
);
