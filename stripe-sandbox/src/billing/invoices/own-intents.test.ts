import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOON_SECONDS, openAccount, passTime, type Account } from './invoices.fixture.ts';

let account: Account;
let stripe: Stripe;

beforeAll(async () => {
  account = await openAccount();
  ({ stripe } = account);
});
afterAll(async () => {
  await account.sandbox.close();
});

const DAY = 86_400;
const MONTH = 30 * DAY;
/** Debits of it come to their end after three minutes. */
const SUCCEEDS_LATE = 'AT321904300235473204';
const FAILS_LATE = 'AT051904300235473205';

interface Debtor {
  readonly customer: string;
  readonly clock: string;
  readonly price: string;
}

async function newDebtor(unitAmount = 5_000): Promise<Debtor> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: NOON_SECONDS });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const product = await stripe.products.create({ name: 'Gold' });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'eur',
    unit_amount: unitAmount,
    recurring: { interval: 'month' },
  });
  return { customer: customer.id, clock: clock.id, price: price.id };
}

async function payBy({ customer }: Debtor, iban: string): Promise<void> {
  const debit = await stripe.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban },
    billing_details: { name: 'Ada', email: 'ada@example.com' },
  });
  await stripe.paymentMethods.attach(debit.id, { customer });
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: debit.id },
  });
}

/** A subscription whose first invoice waits for a debit, or for its customer. */
async function subscribe(
  { customer, price }: Debtor,
  behavior: 'allow_incomplete' | 'default_incomplete' = 'allow_incomplete',
): Promise<{ subscription: Stripe.Subscription; invoice: string; intent: string }> {
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    payment_behavior: behavior,
    expand: ['latest_invoice.payments'],
  });
  const { id, payments } = subscription.latest_invoice as Stripe.Invoice;
  const intent = payments?.data[0]?.payment.payment_intent as string;
  return { subscription, invoice: id, intent };
}

test('what an invoice asks for cannot be changed by its intent, and can be paid', async () => {
  const debtor = await newDebtor(100_000);
  const { invoice, intent } = await subscribe(debtor, 'default_incomplete');
  const other = await stripe.customers.create({});
  const refused = (param: string) => ({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    param,
  });
  const changes = { amount: 50, currency: 'jpy', capture_method: 'manual', customer: other.id };
  for (const [param, value] of Object.entries(changes)) {
    const changing = stripe.paymentIntents.update(intent, { [param]: value });
    await expect(changing).rejects.toMatchObject(refused(param));
  }
  const holding = stripe.paymentIntents.confirm(intent, {
    payment_method: 'pm_card_visa',
    capture_method: 'manual',
  });
  await expect(holding).rejects.toMatchObject(refused('capture_method'));
  const capturing = stripe.paymentIntents.capture(intent, { amount_to_capture: 1 });
  await expect(capturing).rejects.toMatchObject(refused('amount_to_capture'));

  await stripe.paymentIntents.update(intent, { amount: 100_000, metadata: { asked: 'twice' } });
  await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({
    status: 'paid',
    amount_paid: 100_000,
  });
});

test('an invoice cannot be paid out of band while a debit for it is processing', async () => {
  const debtor = await newDebtor();
  await payBy(debtor, SUCCEEDS_LATE);
  const { invoice } = await subscribe(debtor);
  const paying = stripe.invoices.pay(invoice, { paid_out_of_band: true });
  await expect(paying).rejects.toMatchObject({ statusCode: 400 });
  await passTime(account, { clock: debtor.clock, to: NOON_SECONDS + DAY });
  const paid = await stripe.invoices.retrieve(invoice, { expand: ['payments'] });
  expect(paid).toMatchObject({ status: 'paid', amount_paid: 5_000 });
  expect(paid.payments?.data).toMatchObject([{ status: 'paid', amount_paid: 5_000 }]);
});

