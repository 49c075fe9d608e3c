import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newPayer, NOON_SECONDS, openAccount, passTime, type Account } from './invoices.fixture.ts';

let account: Account;
let stripe: Stripe;

beforeAll(async () => {
  account = await openAccount();
  ({ stripe } = account);
});
afterAll(async () => {
  await account.sandbox.close();
});

const HOUR = 3_600;
const DAY = 86_400;
/** From a noon in November to the same of December. */
const MONTH = 30 * DAY;

async function monthly(customer: string, unitAmount = 1_000): Promise<Stripe.Subscription> {
  const product = await stripe.products.create({ name: 'Gold' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: unitAmount,
    recurring: { interval: 'month' },
  });
  return stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
}

test('a renewal that is never paid is asked for four times and ends the subscription', async () => {
  const { customer, clock } = await newPayer(account);
  const subscription = await monthly(customer.id);
  expect(subscription.status).toBe('active');
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: customer.id,
  });
  await stripe.customers.update(customer.id, {
    invoice_settings: { default_payment_method: bad.id },
  });
  await passTime(account, { clock, to: NOON_SECONDS + MONTH + DAY });
  const renewed = await stripe.subscriptions.retrieve(subscription.id, {
    expand: ['latest_invoice'],
  });
  expect(renewed.status).toBe('past_due');
  expect(renewed.latest_invoice).toMatchObject({
    billing_reason: 'subscription_cycle',
    status: 'open',
    attempt_count: 1,
    parent: { subscription_details: { subscription: subscription.id } },
  });
  await passTime(account, { clock, to: NOON_SECONDS + MONTH + HOUR + 15 * DAY });
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    status: 'canceled',
    cancellation_details: { reason: 'payment_failed' },
  });
  const { id } = renewed.latest_invoice as Stripe.Invoice;
  expect(await stripe.invoices.retrieve(id)).toMatchObject({
    status: 'open',
    attempt_count: 4,
    auto_advance: false,
    next_payment_attempt: null,
  });
});

test('a late payment by hand ends the dunning, and the subscription goes on', async () => {
  const { customer, clock, card } = await newPayer(account);
  const subscription = await monthly(customer.id);
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: customer.id,
  });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  await passTime(account, { clock, to: NOON_SECONDS + MONTH + DAY });
  const [invoice] = (await stripe.invoices.list({ subscription: subscription.id })).data;
  const paid = await stripe.invoices.pay(invoice!.id, { payment_method: card });
  expect(paid).toMatchObject({ status: 'paid', attempt_count: 1, next_payment_attempt: null });
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ delinquent: false });
});

test('the first invoice of a subscription waits for its customer and is not retried', async () => {
  const { customer } = await newPayer(account, 'pm_card_chargeCustomerFail');
  const subscription = await monthly(customer.id);
  expect(subscription.status).toBe('incomplete');
  const invoice = await stripe.invoices.retrieve(subscription.latest_invoice as string);
  expect(invoice).toMatchObject({
    billing_reason: 'subscription_create',
    status: 'open',
    next_payment_attempt: null,
  });
});

test('an item of a subscription is billed with its renewal, as the preview says', async () => {
  const { customer, clock } = await newPayer(account);
  const subscription = await monthly(customer.id);
  const other = await monthly(customer.id, 3_000);
  await stripe.invoiceItems.create({
    customer: customer.id,
    subscription: subscription.id,
    amount: 250,
    currency: 'usd',
  });
  const preview = await stripe.invoices.createPreview({ subscription: subscription.id });
  expect(preview).toMatchObject({ total: 1_250, billing_reason: 'upcoming', status: 'draft' });
  expect(preview.id).toMatch(/^upcoming_in_/);
  await passTime(account, { clock, to: NOON_SECONDS + MONTH + HOUR });
  const [renewal] = (await stripe.invoices.list({ subscription: subscription.id })).data;
  expect(renewal).toMatchObject({ total: 1_250, status: 'paid' });
  const [otherRenewal] = (await stripe.invoices.list({ subscription: other.id })).data;
  expect(otherRenewal).toMatchObject({ total: 3_000, status: 'paid' });
});

test('a preview shows items of its own and leaves nothing behind', async () => {
  const { customer } = await newPayer(account);
  const subscription = await monthly(customer.id);
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const preview = await stripe.invoices.createPreview({
    subscription: subscription.id,
    discounts: [{ coupon: coupon.id }],
    invoice_items: [{ amount: 500, currency: 'usd', description: 'Once' }],
  });
  expect(preview).toMatchObject({ subtotal: 1_500, total: 750 });
  expect((await stripe.invoiceItems.list({ customer: customer.id })).data).toEqual([]);
  expect(await stripe.coupons.retrieve(coupon.id)).toMatchObject({ times_redeemed: 0 });
  expect((await stripe.invoices.list({ customer: customer.id })).data).toHaveLength(1);
});

test('a discount of the customer reduces an invoice that names none', async () => {
  const { customer } = await newPayer(account);
  const coupon = await stripe.coupons.create({
    amount_off: 300,
    currency: 'usd',
    duration: 'once',
  });
  const draft = async (): Promise<Stripe.Invoice> => {
    await stripe.invoiceItems.create({ customer: customer.id, amount: 1_000, currency: 'usd' });
    return stripe.invoices.create({
      customer: customer.id,
      pending_invoice_items_behavior: 'include',
    });
  };
  await stripe.rawRequest('POST', `/v1/customers/${customer.id}`, { coupon: coupon.id });
  const first = await draft();
  expect(first).toMatchObject({ subtotal: 1_000, total: 700 });
  await stripe.invoices.finalizeInvoice(first.id);
  expect(await draft()).toMatchObject({ total: 1_000 });
});
