import { expect, test } from 'vitest';
import { refusal, startPayments } from '../../payments/payments.fixture.ts';

test('a card that is set up belongs to its customer', async () => {
  const { stripe, told } = await startPayments('set up');
  const customer = (await stripe.customers.create({})).id;
  const intent = await stripe.setupIntents.create({
    customer,
    payment_method: 'pm_card_visa',
    confirm: true,
    expand: ['payment_method'],
  });
  expect(intent).toMatchObject({ status: 'succeeded', usage: 'off_session', next_action: null });
  expect(intent.payment_method).toMatchObject({ customer });
  expect((await told()).slice(1)).toEqual([
    'setup_intent.created',
    'payment_method.attached',
    'setup_intent.succeeded',
  ]);
});

test('a card that its bank declines is not set up, and another can be', async () => {
  const { stripe, told } = await startPayments('declined');
  const customer = (await stripe.customers.create({})).id;
  const { id } = await stripe.setupIntents.create({ customer });
  const error = await refusal(
    stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }),
  );
  expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', setup_intent: { id } });
  const failed = await stripe.setupIntents.retrieve(id);
  expect(failed).toMatchObject({
    status: 'requires_payment_method',
    last_setup_error: { code: 'card_declined', decline_code: 'generic_decline' },
  });
  const later = await stripe.setupIntents.confirm(id, {
    payment_method: 'pm_card_chargeCustomerFail',
  });
  expect(later).toMatchObject({ status: 'succeeded', last_setup_error: null });
  expect((await told()).slice(1)).toEqual([
    'setup_intent.created',
    'setup_intent.setup_failed',
    'payment_method.attached',
    'setup_intent.succeeded',
  ]);
});

test('a holder who cannot prove to be the holder sets nothing up', async () => {
  const { stripe, authenticate } = await startPayments('holder');
  const customer = (await stripe.customers.create({})).id;
  const { id } = await stripe.setupIntents.create({
    customer,
    payment_method: 'pm_card_authenticationRequired',
    confirm: true,
    return_url: 'https://shop.example/done',
  });
  await authenticate(id, false);
  const failed = await stripe.setupIntents.retrieve(id);
  expect(failed).toMatchObject({
    status: 'requires_payment_method',
    last_setup_error: { code: 'setup_intent_authentication_failure' },
  });
  expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
});

test('a setup intent is updated until it is over, and canceled only before', async () => {
  const { stripe, told } = await startPayments('canceled');
  const { id } = await stripe.setupIntents.create({ usage: 'on_session' });
  const updated = await stripe.setupIntents.update(id, {
    payment_method: 'pm_card_visa',
    metadata: { a: '1' },
  });
  expect(updated).toMatchObject({ status: 'requires_confirmation', metadata: { a: '1' } });
  const canceled = await stripe.setupIntents.cancel(id, { cancellation_reason: 'abandoned' });
  expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
  for (const asked of [stripe.setupIntents.cancel(id), stripe.setupIntents.confirm(id)]) {
    expect(await refusal(asked)).toMatchObject({
      statusCode: 400,
      code: 'setup_intent_unexpected_state',
    });
  }
  expect(await told()).toEqual(['setup_intent.created', 'setup_intent.canceled']);
  expect((await stripe.setupIntents.list({})).data.map((intent) => intent.id)).toEqual([id]);
});
