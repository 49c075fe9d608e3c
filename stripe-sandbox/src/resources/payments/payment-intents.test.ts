import { expect, test } from 'vitest';
import { NOW, refusal, startPayments } from '../../payments/payments.fixture.ts';

const eur10 = { amount: 1_000, currency: 'eur' } as const;

test('a payment that is confirmed at its creation succeeds with a charge', async () => {
  const { stripe, told } = await startPayments('succeeds');
  const intent = await stripe.paymentIntents.create({
    ...eur10,
    payment_method: 'pm_card_visa',
    confirm: true,
    metadata: { order: '1' },
    expand: ['latest_charge.refunds'],
  });
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_000, created: NOW });
  expect(intent.latest_charge).toMatchObject({
    amount_captured: 1_000,
    captured: true,
    paid: true,
    metadata: { order: '1' },
    payment_method_details: { card: { brand: 'visa', last4: '4242' } },
    refunds: { data: [] },
  });
  expect(await told()).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
  ]);
});

test.each([
  ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
  ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
  ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
])('a payment with %s is answered 402 %s and can be tried again', async (token, code, decline) => {
  const { stripe, told } = await startPayments('declined');
  const error = await refusal(
    stripe.paymentIntents.create({ ...eur10, payment_method: token, confirm: true }),
  );
  expect(error).toMatchObject({ statusCode: 402, code, decline_code: decline });
  expect(error.type).toBe('StripeCardError');
  const intent = await stripe.paymentIntents.retrieve(error.payment_intent!.id);
  expect(intent).toMatchObject({ status: 'requires_payment_method', payment_method: null });
  expect(intent.last_payment_error).toMatchObject({ code, charge: intent.latest_charge });
  expect(error.payment_intent).toEqual({ ...intent });
  const charge = await stripe.charges.retrieve(intent.latest_charge as string);
  expect(charge).toMatchObject({ status: 'failed', paid: false, failure_code: code });
  expect(await told()).toEqual([
    'payment_intent.created',
    'charge.failed',
    'payment_intent.payment_failed',
  ]);
  const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
  expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
});

test('a payment waits for its holder, who is sent to a page, and goes on or fails', async () => {
  const { stripe, sandbox, authenticate, told } = await startPayments('holder');
  const asked = await stripe.paymentIntents.create({
    ...eur10,
    payment_method: 'pm_card_threeDSecure2Required',
    confirm: true,
    return_url: 'https://shop.example/done',
  });
  expect(asked).toMatchObject({ status: 'requires_action', latest_charge: null });
  expect(asked.next_action).toEqual({
    type: 'redirect_to_url',
    redirect_to_url: {
      return_url: 'https://shop.example/done',
      url: `${sandbox.url}/3ds/${asked.id}`,
    },
  });
  await authenticate(asked.id, false);
  const failed = await stripe.paymentIntents.retrieve(asked.id);
  expect(failed).toMatchObject({ status: 'requires_payment_method', payment_method: null });
  expect(failed.last_payment_error?.code).toBe('payment_intent_authentication_failure');
  const again = { payment_method: 'pm_card_threeDSecure2Required' };
  const waiting = await stripe.paymentIntents.confirm(asked.id, again);
  expect(waiting.next_action?.type).toBe('redirect_to_url');
  await authenticate(asked.id, true);
  const paid = await stripe.paymentIntents.retrieve(asked.id, { expand: ['latest_charge'] });
  expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
  expect(paid.latest_charge).toMatchObject({
    payment_method_details: { card: { three_d_secure: { result: 'authenticated' } } },
  });
  expect((await told()).slice(1)).toEqual([
    'payment_intent.requires_action',
    'payment_intent.payment_failed',
    'payment_intent.requires_action',
    'charge.succeeded',
    'payment_intent.succeeded',
  ]);
});

test('without its holder a payment that needs them fails, unless the card was set up', async () => {
  const { stripe, authenticate } = await startPayments('off session');
  const customer = (await stripe.customers.create({})).id;
  const pay = (method: string) =>
    stripe.paymentIntents.create({
      ...eur10,
      customer,
      payment_method: method,
      confirm: true,
      off_session: true,
    });
  const always = await stripe.paymentMethods.attach('pm_card_authenticationRequired', { customer });
  expect(await refusal(pay(always.id))).toMatchObject({
    statusCode: 402,
    code: 'authentication_required',
    decline_code: 'authentication_required',
    payment_intent: { status: 'requires_payment_method' },
  });
  const token = 'pm_card_authenticationRequiredOnSetup';
  const attached = await stripe.paymentMethods.attach(token, { customer });
  expect((await refusal(pay(attached.id))).code).toBe('authentication_required');
  const setup = await stripe.setupIntents.create({
    customer,
    payment_method: attached.id,
    confirm: true,
  });
  expect(setup.status).toBe('requires_action');
  await authenticate(setup.id, true);
  expect((await pay(attached.id)).status).toBe('succeeded');
});

