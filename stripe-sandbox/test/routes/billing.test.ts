import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startValidated, type Validated } from '../validated.fixture.ts';

let started: Validated;
let stripe: Stripe;
let customer: string;

beforeAll(async () => {
  started = await startValidated({ seed: 'billing routes', clock: () => 1_760_000_000_000 });
  ({ stripe } = started);
  ({ id: customer } = await stripe.customers.create());
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const settings = { default_payment_method: method.id };
  await stripe.customers.update(customer, { invoice_settings: settings });
});
afterAll(() => started.sandbox.close());

const idsOf = ({ data }: { readonly data: readonly { readonly id: string }[] }): string[] =>
  data.map(({ id }) => id);

test('a transaction of a credit balance is listed, retrieved and described anew', async () => {
  const { id: owner } = await stripe.customers.create();
  const credit = { amount: -500, currency: 'eur', description: 'sorry' };
  const made = await stripe.customers.createBalanceTransaction(owner, credit);
  expect(made).toMatchObject({ ...credit, ending_balance: -500 });
  const changed = await stripe.customers.updateBalanceTransaction(owner, made.id, {
    description: 'for the wait',
  });
  expect(changed).toEqual({ ...made, description: 'for the wait' });
  expect(await stripe.customers.retrieveBalanceTransaction(owner, made.id)).toEqual(changed);
  expect((await stripe.customers.listBalanceTransactions(owner)).data).toEqual([changed]);
});

test('an item waits for its invoice and can be changed and taken back until then', async () => {
  const made = await stripe.invoiceItems.create({ customer, amount: 300, currency: 'usd' });
  const changed = await stripe.invoiceItems.update(made.id, { amount: 400 });
  expect(changed.amount).toBe(400);
  expect(await stripe.invoiceItems.retrieve(made.id)).toEqual(changed);
  expect((await stripe.invoiceItems.list({ customer, pending: true })).data).toEqual([changed]);
  expect(await stripe.invoiceItems.del(made.id)).toMatchObject({ deleted: true });
  await expect(stripe.invoiceItems.retrieve(made.id)).rejects.toMatchObject({ statusCode: 404 });
});

test('a draft can be changed and deleted', async () => {
  const draft = await stripe.invoices.create({ customer, auto_advance: false });
  const changed = await stripe.invoices.update(draft.id, { description: 'first' });
  expect(await stripe.invoices.retrieve(draft.id)).toEqual(changed);
  expect(await stripe.invoices.del(draft.id)).toMatchObject({ id: draft.id, deleted: true });
  await expect(stripe.invoices.retrieve(draft.id)).rejects.toMatchObject({ statusCode: 404 });
});

/** An invoice over 10 dollars, which is to be paid within a week. */
async function sendInvoice(): Promise<Stripe.Invoice> {
  const { id: invoice } = await stripe.invoices.create({
    customer,
    collection_method: 'send_invoice',
    days_until_due: 7,
  });
  await stripe.invoiceItems.create({ customer, invoice, amount: 1_000, currency: 'usd' });
  return stripe.invoices.sendInvoice(invoice);
}

test('an invoice that was sent is paid, voided or given up', async () => {
  const sent = await sendInvoice();
  expect(sent).toMatchObject({ status: 'open', amount_due: 1_000 });
  const lines = await stripe.invoices.listLineItems(sent.id);
  expect(lines.data).toEqual(sent.lines.data);
  expect(await stripe.invoices.voidInvoice(sent.id)).toMatchObject({ status: 'void' });
  const { id: lost } = await sendInvoice();
  const givenUp = await stripe.invoices.markUncollectible(lost);
  expect(givenUp.status).toBe('uncollectible');
  const { id: invoice } = await sendInvoice();
  expect(await stripe.invoices.pay(invoice)).toMatchObject({ status: 'paid', amount_paid: 1_000 });
  const payments = await stripe.invoicePayments.list({ invoice });
  expect(payments.data).toMatchObject([{ amount_paid: 1_000, status: 'paid' }]);
  const [payment] = payments.data;
  expect(await stripe.invoicePayments.retrieve(payment!.id)).toEqual(payment);
});

test('a subscription loses its discount, and its items are retrieved one by one', async () => {
  const plan = await stripe.plans.create({
    amount: 900,
    currency: 'usd',
    interval: 'month',
    product: { name: 'Gold' },
  });
  expect(await stripe.plans.retrieve(plan.id)).toEqual(plan);
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: plan.id }],
    discounts: [{ coupon: coupon.id }],
  });
  const [item] = subscription.items.data;
  expect(await stripe.subscriptionItems.retrieve(item!.id)).toEqual(item);
  const removed = await stripe.subscriptions.deleteDiscount(subscription.id);
  expect(removed).toMatchObject({ object: 'discount', deleted: true });
  const { discounts } = await stripe.subscriptions.retrieve(subscription.id);
  expect(discounts).toEqual([]);
});

test('payments, their methods and refunds are retrieved as they were answered', async () => {
  const { data: methods } = await stripe.customers.listPaymentMethods(customer);
  expect(await stripe.paymentMethods.retrieve(methods[0]!.id)).toEqual(methods[0]);
  const intent = await stripe.paymentIntents.create({
    customer,
    amount: 700,
    currency: 'usd',
    payment_method: methods[0]!.id,
    off_session: true,
    confirm: true,
  });
  expect(idsOf(await stripe.paymentIntents.list({ customer, limit: 1 }))).toEqual([intent.id]);
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 200 });
  expect(await stripe.refunds.retrieve(refund.id)).toEqual(refund);
});
