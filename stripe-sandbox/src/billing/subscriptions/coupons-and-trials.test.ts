import type Stripe from 'stripe';
import { afterEach, expect, test } from 'vitest';
import { advance, invoicesOf, openScene, priceOf, secondsOf, type Scene } from './scene.fixture.ts';

// Figures that Stripe's documentation works out, each under the page that it stands on.

let scene: Scene;

afterEach(async () => {
  await scene.sandbox.close();
});

type Said = Partial<Stripe.SubscriptionCreateParams>;
type Interval = Stripe.PriceCreateParams.Recurring['interval'];

async function subscribe(said: Said = {}, interval: Interval = 'month') {
  const { stripe, customer } = scene;
  const price = await priceOf(scene, 3000, { interval });
  return stripe.subscriptions.create({ customer, items: [{ price }], ...said });
}

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

const billed = async () =>
  (await invoicesOf(scene)).map(({ created, total }) => [dayOf(created), total]);

/** 50 % off for some months, redeemed with the subscription. */
async function halfFor(months: number): Promise<Said> {
  const { id: coupon } = await scene.stripe.coupons.create({
    percent_off: 50,
    duration: 'repeating',
    duration_in_months: months,
  });
  return { discounts: [{ coupon }] };
}

// https://docs.stripe.com/billing/subscriptions/coupons#coupon-duration
test.each([3, 4])(
  '50 % off for %i months is off the first so many of a month each',
  async (months) => {
    scene = await openScene('2026-01-31T00:00:00');
    await subscribe(await halfFor(months));
    await advance(scene, '2026-07-01T00:00:00');
    expect(await billed()).toEqual(
      ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31', '2026-06-30'].map(
        (day, index) => [day, index < months ? 1500 : 3000],
      ),
    );
  },
);

// https://docs.stripe.com/billing/subscriptions/coupons#coupon-duration
test('50 % off for four months is off all of the first year, and off no other', async () => {
  scene = await openScene('2026-01-01T00:00:00');
  await subscribe(await halfFor(4), 'year');
  await advance(scene, '2028-01-02T00:00:00');
  expect(await billed()).toEqual([
    ['2026-01-01', 1500],
    ['2027-01-01', 3000],
    ['2028-01-01', 3000],
  ]);
});

// https://docs.stripe.com/billing/subscriptions/coupons#coupon-duration
test('50 % off for four months is off every week of them', async () => {
  scene = await openScene('2026-01-01T00:00:00');
  await subscribe(await halfFor(4), 'week');
  await advance(scene, '2026-05-20T00:00:00');
  const invoices = await billed();
  expect(invoices).toHaveLength(20);
  for (const [day, total] of invoices) expect(total).toBe(day! < '2026-05-01' ? 1500 : 3000);
});

// https://docs.stripe.com/billing/subscriptions/coupons#coupon-duration
test('a coupon for once is off the next invoice, and named no more when that is paid', async () => {
  scene = await openScene('2026-01-01T00:00:00');
  const { stripe } = scene;
  const { id } = await subscribe();
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const named = await stripe.subscriptions.update(id, { discounts: [{ coupon: coupon.id }] });
  expect(named.discounts).toHaveLength(1);
  await advance(scene, '2026-03-02T00:00:00');
  expect(await billed()).toEqual([
    ['2026-01-01', 3000],
    ['2026-02-01', 1500],
    ['2026-03-01', 3000],
  ]);
  expect((await stripe.subscriptions.retrieve(id)).discounts).toEqual([]);
});

