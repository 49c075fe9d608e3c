import { afterEach, describe, expect, test } from 'vitest';
import type { AmountProfile } from '../recurring-amount.ts';
import type { SubscriptionChange } from './change.ts';
import { amountAt, keeper, openLife, secondsOf, told, type Life } from './stripe-life.fixture.ts';

let life: Life;

afterEach(() => life.close());

describe.each([
  ['with', true],
  ['without', false],
])('%s what waits for an invoice', (_, withPending) => {
  test('a life through all its turns has one history, which only ever grows', async () => {
    life = await openLife('2026-01-01');
    const { stripe, customer } = life;
    const [pro, business] = [await life.priceOf(1900), await life.priceOf(4900)];
    const { id, items } = await stripe.subscriptions.create({
      customer,
      items: [{ price: pro }],
      trial_period_days: 14,
    });
    const item = items.data[0]!.id;
    const keep = keeper(life, id, withPending);
    const reach = async (date: string): Promise<SubscriptionChange[]> => {
      await life.advance(secondsOf(date));
      return keep();
    };
    await keep();
    await reach('2026-01-10');
    await reach('2026-01-20');
    await stripe.subscriptions.update(id, {
      items: [{ id: item, price: business }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
    await keep();
    await reach('2026-01-25');
    await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 3 }] });
    const waiting = await keep();
    expect(amountAt(waiting, '2026-01-25')).toBe(withPending ? 14_700 : 4900);
    await reach('2026-02-20');
    await life.giveCard('pm_card_chargeCustomerFail');
    const late = await reach('2026-03-16');
    expect(late.at(-1)).toMatchObject({ status: 'past_due', cause: 'payment_failed' });
    await reach('2026-03-20');
    await life.giveCard('pm_card_visa');
    const { latest_invoice: owed } = await stripe.subscriptions.retrieve(id);
    await stripe.invoices.pay(owed as string);
    await keep();
    await reach('2026-03-25');
    const schedule = await stripe.subscriptionSchedules.create({ from_subscription: id });
    const [phase] = schedule.phases;
    await stripe.subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release',
      phases: [
        {
          items: [{ price: business, quantity: 3 }],
          start_date: phase!.start_date,
          end_date: phase!.end_date,
        },
        {
          items: [{ price: pro, quantity: 1 }],
          proration_behavior: 'none',
          duration: { interval: 'month', interval_count: 1 },
        },
      ],
    });
    await keep();
    await reach('2026-04-15');
    await reach('2026-04-20');
    await reach('2026-05-20');
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await keep();
    await stripe.subscriptions.update(id, { cancel_at_period_end: false });
    await keep();
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    await reach('2026-06-14');
    await reach('2026-06-15');
    const history = await reach('2026-07-20');

    expect(told(history)).toEqual([
      '2026-01-01T00 started trialing 1x1900',
      '2026-01-15T00 trial_ended active 1x1900',
      '2026-01-20T00 items_changed active 1x4900',
      '2026-01-25T00 items_changed active 3x4900',
      '2026-03-15T01 payment_failed past_due 3x4900',
      '2026-03-20T00 recovered active 3x4900',
      '2026-04-15T00 items_changed active 1x1900',
      '2026-06-15T00 ended canceled',
    ]);
    const months = [
      '01-14',
      '01-15',
      '01-31',
      '02-28',
      '03-16',
      '04-14',
      '04-30',
      '06-14',
      '06-15',
    ];
    expect(months.map((day) => amountAt(history, `2026-${day}`))).toEqual([
      0, 1900, 14_700, 14_700, 14_700, 14_700, 1900, 1900, 0,
    ]);
  });
});

test('a subscription that is not paid for at first counts from its payment on', async () => {
  life = await openLife('2026-01-01');
  const { stripe, customer } = life;
  const { id, latest_invoice: first } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(1900) }],
    payment_behavior: 'default_incomplete',
  });
  const keep = keeper(life, id, false);
  expect(await keep()).toEqual([]);
  await life.advance(secondsOf('2026-01-01') + 3_600);
  await keep();
  await stripe.invoices.pay(first as string);
  await keep();
  await life.advance(secondsOf('2026-01-02'));
  expect(told(await keep())).toEqual([
    '2026-01-01T00 started incomplete 1x1900',
    '2026-01-01T01 activated active 1x1900',
  ]);
});

