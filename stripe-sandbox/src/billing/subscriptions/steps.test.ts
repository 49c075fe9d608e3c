import { expect, test } from 'vitest';
import { advance, giveCard, openScene, priceOf, secondsOf } from './scene.fixture.ts';

/** A life of a year with a change on the way; answers all that there is in the end. */
async function live(dates: readonly string[]): Promise<unknown> {
  const scene = await openScene('2027-01-31T10:00:00');
  const { stripe, customer, sandbox } = scene;
  const price = await priceOf(scene, 999);
  const coupon = await stripe.coupons.create({
    percent_off: 33,
    duration: 'repeating',
    duration_in_months: 5,
  });
  const items = [{ price, quantity: 3 }];
  const paid = await stripe.subscriptions.create({
    customer,
    items,
    discounts: [{ coupon: coupon.id }],
  });
  await stripe.subscriptions.update(paid.id, {
    cancel_at: secondsOf('2027-12-10T00:00:00'),
    pause_collection: {
      behavior: 'mark_uncollectible',
      resumes_at: secondsOf('2027-05-01T00:00:00'),
    },
  });
  await stripe.subscriptions.create({ customer, items, trial_period_days: 45 });
  await stripe.subscriptionSchedules.create({
    customer,
    start_date: secondsOf('2027-03-15T00:00:00'),
    end_behavior: 'release',
    phases: [
      { items: [{ price, quantity: 1 }], duration: { interval: 'month', interval_count: 2 } },
      { items: [{ price, quantity: 5 }], duration: { interval: 'month', interval_count: 1 } },
    ],
  });
  const late = await stripe.subscriptions.create({ customer, items });
  const bad = await giveCard(stripe, customer, 'pm_card_chargeCustomerFail');
  await stripe.subscriptions.update(late.id, { default_payment_method: bad });
  await giveCard(stripe, customer, 'pm_card_visa');
  for (const date of dates) await advance(scene, `${date}T12:00:00`);
  const all = {
    subscriptions: (await stripe.subscriptions.list({ customer, status: 'all' })).data,
    invoices: (await stripe.invoices.list({ customer, limit: 100 })).data,
    schedules: (await stripe.subscriptionSchedules.list({ customer })).data,
    customer: await stripe.customers.retrieve(customer),
  };
  await sandbox.close();
  // The port is drawn by the machine.
  return JSON.parse(JSON.stringify(all).replaceAll(sandbox.url, 'http://sandbox'));
}

test('a year in one step and in many gives the same invoices and the same objects', async () => {
  const months = Array.from({ length: 11 }, (_, index) => String(index + 2).padStart(2, '0'));
  const many = months.flatMap((month) => [
    `2027-${month}-03`,
    `2027-${month}-15`,
    `2027-${month}-28`,
  ]);
  const [inOne, inMany] = [await live(['2028-01-30']), await live([...many, '2028-01-30'])];
  expect(inMany).toEqual(inOne);
});
