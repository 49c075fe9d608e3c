import { expect, test } from 'vitest';
import { refusal, startPayments } from '../../payments/payments.fixture.ts';

const usd20 = { amount: 2_000, currency: 'usd' } as const;

test('a charge of old takes a token or the card that its customer came with', async () => {
  const { stripe } = await startPayments('legacy');
  const charge = await stripe.charges.create({ ...usd20, source: 'tok_visa' });
  expect(charge).toMatchObject({ paid: true, captured: true, source: { object: 'card' } });
  const customer = (await stripe.customers.create({ source: 'tok_mastercard' })).id;
  const theirs = await stripe.charges.create({ ...usd20, customer });
  expect(theirs).toMatchObject({ customer, source: { brand: 'MasterCard' } });
  const { data } = await stripe.charges.list({ customer });
  expect(data.map(({ id }) => id)).toEqual([theirs.id]);
  const nobody = (await stripe.customers.create({})).id;
  const refused = await refusal(stripe.charges.create({ ...usd20, customer: nobody }));
  expect(refused.code).toBe('missing');
});

test('a declined charge of old stays, and its error names it', async () => {
  const { stripe, told } = await startPayments('declined');
  const error = await refusal(stripe.charges.create({ ...usd20, source: 'tok_chargeDeclined' }));
  expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
  const failed = await stripe.charges.retrieve(error.charge!);
  expect(failed).toMatchObject({ status: 'failed', outcome: { type: 'issuer_declined' } });
  expect(await told()).toEqual(['charge.failed']);
});

test('a charge of old is held and captured once', async () => {
  const { stripe, told } = await startPayments('capture');
  const held = await stripe.charges.create({ ...usd20, source: 'tok_visa', capture: false });
  expect(held).toMatchObject({ captured: false, amount_captured: 0 });
  const captured = await stripe.charges.capture(held.id, { amount: 1_500 });
  expect(captured).toMatchObject({ captured: true, amount_captured: 1_500, amount_refunded: 500 });
  const again = stripe.charges.capture(held.id);
  expect((await refusal(again)).code).toBe('charge_already_captured');
  expect(await told()).toEqual(['charge.succeeded', 'refund.created', 'charge.captured']);
});

test('capturing the charge of an intent captures the intent', async () => {
  const { stripe } = await startPayments('intent');
  const held = await stripe.paymentIntents.create({
    ...usd20,
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
    confirm: true,
  });
  await stripe.charges.capture(held.latest_charge as string);
  const intent = await stripe.paymentIntents.retrieve(held.id);
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2_000 });
});

test('an update of a charge tells what has changed', async () => {
  const { stripe } = await startPayments('update');
  const { id } = await stripe.charges.create({ ...usd20, source: 'tok_visa' });
  const updated = await stripe.charges.update(id, {
    description: 'told',
    fraud_details: { user_report: 'safe' },
  });
  expect(updated).toMatchObject({ description: 'told', fraud_details: { user_report: 'safe' } });
  const [event] = (await stripe.events.list({ type: 'charge.updated' })).data;
  expect(event?.data.previous_attributes).toMatchObject({ description: null });
});
