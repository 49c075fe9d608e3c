import type Stripe from 'stripe';
import { afterEach, expect, test } from 'vitest';
import { advance, invoicesOf, openScene, priceOf, type Scene } from './scene.fixture.ts';

// Figures that Stripe's documentation works out, each under the page that it stands on. Coupons and
// trials are in `coupons-and-trials.test.ts`.

let scene: Scene;

afterEach(async () => {
  await scene.sandbox.close();
});

interface Subscribed {
  readonly id: string;
  readonly item: string;
}

async function subscribe(
  date: string,
  {
    price,
    recurring,
    ...said
  }: Partial<Stripe.SubscriptionCreateParams> & {
    readonly price: number;
    readonly recurring?: Stripe.PriceCreateParams.Recurring;
  },
): Promise<Subscribed> {
  scene = await openScene(date);
  const { stripe, customer } = scene;
  const items = [{ price: await priceOf(scene, price, recurring) }];
  const { id, items: bought } = await stripe.subscriptions.create({ customer, items, ...said });
  return { id, item: bought.data[0]!.id };
}

const amountsOf = (invoice: Stripe.Invoice | undefined) =>
  invoice?.lines.data.map(({ amount }) => amount);

const totals = async () => (await invoicesOf(scene)).map(({ total }) => total);

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** The days on which the invoices of more than nothing were made. */
async function billingDays(): Promise<string[]> {
  const billed = (await invoicesOf(scene)).filter(({ total }) => total > 0);
  return billed.map(({ created }) => dayOf(created));
}

// https://docs.stripe.com/billing/subscriptions/prorations
test('half-way from 10 to 20 a month: -5, 10, and 5 more in all', async () => {
  const { id, item } = await subscribe('2026-04-01T00:00:00', { price: 1000 });
  const twenty = await priceOf(scene, 2000);
  await advance(scene, '2026-04-16T00:00:00');
  const said = {
    items: [{ id: item, price: twenty }],
    proration_behavior: 'always_invoice' as const,
  };
  const preview = await scene.stripe.invoices.createPreview({
    subscription: id,
    subscription_details: said,
  });
  await scene.stripe.subscriptions.update(id, said);
  const billed = (await invoicesOf(scene))[1];
  expect(amountsOf(billed)).toEqual([-500, 1000]);
  expect(billed).toMatchObject({ total: 500, status: 'paid' });
  expect(preview.total).toBe(500);
});

// https://docs.stripe.com/billing/subscriptions/prorations
test('negative prorations are not refunded, and positive ones wait', async () => {
  const { id, item } = await subscribe('2026-04-01T00:00:00', { price: 2000 });
  await advance(scene, '2026-04-16T00:00:00');
  const items = [{ id: item, price: await priceOf(scene, 1000) }];
  await scene.stripe.subscriptions.update(id, { items });
  expect(await totals()).toEqual([2000]);
  expect((await scene.stripe.refunds.list()).data).toEqual([]);
  await advance(scene, '2026-05-01T02:00:00');
  expect(amountsOf((await invoicesOf(scene))[1])?.toSorted((a, b) => a - b)).toEqual([
    -1000, 500, 1000,
  ]);
});

// https://docs.stripe.com/billing/subscriptions/prorations
test.each([
  { type: 'flexible', amounts: [-333, 333], total: 0 },
  { type: 'classic', amounts: [-667, 333], total: -334 },
] as const)(
  'an upgrade without prorations, taken back ten days later, in $type: $total',
  async ({ type, amounts, total }) => {
    const billing_mode = { type };
    const { id, item } = await subscribe('2026-04-01T00:00:00', { price: 1000, billing_mode });
    const ten = (await scene.stripe.subscriptions.retrieve(id)).items.data[0]!.price.id;
    await advance(scene, '2026-04-11T00:00:00');
    await scene.stripe.subscriptions.update(id, {
      items: [{ id: item, price: await priceOf(scene, 2000) }],
      proration_behavior: 'none',
    });
    expect(await totals()).toEqual([1000]);
    await advance(scene, '2026-04-21T00:00:00');
    await scene.stripe.subscriptions.update(id, {
      items: [{ id: item, price: ten }],
      proration_behavior: 'always_invoice',
    });
    const billed = (await invoicesOf(scene))[1];
    expect(amountsOf(billed)).toEqual(amounts);
    expect(billed).toMatchObject({ total });
  },
);

