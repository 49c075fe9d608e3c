import { expect, test } from 'vitest';
import { refusal, startPayments } from './payments.fixture.ts';

const CARD = {
  email: 'ada@example.com',
  name: 'Ada',
  number: '4242 4242 4242 4242',
  expiry: '12 / 34',
  cvc: '123',
};

test('what a checkout session holds is captured in full by either route', async () => {
  const { stripe } = await startPayments('captures');
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 2_000,
    product_data: { name: 'Gold' },
  });
  const opened = await stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: price.id, quantity: 1 }],
    payment_intent_data: { capture_method: 'manual' },
    success_url: 'https://shop.example/done',
  });
  const body = new URLSearchParams(CARD);
  await fetch(opened.url!, { method: 'POST', body, redirect: 'manual' });
  const session = await stripe.checkout.sessions.retrieve(opened.id);
  const intent = await stripe.paymentIntents.retrieve(session.payment_intent as string);
  expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 2_000 });
  const charge = intent.latest_charge as string;

  const code = 'payment_intent_unexpected_state';
  const ofCharge = await refusal(stripe.charges.capture(charge, { amount: 1 }));
  expect(ofCharge).toMatchObject({ statusCode: 400, code });
  const ofIntent = await refusal(
    stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1 }),
  );
  expect(ofIntent).toMatchObject({ statusCode: 400, code });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ captured: false });

  expect(await stripe.charges.capture(charge, { amount: 2_000 })).toMatchObject({
    captured: true,
    amount_captured: 2_000,
    amount_refunded: 0,
  });
});
