import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPayer, openAccount, type Account } from './invoices.fixture.ts';

let account: Account;
let stripe: Stripe;

beforeAll(async () => {
  account = await openAccount();
  ({ stripe } = account);
});
afterAll(() => account.sandbox.close());

test('the count of invoices goes on without a word, and other news show it as it is', async () => {
  const { customer } = await newPayer(account);
  const bill = async (amount: number): Promise<void> => {
    await stripe.invoiceItems.create({ customer: customer.id, amount, currency: 'usd' });
    const include = { pending_invoice_items_behavior: 'include' } as const;
    const draft = await stripe.invoices.create({ customer: customer.id, ...include });
    await stripe.invoices.pay(draft.id);
  };
  const news = async (): Promise<Stripe.Event[]> => {
    const { data } = await stripe.events.list({ type: 'customer.updated', limit: 100 });
    return data.filter(({ data: { object } }) => (object as Stripe.Customer).id === customer.id);
  };
  await bill(1_000);
  expect((await news())[0]!.data.previous_attributes).toEqual({ currency: null });
  const told = (await news()).length;
  await bill(2_000);
  expect(await news()).toHaveLength(told);
  const named = await stripe.customers.update(customer.id, { name: 'Ada' });
  expect(named).toMatchObject({ next_invoice_sequence: 3 });
  const [latest] = await news();
  expect(latest!.data).toMatchObject({ object: named, previous_attributes: { name: null } });
});