test('one that is never paid for expires and has never counted', async () => {
  life = await openLife('2026-01-01');
  const { id } = await life.stripe.subscriptions.create({
    customer: life.customer,
    items: [{ price: await life.priceOf(1900) }],
    payment_behavior: 'default_incomplete',
  });
  const keep = keeper(life, id, false);
  await life.advance(secondsOf('2026-01-01') + 120);
  await keep();
  await life.advance(secondsOf('2026-01-03'));
  expect(told(await keep())).toEqual([
    '2026-01-01T00 started incomplete 1x1900',
    '2026-01-01T23 expired incomplete_expired',
  ]);
});

test('an upgrade that waits for its payment changes nothing until it is paid', async () => {
  life = await openLife('2026-01-01');
  const { stripe, customer } = life;
  const { id, items } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(1900) }],
  });
  const keep = keeper(life, id, true);
  await life.advance(secondsOf('2026-01-11'));
  await life.giveCard('pm_card_chargeCustomerFail');
  const { latest_invoice: owed } = await stripe.subscriptions.update(id, {
    items: [{ id: items.data[0]!.id, price: await life.priceOf(4900) }],
    proration_behavior: 'always_invoice',
    payment_behavior: 'pending_if_incomplete',
  });
  await life.advance(secondsOf('2026-01-11') + 3_600);
  expect(told(await keep())).toHaveLength(1);
  await life.giveCard('pm_card_visa');
  await stripe.invoices.pay(owed as string);
  expect(told(await keep())).toEqual([
    '2026-01-01T00 started active 1x1900',
    '2026-01-11T00 items_changed active 1x4900',
  ]);
});

test('a change without credits and debits counts from the next period on', async () => {
  life = await openLife('2026-01-01');
  const { stripe, customer } = life;
  const { id, items } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(4900) }],
  });
  const keep = keeper(life, id, true);
  await life.advance(secondsOf('2026-01-11'));
  await stripe.subscriptions.update(id, {
    items: [{ id: items.data[0]!.id, price: await life.priceOf(1900) }],
    proration_behavior: 'none',
  });
  expect(told(await keep())).toHaveLength(1);
  await life.advance(secondsOf('2026-02-01'));
  expect(told(await keep())).toEqual([
    '2026-01-01T00 started active 1x4900',
    '2026-02-01T00 items_changed active 1x1900',
  ]);
});

test('discounts of each duration count by each profile while they lower bills', async () => {
  life = await openLife('2026-01-01');
  const { stripe, customer } = life;
  const off = async (percentOff: number, more: object): Promise<{ coupon: string }> => ({
    coupon: (await stripe.coupons.create({ percent_off: percentOff, duration: 'forever', ...more }))
      .id,
  });
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(10_000) }],
    discounts: [
      await off(10, {}),
      await off(50, { duration: 'once' }),
      await off(20, { duration: 'repeating', duration_in_months: 3 }),
    ],
  });
  const keep = keeper(life, id, true);
  await keep();
  for (const date of ['2026-01-20', '2026-02-10', '2026-03-10', '2026-04-10', '2026-05-10']) {
    await life.advance(secondsOf(date));
    await keep();
  }
  const added = await off(30, {});
  const [kept] = (await stripe.subscriptions.retrieve(id)).discounts;
  await stripe.subscriptions.update(id, { discounts: [{ discount: kept as string }, added] });
  await keep();
  await life.advance(secondsOf('2026-06-10'));
  await keep();
  await stripe.subscriptions.update(id, { discounts: [{ discount: kept as string }] });
  await life.advance(secondsOf('2026-07-10'));
  const history = await life.derive(id, true);
  const dates = ['01-20', '02-10', '03-31', '04-10', '05-10', '06-10', '07-10'];
  const by = (profile: AmountProfile): number[] =>
    dates.map((day) => amountAt(history, `2026-${day}`, profile));
  expect(by('stripe')).toEqual([9000, 9000, 9000, 9000, 6300, 6300, 9000]);
  expect(by('chartmogul')).toEqual([3600, 7200, 7200, 9000, 6300, 6300, 9000]);
  expect(by('profitwell')).toEqual(by('chartmogul'));
});

test('three months off a yearly price lower the whole first year', async () => {
  life = await openLife('2026-01-01');
  const { stripe, customer } = life;
  const coupon = await stripe.coupons.create({
    percent_off: 25,
    duration: 'repeating',
    duration_in_months: 3,
  });
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(18_240, 'year') }],
    discounts: [{ coupon: coupon.id }],
  });
  const keep = keeper(life, id, true);
  await keep();
  await life.advance(secondsOf('2026-06-01'));
  const history = await keep();
  expect(amountAt(history, '2026-06-01')).toBe(1520);
  expect(amountAt(history, '2026-12-31', 'chartmogul')).toBe(1140);
  expect(amountAt(history, '2027-01-01', 'chartmogul')).toBe(1520);
});
