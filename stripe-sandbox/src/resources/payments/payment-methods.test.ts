import { expect, test } from 'vitest';
import { refusal, startPayments } from '../../payments/payments.fixture.ts';

const expiry = { exp_month: 12, exp_year: 2030 };

test('a card is known by its number, whoever gives it and however', async () => {
  const { stripe } = await startPayments('card');
  const create = (card: { number: string } | { token: string }) =>
    stripe.paymentMethods.create({
      type: 'card',
      card: 'token' in card ? card : { ...card, ...expiry, cvc: '123' },
    });
  const [visa, spaced, token, debit] = await Promise.all([
    create({ number: '4242424242424242' }),
    create({ number: '4242 4242 4242 4242' }),
    create({ token: 'tok_visa' }),
    create({ number: '4000056655665556' }),
  ]);
  expect(visa.card).toMatchObject({ brand: 'visa', last4: '4242', funding: 'credit', ...expiry });
  const fingerprint = visa.card?.fingerprint;
  expect(fingerprint).toMatch(/^.{16}$/);
  expect([spaced.card?.fingerprint, token.card?.fingerprint]).toEqual([fingerprint, fingerprint]);
  expect(debit.card?.fingerprint).not.toBe(fingerprint);
  expect(debit.card?.funding).toBe('debit');
});

test.each([
  [{ number: '4242424242424241', ...expiry }, 'incorrect_number', 'number'],
  [{ number: '42', ...expiry }, 'invalid_number', 'number'],
  [{ number: '4111111111111111', ...expiry }, 'card_declined', 'number'],
  [
    { number: '4242424242424242', exp_month: 13, exp_year: 2030 },
    'invalid_expiry_month',
    'exp_month',
  ],
  [
    { number: '4242424242424242', exp_month: 9, exp_year: 2025 },
    'invalid_expiry_month',
    'exp_month',
  ],
  [{ number: '4242424242424242', exp_month: 9, exp_year: 2024 }, 'invalid_expiry_year', 'exp_year'],
  [{ number: '4242424242424242', ...expiry, cvc: '12' }, 'invalid_cvc', 'cvc'],
])('a card that cannot be is refused: %j', async (card, code, param) => {
  const { stripe } = await startPayments('impossible');
  const error = await refusal(stripe.paymentMethods.create({ type: 'card', card }));
  expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code, param });
});

test('a test token is another payment method each time that it is attached', async () => {
  const { stripe, told } = await startPayments('attach');
  const customer = (await stripe.customers.create({})).id;
  const one = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const other = await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
  expect(one).toMatchObject({ customer, card: { brand: 'visa' } });
  const { data } = await stripe.paymentMethods.list({ customer, type: 'card' });
  expect(data.map(({ id }) => id)).toEqual([other.id, one.id]);
  expect(await stripe.customers.retrievePaymentMethod(customer, one.id)).toEqual(one);
  const { data: debits } = await stripe.paymentMethods.list({ customer, type: 'sepa_debit' });
  expect(debits).toEqual([]);
  expect(await told()).toEqual([
    'customer.created',
    'payment_method.attached',
    'payment_method.attached',
  ]);
});

test('a card that its bank declines is not attached, and one that fails later is', async () => {
  const { stripe, told } = await startPayments('declined');
  const customer = (await stripe.customers.create({})).id;
  const declined = stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer });
  expect(await refusal(declined)).toMatchObject({ statusCode: 402, code: 'card_declined' });
  expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
  const card = { number: '4000000000000341', ...expiry };
  const later = await stripe.paymentMethods.create({ type: 'card', card });
  expect((await stripe.paymentMethods.attach(later.id, { customer })).customer).toBe(customer);
  expect(await told()).toEqual(['customer.created', 'payment_method.attached']);
});

test('a payment method is of one customer, and of none again once it was detached', async () => {
  const { stripe, told } = await startPayments('detach');
  const customer = (await stripe.customers.create({ payment_method: 'pm_card_visa' })).id;
  const other = (await stripe.customers.create({})).id;
  const { id } = (await stripe.paymentMethods.list({ customer })).data[0]!;
  expect((await refusal(stripe.paymentMethods.attach(id, { customer: other }))).message).toContain(
    'already been attached',
  );
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  const detached = await stripe.paymentMethods.detach(id);
  expect(detached.customer).toBeNull();
  const left = await stripe.customers.retrieve(customer);
  expect(left).toMatchObject({ invoice_settings: { default_payment_method: null } });
  const again = stripe.paymentMethods.attach(id, { customer });
  expect((await refusal(again)).message).toContain('may not be used again');
  expect((await refusal(stripe.paymentMethods.detach(id))).message).toContain('not attached');
  expect((await told()).slice(-2)).toEqual(['payment_method.detached', 'customer.updated']);
});

test('a customer has the default that was attached with them, and no other', async () => {
  const { stripe } = await startPayments('default');
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
    expand: ['invoice_settings.default_payment_method'],
  });
  expect(customer.invoice_settings.default_payment_method).toMatchObject({
    customer: customer.id,
    card: { last4: '4242' },
  });
  const other = await stripe.customers.create({ source: 'tok_mastercard' });
  expect(other.default_source).toMatch(/^card_/);
  const notTheirs = stripe.customers.update(customer.id, {
    invoice_settings: { default_payment_method: other.default_source as string },
  });
  expect((await refusal(notTheirs)).message).toContain('must be attached to the customer');
  const unknown = stripe.customers.update(customer.id, {
    invoice_settings: { default_payment_method: 'pm_none' },
  });
  expect(await refusal(unknown)).toMatchObject({
    code: 'resource_missing',
    param: 'invoice_settings[default_payment_method]',
  });
});

test('an update tells what has changed', async () => {
  const { stripe } = await startPayments('update');
  const customer = (await stripe.customers.create({})).id;
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const updated = await stripe.paymentMethods.update(id, {
    billing_details: { name: 'Ada', address: { city: 'London' } },
    card: { exp_year: 2031 },
    metadata: { a: '1' },
  });
  expect(updated).toMatchObject({
    billing_details: { name: 'Ada', address: { city: 'London' } },
    card: { exp_year: 2031 },
  });
  const [event] = (await stripe.events.list({ type: 'payment_method.updated' })).data;
  expect(event?.data).toMatchObject({
    object: { id },
    previous_attributes: { card: { exp_year: 2026 }, billing_details: { name: null } },
  });
});
