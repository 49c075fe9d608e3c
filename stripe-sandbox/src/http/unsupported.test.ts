import { afterAll, beforeAll, expect, it } from 'vitest';
import { startValidated, type Validated } from '../../test/validated.fixture.ts';

let started: Validated;

beforeAll(async () => {
  started = await startValidated({ seed: 'unsupported' });
});
afterAll(() => started.sandbox.close());

const unsupported = (param: string): object => ({ code: 'sandbox_unsupported', param });

it('refuses what would change the outcome and is not built, by name', async () => {
  const { stripe } = started;
  const { id: customer } = await stripe.customers.create({});
  const taxed = stripe.invoices.create({ customer, automatic_tax: { enabled: true } });
  await expect(taxed).rejects.toMatchObject(unsupported('automatic_tax[enabled]'));
  const options = { request_three_d_secure: 'any' } as const;
  const intent = { amount: 500, currency: 'usd', payment_method_options: { card: options } };
  await expect(stripe.paymentIntents.create(intent)).rejects.toMatchObject(
    unsupported('payment_method_options[card][request_three_d_secure]'),
  );
});

it('takes what only says what is so anyway', async () => {
  const { stripe } = started;
  const { id: customer } = await stripe.customers.create({});
  const invoice = await stripe.invoices.create({ customer, automatic_tax: { enabled: false } });
  expect(invoice.automatic_tax.enabled).toBe(false);
  const options = { request_three_d_secure: 'automatic' } as const;
  const intent = { amount: 500, currency: 'usd', payment_method_options: { card: options } };
  const { status } = await stripe.paymentIntents.create(intent);
  expect(status).toBe('requires_payment_method');
});
