import type Stripe from 'stripe';
import { beforeEach, expect, it } from 'vitest';
import { startOwnClock, type OwnClock } from '../../../../test/own-clock.fixture.ts';

const NOW = 1_790_000_000;
let started: OwnClock;
let stripe: Stripe;

beforeEach(async () => {
  started = await startOwnClock({ seed: 'redeeming', now: NOW });
  ({ stripe } = started);
});

async function open(
  discounts: Stripe.Checkout.SessionCreateParams['discounts'] & object,
): Promise<string> {
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/done',
    line_items: [
      {
        price_data: { currency: 'usd', unit_amount: 1000, product_data: { name: 'Poster' } },
        quantity: 1,
      },
    ],
    discounts,
  });
  return session.id;
}

async function pay(session: string): Promise<number> {
  const response = await fetch(`${started.sandbox.url}/checkout/${session}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      email: 'ada@example.com',
      number: '4242 4242 4242 4242',
      expiry: '12 / 34',
      cvc: '123',
    }),
  });
  await response.text();
  return response.status;
}

it('redeems a code as often as it may be, however many sessions were given it', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
  const code = await stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    max_redemptions: 2,
  });
  const sessions = await Promise.all(
    Array.from({ length: 5 }, () => open([{ promotion_code: code.id }])),
  );
  const statuses = await Promise.all(sessions.map(pay));
  expect(statuses.toSorted((one, other) => one - other)).toStrictEqual([303, 303, 400, 400, 400]);
  expect((await stripe.promotionCodes.retrieve(code.id)).times_redeemed).toBe(2);
  expect((await stripe.charges.list()).data.map(({ amount }) => amount)).toStrictEqual([900, 900]);
});

it('redeems no coupon that has expired since its session was made', async () => {
  const terms = { percent_off: 10, duration: 'once', redeem_by: NOW + 60 } as const;
  const { id: coupon } = await stripe.coupons.create(terms);
  const session = await open([{ coupon }]);
  started.wait(61);
  expect(await pay(session)).toBe(400);
  expect((await stripe.checkout.sessions.retrieve(session)).status).toBe('open');
  expect((await stripe.charges.list()).data).toStrictEqual([]);
});

it('is not paid behind the back of its page, and so can always expire', async () => {
  const session = await open([]);
  const declined = await fetch(`${started.sandbox.url}/checkout/${session}`, {
    method: 'POST',
    body: new URLSearchParams({
      email: 'ada@example.com',
      number: '4000 0000 0000 0002',
      expiry: '12 / 34',
      cvc: '123',
    }),
  });
  expect(declined.status).toBe(402);
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session);
  const confirmed = stripe.paymentIntents.confirm(intent as string, {
    payment_method: 'pm_card_visa',
  });
  await expect(confirmed).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
  started.wait(2 * 86_400);
  expect((await stripe.checkout.sessions.retrieve(session)).status).toBe('expired');
});
