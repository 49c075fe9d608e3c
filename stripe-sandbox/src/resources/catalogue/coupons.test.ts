import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { startOwnClock } from '../../../test/own-clock.fixture.ts';

const NOW = 1_760_000_000;
const DAY = 86_400;

const start = () => startOwnClock({ seed: 'coupons', now: NOW });

/** A customer's discount, which only older versions of the API give at once. */
function give(stripe: Stripe, customer: string, said: Record<string, string>) {
  const path = `/v1/customers/${customer}`;
  return stripe.rawRequest('POST', path, said) as unknown as Promise<Stripe.Customer>;
}

test('a coupon shows what it takes off, and its products only when it is asked', async () => {
  const { stripe, told } = await start();
  const product = await stripe.products.create({ name: 'A' });
  const coupon = await stripe.coupons.create({
    percent_off: 33.33,
    duration: 'repeating',
    duration_in_months: 3,
    applies_to: { products: [product.id] },
  });
  expect(coupon).toMatchObject({ percent_off: 33.33, duration_in_months: 3, valid: true });
  expect(coupon.id).toMatch(/^[0-9A-Za-z]{8}$/);
  expect(coupon.applies_to).toBeUndefined();
  const whole = await stripe.coupons.retrieve(coupon.id, { expand: ['applies_to'] });
  expect(whole.applies_to).toEqual({ products: [product.id] });
  const amount = await stripe.coupons.create({
    amount_off: 500,
    currency: 'usd',
    currency_options: { eur: { amount_off: 450 } },
  });
  const expand = ['currency_options', 'applies_to'];
  const both = await stripe.coupons.retrieve(amount.id, { expand });
  expect(both.currency_options).toEqual({ usd: { amount_off: 500 }, eur: { amount_off: 450 } });
  expect(both.applies_to).toBeUndefined();
  await stripe.coupons.update(amount.id, { name: 'Five', metadata: { a: '1' } });
  expect((await told()).slice(1)).toEqual(['coupon.created', 'coupon.created', 'coupon.updated']);
});

test('a deleted coupon is gone, leaves its id free, and what was made of it goes on', async () => {
  const { stripe } = await start();
  await stripe.coupons.create({ id: 'SPRING', percent_off: 20, duration: 'forever' });
  const taken = stripe.coupons.create({ id: 'SPRING', percent_off: 5 });
  await expect(taken).rejects.toMatchObject({ code: 'resource_already_exists' });
  const { id } = await stripe.customers.create();
  const given = await give(stripe, id, { coupon: 'SPRING' });
  expect(await stripe.coupons.del('SPRING')).toMatchObject({ deleted: true });
  await expect(stripe.coupons.retrieve('SPRING')).rejects.toMatchObject({ statusCode: 404 });
  expect((await stripe.coupons.list()).data).toEqual([]);
  const expand = ['discount.source.coupon'];
  const customer = (await stripe.customers.retrieve(id, { expand })) as Stripe.Customer;
  expect(customer.discount).toMatchObject({
    id: given.discount!.id,
    source: { type: 'coupon', coupon: { id: 'SPRING', percent_off: 20, valid: false } },
  });
  await stripe.coupons.create({ id: 'SPRING', percent_off: 5 });
  expect((await stripe.coupons.list()).data).toMatchObject([{ percent_off: 5 }]);
});

test('a coupon is valid until it has been redeemed as often, or its time is over', async () => {
  const { stripe, wait } = await start();
  const coupon = await stripe.coupons.create({ percent_off: 10, max_redemptions: 1 });
  const timed = await stripe.coupons.create({ percent_off: 10, redeem_by: NOW + DAY });
  const [first, second] = [await stripe.customers.create(), await stripe.customers.create()];
  await give(stripe, first.id, { coupon: coupon.id });
  const used = await stripe.coupons.retrieve(coupon.id);
  expect(used).toMatchObject({ times_redeemed: 1, valid: false });
  const again = give(stripe, second.id, { coupon: coupon.id });
  await expect(again).rejects.toMatchObject({ statusCode: 400, code: 'coupon_expired' });
  expect((await stripe.coupons.retrieve(timed.id)).valid).toBe(true);
  wait(DAY + 1);
  expect((await stripe.coupons.retrieve(timed.id)).valid).toBe(false);
});

test('what no coupon can be is refused', async () => {
  const { stripe } = await start();
  const refused: [Stripe.CouponCreateParams, string | undefined][] = [
    [{}, undefined],
    [{ percent_off: 10, amount_off: 5, currency: 'usd' }, undefined],
    [{ amount_off: 5 }, 'currency'],
    [{ percent_off: 0 }, 'percent_off'],
    [{ percent_off: 100.01 }, 'percent_off'],
    [{ percent_off: 10, duration: 'repeating' }, 'duration'],
    [{ percent_off: 10, redeem_by: NOW - 1 }, 'redeem_by'],
    [{ percent_off: 10, id: '../x' }, 'id'],
    [{ percent_off: 10, applies_to: { products: ['prod_none'] } }, 'applies_to[products][0]'],
    [{ percent_off: 10, currency_options: { eur: { amount_off: 1 } } }, 'currency_options'],
  ];
  for (const [params, param] of refused) {
    await expect(stripe.coupons.create(params)).rejects.toMatchObject({ statusCode: 400, param });
  }
});

test('the discount of a customer is told of when it comes, is another and goes', async () => {
  const { stripe, told } = await start();
  const [one, other] = [
    await stripe.coupons.create({ percent_off: 10, duration: 'forever' }),
    await stripe.coupons.create({ percent_off: 20, duration: 'forever' }),
  ];
  const { id } = await stripe.customers.create();
  await expect(stripe.customers.deleteDiscount(id)).rejects.toMatchObject({ statusCode: 404 });
  const discount = (await give(stripe, id, { coupon: one.id })).discount!;
  const next = (await give(stripe, id, { coupon: other.id })).discount!;
  expect(next.id).not.toBe(discount.id);
  const gone = await stripe.customers.deleteDiscount(id);
  expect(gone).toMatchObject({ id: next.id, deleted: true, customer: id });
  expect((await told()).filter((type) => type.startsWith('customer.'))).toEqual([
    'customer.created',
    'customer.discount.created',
    'customer.updated',
    'customer.discount.updated',
    'customer.updated',
    'customer.discount.deleted',
    'customer.updated',
  ]);
});

test('a repeating discount ends after its months, counted from the day that it began', async () => {
  const { stripe, sandbox } = await start();
  const frozen_time = Date.parse('2025-01-31T00:00:00Z') / 1000;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time });
  const { id } = await stripe.customers.create({ test_clock: clock.id });
  const terms = { duration: 'repeating', duration_in_months: 1 } as const;
  const coupon = await stripe.coupons.create({ percent_off: 10, ...terms });
  const { discount } = await give(stripe, id, { coupon: coupon.id });
  const end = Date.parse('2025-02-28T00:00:00Z') / 1000;
  expect(discount).toMatchObject({ start: frozen_time, end });
  const shown = async (at: number) => {
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at });
    await sandbox.settled();
    return ((await stripe.customers.retrieve(id)) as Stripe.Customer).discount;
  };
  expect(await shown(end - 1)).not.toBeNull();
  expect(await shown(end)).toBeNull();
});
