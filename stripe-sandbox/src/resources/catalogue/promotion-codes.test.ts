import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { startOwnClock } from '../../../test/own-clock.fixture.ts';

const NOW = 1_760_000_000;
const DAY = 86_400;

async function start() {
  const started = await startOwnClock({ seed: 'promotion-codes', now: NOW });
  const { stripe } = started;
  const coupon = await stripe.coupons.create({ percent_off: 20, redeem_by: NOW + 30 * DAY });
  const promotion = { type: 'coupon', coupon: coupon.id } as const;
  const create = (said: Omit<Stripe.PromotionCodeCreateParams, 'promotion'> = {}) =>
    stripe.promotionCodes.create({ promotion, ...said });
  const ids = async (said: Stripe.PromotionCodeListParams): Promise<string[]> =>
    (await stripe.promotionCodes.list(said)).data.map(({ id }) => id);
  return { ...started, coupon, create, ids };
}

test('a code is drawn where none is given, and shows its coupon when it is asked', async () => {
  const { stripe, coupon, create } = await start();
  const drawn = await create();
  expect(drawn.code).toMatch(/^[0-9A-Z]{8}$/);
  expect(drawn).toMatchObject({ active: true, promotion: { type: 'coupon', coupon: coupon.id } });
  expect(drawn.restrictions).toEqual({
    first_time_transaction: false,
    minimum_amount: null,
    minimum_amount_currency: null,
  });
  const expand = ['promotion.coupon'];
  const whole = await stripe.promotionCodes.retrieve(drawn.id, { expand });
  expect(whole.promotion.coupon).toMatchObject({ object: 'coupon', percent_off: 20 });
  const told = await stripe.events.list({ type: 'promotion_code.created' });
  expect(told.data[0]!.data.object).toMatchObject({ id: drawn.id, active: true });
});

test('a code is one among those that are active, whatever its case', async () => {
  const { stripe, create, ids } = await start();
  const first = await create({ code: 'Welcome10' });
  await expect(create({ code: 'WELCOME10' })).rejects.toThrow('already exists');
  await stripe.promotionCodes.update(first.id, { active: false });
  const second = await create({ code: 'WELCOME10' });
  expect(await ids({ code: 'welcome10' })).toEqual([second.id, first.id]);
  expect(await ids({ code: 'welcome10', active: true })).toEqual([second.id]);
  const back = stripe.promotionCodes.update(first.id, { active: true });
  await expect(back).rejects.toThrow('already exists');
});

test('two customers may have the same code of their own', async () => {
  const { stripe, coupon, create, ids } = await start();
  const [one, other] = [await stripe.customers.create(), await stripe.customers.create()];
  const own = await create({ code: 'YOURS', customer: one.id });
  await create({ code: 'YOURS', customer: other.id });
  await expect(create({ code: 'YOURS' })).rejects.toThrow('already exists');
  expect(await ids({ customer: one.id, coupon: coupon.id })).toEqual([own.id]);
});

test('a minimum amount can be said in several currencies, also later', async () => {
  const { stripe, create } = await start();
  const minimum = { minimum_amount: 1000, minimum_amount_currency: 'usd' };
  const code = await create({ restrictions: { ...minimum, first_time_transaction: true } });
  expect(code.restrictions).toEqual({ ...minimum, first_time_transaction: true });
  const currency_options = { eur: { minimum_amount: 900 } };
  const updated = await stripe.promotionCodes.update(code.id, {
    restrictions: { currency_options },
  });
  expect(updated.restrictions).toMatchObject({ ...minimum, currency_options });
  const told = await stripe.events.list({ type: 'promotion_code.updated' });
  expect(told.data[0]!.data.previous_attributes).toEqual({
    restrictions: { currency_options: null },
  });
});

test('a code is no longer active once it has expired, or its coupon is gone', async () => {
  const { stripe, coupon, create, wait } = await start();
  const short = await create({ expires_at: NOW + DAY });
  const long = await create();
  wait(DAY);
  expect((await stripe.promotionCodes.retrieve(short.id)).active).toBe(false);
  expect((await stripe.promotionCodes.retrieve(long.id)).active).toBe(true);
  await stripe.coupons.del(coupon.id);
  expect((await stripe.promotionCodes.retrieve(long.id)).active).toBe(false);
  const back = stripe.promotionCodes.update(short.id, { active: false });
  expect(await back).toMatchObject({ active: false });
  const again = stripe.promotionCodes.update(short.id, { active: true });
  await expect(again).rejects.toMatchObject({ statusCode: 400, param: 'active' });
});

test('what no code can be is refused with the parameter at fault', async () => {
  const { create } = await start();
  const refused: [Omit<Stripe.PromotionCodeCreateParams, 'promotion'>, string][] = [
    [{ code: 'has spaces!' }, 'code'],
    [{ customer: 'cus_none' }, 'customer'],
    [{ expires_at: NOW }, 'expires_at'],
    [{ expires_at: NOW + 31 * DAY }, 'expires_at'],
    [{ max_redemptions: 0 }, 'max_redemptions'],
    [{ restrictions: { minimum_amount: 500 } }, 'restrictions[minimum_amount_currency]'],
  ];
  for (const [params, param] of refused) {
    await expect(create(params)).rejects.toMatchObject({ statusCode: 400, param });
  }
});