// https://docs.stripe.com/billing/subscriptions/trials/free-trials
test('a trial of 14 days is billed nothing, then whole months from its end on', async () => {
  scene = await openScene('2026-01-01T00:00:00');
  const { stripe } = scene;
  const begun = await subscribe({ trial_period_days: 14 });
  expect(begun).toMatchObject({
    status: 'trialing',
    trial_end: secondsOf('2026-01-15T00:00:00'),
    billing_cycle_anchor: secondsOf('2026-01-15T00:00:00'),
  });
  await advance(scene, '2026-01-15T00:30:00');
  const draft = (await invoicesOf(scene))[1];
  expect(draft).toMatchObject({ status: 'draft', billing_reason: 'subscription_cycle' });
  // "Approximately 1 hour later, we attempt to charge that invoice."
  await advance(scene, '2026-01-15T01:00:00');
  expect((await invoicesOf(scene))[1]).toMatchObject({ status: 'paid', amount_paid: 3000 });
  await advance(scene, '2026-02-16T00:00:00');
  expect(await billed()).toEqual([
    ['2026-01-01', 0],
    ['2026-01-15', 3000],
    ['2026-02-15', 3000],
  ]);
  expect(await stripe.subscriptions.retrieve(begun.id)).toMatchObject({ status: 'active' });
});

// https://docs.stripe.com/billing/subscriptions/trials/free-trials
test('a trial can be given to one without a payment method, for an invoice of 0', async () => {
  scene = await openScene('2026-01-01T00:00:00', '');
  const { status } = await subscribe({ trial_period_days: 14 });
  expect(status).toBe('trialing');
  expect((await invoicesOf(scene))[0]).toMatchObject({
    total: 0,
    status: 'paid',
    lines: { data: [{ amount: 0, description: 'Free trial for 1 × Gold 3000' }] },
  });
});

// https://docs.stripe.com/billing/subscriptions/trials/free-trials
test('a trial that is ended now is billed at once', async () => {
  scene = await openScene('2026-01-01T00:00:00');
  const { id } = await subscribe({ trial_period_days: 14 });
  await advance(scene, '2026-01-06T00:00:00');
  await scene.stripe.subscriptions.update(id, { trial_end: 'now' });
  await advance(scene, '2026-02-07T00:00:00');
  expect(await billed()).toEqual([
    ['2026-01-01', 0],
    ['2026-01-06', 3000],
    ['2026-02-06', 3000],
  ]);
});

// https://docs.stripe.com/billing/subscriptions/trials/free-trials#combine-trial-anchor:
// From the 22nd to the 1st it is 9 of the 30 days of September; from October 5 on, 27 of 31.
test.each([
  {
    on: '15',
    billing: [
      ['2026-09-15', 0],
      ['2026-09-22', 900],
      ['2026-10-01', 3000],
      ['2026-11-01', 3000],
    ],
  },
  {
    on: '28',
    billing: [
      ['2026-09-28', 0],
      ['2026-10-05', 2613],
      ['2026-11-01', 3000],
    ],
  },
])(
  '7 days free from the $on on, then a part, then whole months from the 1st',
  async ({ on, billing }) => {
    const date = `2026-09-${on}T00:00:00`;
    scene = await openScene(date);
    const end = secondsOf(date) + 7 * 24 * 3_600;
    const first = on === '15' ? '2026-10-01T00:00:00' : '2026-11-01T00:00:00';
    await subscribe({ trial_end: end, billing_cycle_anchor: secondsOf(first) });
    await advance(scene, '2026-11-02T00:00:00');
    expect(await billed()).toEqual(billing);
  },
);

// https://docs.stripe.com/billing/subscriptions/billing-cycle
test('a trial from July 15 to August 1 moves the billing from the 23rd to the 1st', async () => {
  scene = await openScene('2026-06-23T00:00:00');
  const { id } = await subscribe();
  await advance(scene, '2026-07-15T00:00:00');
  const moved = await scene.stripe.subscriptions.update(id, {
    trial_end: secondsOf('2026-08-01T00:00:00'),
    proration_behavior: 'none',
  });
  expect(moved.billing_cycle_anchor).toBe(secondsOf('2026-08-01T00:00:00'));
  await advance(scene, '2026-09-02T00:00:00');
  expect(await billed()).toEqual([
    ['2026-06-23', 3000],
    ['2026-07-15', 0],
    ['2026-08-01', 3000],
    ['2026-09-01', 3000],
  ]);
});