// https://docs.stripe.com/billing/subscriptions/prorations
test('5.00 off 10.00 and 20.00 is 1.66 and 3.34; half of the 10.00 gives 4.17 back', async () => {
  scene = await openScene('2026-02-01T00:00:00');
  const { stripe, customer } = scene;
  const coupon = await stripe.coupons.create({
    amount_off: 500,
    currency: 'usd',
    duration: 'forever',
  });
  const { items } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await priceOf(scene, 1000) }, { price: await priceOf(scene, 2000) }],
    discounts: [{ coupon: coupon.id }],
  });
  const first = (await invoicesOf(scene))[0]!;
  expect(first.total).toBe(2500);
  expect(
    first.lines.data.map(({ discount_amounts }) => discount_amounts!.map(({ amount }) => amount)),
  ).toEqual([[166], [334]]);
  await advance(scene, '2026-02-15T00:00:00');
  await stripe.subscriptionItems.del(items.data[0]!.id, { proration_behavior: 'always_invoice' });
  expect((await invoicesOf(scene))[1]).toMatchObject({ total: -417 });
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test.each([
  ['2026', '2026-02-28'],
  ['2028', '2028-02-29'],
])('January 31 of %s is followed by %s, March 31 and April 30', async (year, february) => {
  await subscribe(`${year}-01-31T00:00:00`, { price: 1000 });
  await advance(scene, `${year}-05-01T00:00:00`);
  expect(await billingDays()).toEqual([
    `${year}-01-31`,
    february,
    `${year}-03-31`,
    `${year}-04-30`,
  ]);
  expect(await totals()).toEqual([1000, 1000, 1000, 1000]);
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test('September 2 bills on the 2nd, Friday June 3 every Friday', async () => {
  await subscribe('2022-09-02T00:00:00', { price: 1000 });
  await advance(scene, '2022-11-20T00:00:00');
  expect(await billingDays()).toEqual(['2022-09-02', '2022-10-02', '2022-11-02']);
  await scene.sandbox.close();
  await subscribe('2022-06-03T00:00:00', { price: 1000, recurring: { interval: 'week' } });
  await advance(scene, '2022-06-18T00:00:00');
  expect(await billingDays()).toEqual(['2022-06-03', '2022-06-10', '2022-06-17']);
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test('day 31 renews on the last day of every month', async () => {
  const { id } = await subscribe('2026-02-14T00:00:00', {
    price: 2800,
    billing_cycle_anchor_config: { day_of_month: 31 },
  });
  await advance(scene, '2026-06-01T00:00:00');
  expect(await billingDays()).toEqual([
    '2026-02-14',
    '2026-02-28',
    '2026-03-31',
    '2026-04-30',
    '2026-05-31',
  ]);
  // Of the period from January 31 to February 28, 14 of 28 days are left.
  expect((await totals())[0]).toBe(1400);
  const { billing_cycle_anchor: anchor } = await scene.stripe.subscriptions.retrieve(id);
  expect(dayOf(anchor)).toBe('2026-03-31');
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test('every two months from February on day 31 is billed from February 28 on', async () => {
  const { id } = await subscribe('2026-02-10T00:00:00', {
    price: 1000,
    recurring: { interval: 'month', interval_count: 2 },
    billing_cycle_anchor_config: { day_of_month: 31 },
  });
  const { billing_cycle_anchor: anchor } = await scene.stripe.subscriptions.retrieve(id);
  expect(dayOf(anchor)).toBe('2026-08-31');
  await advance(scene, '2026-06-01T00:00:00');
  await advance(scene, '2026-09-01T00:00:00');
  expect((await billingDays()).slice(1)).toEqual([
    '2026-02-28',
    '2026-04-30',
    '2026-06-30',
    '2026-08-31',
  ]);
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test('a yearly subscription is cycled on the first of July', async () => {
  await subscribe('2026-01-01T00:00:00', {
    price: 36_500,
    recurring: { interval: 'year' },
    billing_cycle_anchor_config: { month: 7, day_of_month: 1 },
  });
  await advance(scene, '2027-07-02T00:00:00');
  expect(await billingDays()).toEqual(['2026-01-01', '2026-07-01', '2027-07-01']);
  // 181 of the 365 days from July 1 to July 1 are left on January 1.
  expect(await totals()).toEqual([18_100, 36_500, 36_500]);
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle:
// What holds for January 31 holds for a year from a leap day: the last day of the anchor's month.
test('a year from February 29 is billed on February 28, and on the leap day again', async () => {
  await subscribe('2024-02-29T12:00:00', { price: 1000, recurring: { interval: 'year' } });
  for (const year of ['2025', '2026', '2027', '2028']) {
    await advance(scene, `${year}-03-01T14:00:00`);
  }
  expect(await billingDays()).toEqual([
    '2024-02-29',
    '2025-02-28',
    '2026-02-28',
    '2027-02-28',
    '2028-02-29',
  ]);
});

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test('a configuration for February 29 is anchored at the next leap day', async () => {
  const { id } = await subscribe('2026-03-01T00:00:00', {
    price: 1000,
    recurring: { interval: 'year' },
    billing_cycle_anchor_config: { month: 2, day_of_month: 29 },
  });
  const { billing_cycle_anchor: anchor, items } = await scene.stripe.subscriptions.retrieve(id);
  expect(dayOf(anchor)).toBe('2028-02-29');
  expect(dayOf(items.data[0]!.current_period_end)).toBe('2027-02-28');
});
