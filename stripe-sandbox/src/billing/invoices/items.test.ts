import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPayer, NOON_SECONDS, openAccount, type Account } from './invoices.fixture.ts';

let account: Account;
let stripe: Stripe;

beforeAll(async () => {
  account = await openAccount();
  ({ stripe } = account);
});
afterAll(async () => {
  await account.sandbox.close();
});

async function priceOf(params: Partial<Stripe.PriceCreateParams>): Promise<Stripe.Price> {
  const product = await stripe.products.create({ name: 'Pack' });
  return stripe.prices.create({ currency: 'usd', product: product.id, ...params });
}

test('an item by a price costs what the price says for its quantity, rounded once', async () => {
  const { customer } = await newPayer(account);
  const price = await priceOf({ unit_amount_decimal: Stripe.Decimal.from('0.05') });
  const item = await stripe.invoiceItems.create({
    customer: customer.id,
    pricing: { price: price.id },
    quantity: 1_250,
  });
  expect(item).toMatchObject({
    amount: 63,
    currency: 'usd',
    description: 'Pack',
    quantity: 1_250,
    period: { start: NOON_SECONDS, end: NOON_SECONDS },
    pricing: { price_details: { price: price.id, product: price.product } },
  });
  const changed = await stripe.invoiceItems.update(item.id, { quantity: 2_000 });
  expect(changed.amount).toBe(100);
});

test('an item is refused whose price recurs, or whose amount is said twice or never', async () => {
  const { customer } = await newPayer(account);
  const monthly = await priceOf({ unit_amount: 100, recurring: { interval: 'month' } });
  const wrong: Stripe.InvoiceItemCreateParams[] = [
    { pricing: { price: monthly.id } },
    { amount: 100, currency: 'usd', unit_amount_decimal: Stripe.Decimal.from('1') },
    { currency: 'usd' },
    { amount: 100 },
    { amount: 100, currency: 'usd', invoice: 'in_none' },
    { amount: 100, currency: 'usd', period: { start: NOON_SECONDS, end: NOON_SECONDS - 1 } },
  ];
  for (const params of wrong) {
    const asked = stripe.invoiceItems.create({ customer: customer.id, ...params });
    await expect(asked).rejects.toMatchObject({ statusCode: 400 });
  }
  expect((await stripe.invoiceItems.list({ customer: customer.id })).data).toEqual([]);
});

test('an invoice for a subscription takes what names it, and nothing else', async () => {
  const { customer } = await newPayer(account);
  const price = await priceOf({ unit_amount: 1_000, recurring: { interval: 'month' } });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
  });
  const asked = { customer: customer.id, subscription: subscription.id };
  await expect(stripe.invoices.create(asked)).rejects.toMatchObject({
    code: 'invoice_no_subscription_line_items',
  });
  await stripe.invoiceItems.create({ ...asked, amount: 200, currency: 'usd' });
  await stripe.invoiceItems.create({ customer: customer.id, amount: 300, currency: 'usd' });
  const invoice = await stripe.invoices.create(asked);
  expect(invoice).toMatchObject({
    total: 200,
    billing_reason: 'manual',
    parent: { subscription_details: { subscription: subscription.id } },
  });
  await expect(stripe.invoices.del(invoice.id)).rejects.toMatchObject({
    code: 'invoice_not_editable',
  });
  const pending = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
  expect(pending.data.map(({ amount }) => amount)).toEqual([300]);
});

test('a debit that takes days leaves the invoice open until it has gone through', async () => {
  const customer = await stripe.customers.create({});
  const debit = await stripe.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban: 'DE89370400440532013000' },
    billing_details: { name: 'Ada', email: 'ada@example.com' },
  });
  await stripe.paymentMethods.attach(debit.id, { customer: customer.id });
  await stripe.invoiceItems.create({ customer: customer.id, amount: 900, currency: 'eur' });
  const draft = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  });
  const asked = await stripe.invoices.pay(draft.id, { payment_method: debit.id });
  expect(asked).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
});