test('what is held is captured, in part or not at all, and the rest is let go', async () => {
  const { stripe, told } = await startPayments('held');
  const hold = () =>
    stripe.paymentIntents.create({
      ...eur10,
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
    });
  const held = await hold();
  expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1_000 });
  const tooMuch = stripe.paymentIntents.capture(held.id, { amount_to_capture: 1_001 });
  expect((await refusal(tooMuch)).code).toBe('amount_too_large');
  const part = await stripe.paymentIntents.capture(held.id, {
    amount_to_capture: 700,
    expand: ['latest_charge'],
  });
  expect(part).toMatchObject({ status: 'succeeded', amount_received: 700, amount_capturable: 0 });
  expect(part.latest_charge).toMatchObject({ amount_captured: 700, amount_refunded: 300 });
  expect(await told()).toEqual([
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
    'refund.created',
    'charge.captured',
    'payment_intent.succeeded',
  ]);
  const another = await hold();
  const canceled = await stripe.paymentIntents.cancel(another.id, {
    cancellation_reason: 'abandoned',
    expand: ['latest_charge'],
  });
  expect(canceled).toMatchObject({ status: 'canceled', canceled_at: NOW, amount_received: 0 });
  expect(canceled.latest_charge).toMatchObject({ captured: false, refunded: true });
});

test('an intent that is over cannot be confirmed, canceled or made another', async () => {
  const { stripe } = await startPayments('over');
  const { id } = await stripe.paymentIntents.create({
    ...eur10,
    payment_method: 'pm_card_visa',
    confirm: true,
  });
  for (const asked of [
    stripe.paymentIntents.confirm(id),
    stripe.paymentIntents.cancel(id),
    stripe.paymentIntents.capture(id),
    stripe.paymentIntents.update(id, { amount: 2_000 }),
  ]) {
    const error = await refusal(asked);
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent?.id).toBe(id);
  }
  const updated = await stripe.paymentIntents.update(id, {
    description: 'told',
    metadata: { a: '1' },
  });
  expect(updated).toMatchObject({ description: 'told', metadata: { a: '1' } });
});

test('a payment method of nobody is used up by a payment, and a kept one is attached', async () => {
  const { stripe } = await startPayments('kept');
  const customer = (await stripe.customers.create({})).id;
  const pay = (method: string, kept: boolean) =>
    stripe.paymentIntents.create({
      ...eur10,
      ...(kept ? { customer, setup_future_usage: 'off_session' } : {}),
      payment_method: method,
      confirm: true,
    });
  const once = await pay('pm_card_visa', false);
  const error = await refusal(pay(once.payment_method as string, false));
  expect(error.message).toContain('previously used with a PaymentIntent without Customer');
  const kept = await pay('pm_card_mastercard', true);
  const methods = await stripe.customers.listPaymentMethods(customer);
  expect(methods.data.map(({ id }) => id)).toEqual([kept.payment_method]);
  await pay(kept.payment_method as string, true);
  const stolen = pay(kept.payment_method as string, false);
  expect((await refusal(stolen)).message).toContain('belongs to the Customer');
});

test('a debit is processed for its three minutes and then settles by itself', async () => {
  const { stripe, wait, told } = await startPayments('debit');
  const pay = (iban: string) =>
    stripe.paymentIntents.create({
      ...eur10,
      allowed_payment_method_types: ['sepa_debit'],
      payment_method_data: { type: 'sepa_debit', sepa_debit: { iban } },
      confirm: true,
    });
  const good = await pay('AT321904300235473204');
  const bad = await pay('AT051904300235473205');
  expect([good.status, bad.status]).toEqual(['processing', 'processing']);
  wait(179);
  expect((await stripe.paymentIntents.retrieve(good.id)).status).toBe('processing');
  wait(1);
  expect(await stripe.paymentIntents.retrieve(good.id)).toMatchObject({ status: 'succeeded' });
  expect(await stripe.paymentIntents.retrieve(bad.id)).toMatchObject({
    status: 'requires_payment_method',
  });
  expect((await told()).slice(-4)).toEqual([
    'charge.succeeded',
    'payment_intent.succeeded',
    'charge.failed',
    'payment_intent.payment_failed',
  ]);
});

test('with manual confirmation a payment is confirmed again after the answer', async () => {
  const { stripe, authenticate } = await startPayments('manual');
  const asked = await stripe.paymentIntents.create({
    ...eur10,
    confirmation_method: 'manual',
    payment_method: 'pm_card_threeDSecureRequired',
    confirm: true,
  });
  expect(asked.next_action?.type).toBe('use_stripe_sdk');
  await authenticate(asked.id, true);
  expect((await stripe.paymentIntents.retrieve(asked.id)).status).toBe('requires_confirmation');
  expect((await stripe.paymentIntents.confirm(asked.id)).status).toBe('succeeded');
});

test('amounts that cannot be charged are refused', async () => {
  const { stripe } = await startPayments('amounts');
  const create = (amount: number, currency: string) =>
    refusal(stripe.paymentIntents.create({ amount, currency }));
  expect(await create(49, 'usd')).toMatchObject({
    code: 'amount_too_small',
    message: 'Amount must be at least $0.50 usd',
  });
  expect((await create(100_000_000, 'usd')).code).toBe('amount_too_large');
  expect((await create(0, 'usd')).param).toBe('amount');
  expect((await create(1_005, 'kwd')).code).toBe('invalid_charge_amount');
  expect((await create(100, 'xyz')).param).toBe('currency');
});