test.each([
  { iban: SUCCEEDS_LATE, status: 'paid' },
  { iban: FAILS_LATE, status: 'void' },
])('a debit under way decides on a canceled first invoice: $status', async ({ iban, status }) => {
  const debtor = await newDebtor();
  await payBy(debtor, iban);
  const { subscription, invoice } = await subscribe(debtor);
  expect(subscription.status).toBe('incomplete');
  await stripe.subscriptions.cancel(subscription.id);
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'open' });
  await passTime(account, { clock: debtor.clock, to: NOON_SECONDS + DAY });
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status });
  const customer = await stripe.customers.retrieve(debtor.customer);
  expect(customer).toMatchObject({ delinquent: false });
});

// https://docs.stripe.com/billing/subscriptions/overview: `canceled` "is a terminal state that
// can't be updated", and so is `incomplete_expired`; an invoice that is left open may be paid.
test('a debit that succeeds late pays its invoice, and begins nothing again', async () => {
  const debtor = await newDebtor();
  await payBy(debtor, SUCCEEDS_LATE);
  const { subscription, invoice } = await subscribe(debtor);
  await passTime(account, { clock: debtor.clock, to: NOON_SECONDS + DAY });
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'paid' });
  const { items } = await stripe.subscriptions.retrieve(subscription.id);
  const end = items.data[0]!.current_period_end;
  // The renewal is charged after an hour; its debit is under way when the subscription ends.
  await passTime(account, { clock: debtor.clock, to: end + 3_600 });
  const renewed = await stripe.subscriptions.retrieve(subscription.id);
  const renewal = renewed.latest_invoice as string;
  expect(await stripe.invoices.retrieve(renewal)).toMatchObject({
    status: 'open',
    attempted: true,
  });
  const canceled = await stripe.subscriptions.cancel(subscription.id);
  await passTime(account, { clock: debtor.clock, to: end + DAY });
  expect(await stripe.invoices.retrieve(renewal)).toMatchObject({
    status: 'paid',
    amount_paid: 5_000,
  });
  expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(canceled);
  await passTime(account, { clock: debtor.clock, to: end + 2 * MONTH });
  const invoices = await stripe.invoices.list({ customer: debtor.customer });
  expect(invoices.data).toHaveLength(2);
});

test('a debit that succeeds after the first payment was given up changes no end', async () => {
  const debtor = await newDebtor();
  await payBy(debtor, SUCCEEDS_LATE);
  const { subscription, invoice } = await subscribe(debtor);
  const ended = await stripe.subscriptions.cancel(subscription.id);
  expect(ended.status).toBe('incomplete_expired');
  await passTime(account, { clock: debtor.clock, to: NOON_SECONDS + DAY });
  expect(await stripe.invoices.retrieve(invoice)).toMatchObject({ status: 'paid' });
  expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(ended);
});

test('a debit that fails is made again like a declined charge, until dunning ends', async () => {
  const debtor = await newDebtor();
  const { subscription, intent } = await subscribe(debtor, 'default_incomplete');
  await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
  await payBy(debtor, FAILS_LATE);
  await passTime(account, { clock: debtor.clock, to: NOON_SECONDS + MONTH + DAY });
  const renewed = await stripe.subscriptions.retrieve(subscription.id, {
    expand: ['latest_invoice'],
  });
  expect(renewed.status).toBe('past_due');
  const first = renewed.latest_invoice as Stripe.Invoice;
  expect(first).toMatchObject({ status: 'open', attempt_count: 1 });
  expect(first.next_payment_attempt).toBeGreaterThan(NOON_SECONDS + MONTH + 3 * DAY);
  await passTime(account, { clock: debtor.clock, to: NOON_SECONDS + MONTH + 17 * DAY });
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    status: 'canceled',
    cancellation_details: { reason: 'payment_failed' },
  });
  expect(await stripe.invoices.retrieve(first.id)).toMatchObject({ attempt_count: 4 });
});
