import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPayer, openAccount, type Account } from './invoices.fixture.ts';

let account: Account;
let stripe: Stripe;

beforeAll(async () => {
  account = await openAccount();
  ({ stripe } = account);
});
afterAll(async () => {
  await account.sandbox.close();
});

async function draftOf(customer: string, amount: number): Promise<Stripe.Invoice> {
  await stripe.invoiceItems.create({ customer, amount, currency: 'usd' });
  return stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' });
}

test('credit is taken off what is due, and voiding the invoice gives it back', async () => {
  const { customer } = await newPayer(account);
  await stripe.customers.createBalanceTransaction(customer.id, { amount: -500, currency: 'usd' });
  const draft = await draftOf(customer.id, 2_000);
  expect(draft).toMatchObject({ starting_balance: -500, ending_balance: null, amount_due: 1_500 });
  const open = await stripe.invoices.finalizeInvoice(draft.id);
  expect(open).toMatchObject({ starting_balance: -500, ending_balance: 0, amount_due: 1_500 });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: 0 });
  const voided = await stripe.invoices.voidInvoice(draft.id);
  expect(voided).toMatchObject({ status: 'void' });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -500 });
  const transactions = await stripe.customers.listBalanceTransactions(customer.id);
  expect(transactions.data.map(({ type, amount }) => [type, amount])).toEqual([
    ['unapplied_from_invoice', -500],
    ['applied_to_invoice', 500],
    ['adjustment', -500],
  ]);
});

test('a balance that is set by an update of the customer is a transaction', async () => {
  const { customer } = await newPayer(account);
  await stripe.customers.update(customer.id, { balance: 700 });
  const { data } = await stripe.customers.listBalanceTransactions(customer.id);
  expect(data).toMatchObject([{ amount: 700, ending_balance: 700, type: 'adjustment' }]);
});

test('less than can be charged is owed with the next invoice', async () => {
  const { customer } = await newPayer(account);
  const small = await draftOf(customer.id, 30);
  const settled = await stripe.invoices.finalizeInvoice(small.id);
  expect(settled).toMatchObject({ status: 'paid', total: 30, amount_due: 0, ending_balance: 30 });
  const next = await draftOf(customer.id, 1_000);
  expect(await stripe.invoices.pay(next.id)).toMatchObject({ amount_paid: 1_030, status: 'paid' });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: 0 });
});

test('an invoice of less than nothing is paid at once and leaves credit', async () => {
  const { customer } = await newPayer(account);
  const draft = await draftOf(customer.id, -800);
  const paid = await stripe.invoices.finalizeInvoice(draft.id);
  expect(paid).toMatchObject({ status: 'paid', total: -800, amount_due: 0, ending_balance: -800 });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ balance: -800 });
});
