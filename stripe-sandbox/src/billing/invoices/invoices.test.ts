import { afterAll, beforeAll, expect, test } from 'vitest';
import Stripe from 'stripe';
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

async function refusalOf(work: Promise<unknown>): Promise<Stripe.StripeRawError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return (error as { raw: Stripe.StripeRawError }).raw;
}

/** Without what the SDK adds to an answer. */
function plain(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer));
}

async function draftOf(
  customer: string,
  amount: number,
  more: Stripe.InvoiceCreateParams = {},
): Promise<Stripe.Invoice> {
  await stripe.invoiceItems.create({ customer, amount, currency: 'usd', description: 'Work' });
  return stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include', ...more });
}

test('a draft takes what waits for its customer, and nothing in another currency', async () => {
  const { customer } = await newPayer(account);
  const item = await stripe.invoiceItems.create({
    customer: customer.id,
    amount: 2_000,
    currency: 'usd',
  });
  expect(item).toMatchObject({ object: 'invoiceitem', invoice: null, amount: 2_000, quantity: 1 });
  await stripe.invoiceItems.create({ customer: customer.id, amount: 900, currency: 'eur' });
  const invoice = await stripe.invoices.create({
    customer: customer.id,
    pending_invoice_items_behavior: 'include',
  });
  expect(invoice).toMatchObject({
    status: 'draft',
    currency: 'usd',
    subtotal: 2_000,
    total: 2_000,
    amount_due: 2_000,
    number: null,
    hosted_invoice_url: null,
    billing_reason: 'manual',
    auto_advance: false,
  });
  expect(invoice.lines.data[0]).toMatchObject({
    amount: 2_000,
    parent: { type: 'invoice_item_details', invoice_item_details: { invoice_item: item.id } },
  });
  const pending = await stripe.invoiceItems.list({ customer: customer.id, pending: true });
  expect(pending.data.map((each) => each.currency)).toEqual(['eur']);
  expect(await account.eventTypes(invoice.id)).toEqual(['invoice.created']);
});

test('an invoice is paid with the default payment method, and tells so in order', async () => {
  const { customer } = await newPayer(account);
  const draft = await draftOf(customer.id, 2_000);
  const open = await stripe.invoices.finalizeInvoice(draft.id, {
    expand: ['confirmation_secret', 'payments'],
  });
  expect(open).toMatchObject({ status: 'open', attempted: false, amount_remaining: 2_000 });
  expect(open.number).toBe(`${customer.invoice_prefix}-0001`);
  expect(open.confirmation_secret?.client_secret).toMatch(/^pi_.*_secret_/);
  expect(open.payments?.data[0]).toMatchObject({ status: 'open', amount_requested: 2_000 });
  const paid = await stripe.invoices.pay(draft.id);
  expect(paid).toMatchObject({
    status: 'paid',
    amount_paid: 2_000,
    amount_remaining: 0,
    attempted: true,
    attempt_count: 1,
    status_transitions: { paid_at: NOON_SECONDS, finalized_at: NOON_SECONDS },
  });
  const [event] = (await stripe.events.list({ type: 'invoice.payment_succeeded', limit: 1 })).data;
  expect(event!.data.object).toEqual(plain(await stripe.invoices.retrieve(draft.id)));
  expect(await account.eventTypes(draft.id)).toEqual([
    'invoice.created',
    'invoice.finalized',
    'invoice.updated',
    'invoice.updated',
    'invoice.paid',
    'invoice.payment_succeeded',
  ]);
  const payments = await stripe.invoicePayments.list({ invoice: draft.id });
  expect(payments.data[0]).toMatchObject({ status: 'paid', amount_paid: 2_000 });
  expect(await account.eventTypes(payments.data[0]!.id)).toEqual(['invoice_payment.paid']);
});

test('an invoice that advances by itself is finalized and charged an hour later', async () => {
  const { customer, clock } = await newPayer(account);
  const draft = await draftOf(customer.id, 2_000, { auto_advance: true });
  expect(draft.automatically_finalizes_at).toBe(NOON_SECONDS + HOUR);
  await passTime(account, { clock, to: NOON_SECONDS + HOUR - 1 });
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'draft' });
  await passTime(account, { clock, to: NOON_SECONDS + HOUR });
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
    status: 'paid',
    auto_advance: false,
    status_transitions: { paid_at: NOON_SECONDS + HOUR },
  });
});

test('a declined card is asked again after 3, 5 and 7 days, and then no more', async () => {
  const { customer, clock } = await newPayer(account, 'pm_card_chargeCustomerFail');
  const draft = await draftOf(customer.id, 2_000, { auto_advance: true });
  const first = NOON_SECONDS + HOUR;
  const expected: [number, number | null][] = [
    [first, first + 3 * DAY],
    [first + 3 * DAY, first + 8 * DAY],
    [first + 8 * DAY, first + 15 * DAY],
    [first + 15 * DAY, null],
  ];
  for (const [index, [at, next]] of expected.entries()) {
    await passTime(account, { clock, to: at });
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
      status: 'open',
      attempt_count: index + 1,
      next_payment_attempt: next,
    });
  }
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ delinquent: true });
  const types = await account.eventTypes(draft.id);
  expect(types.filter((type) => type === 'invoice.payment_failed')).toHaveLength(4);
});

test('a clock moved at once gives the same invoice as one moved in steps', async () => {
  const ends = [];
  for (const steps of [[15], [1, 3, 4, 8, 9, 15]]) {
    const { customer, clock } = await newPayer(account, 'pm_card_chargeCustomerFail');
    const draft = await draftOf(customer.id, 2_000, { auto_advance: true });
    for (const days of steps) {
      await passTime(account, { clock, to: NOON_SECONDS + HOUR + days * DAY });
    }
    const { attempt_count, next_payment_attempt, status } = await stripe.invoices.retrieve(
      draft.id,
    );
    ends.push({ attempt_count, next_payment_attempt, status });
  }
  expect(ends[0]).toEqual(ends[1]);
});

test('a decline is answered with 402 and leaves the invoice open with its attempt', async () => {
  const { customer } = await newPayer(account, 'pm_card_chargeCustomerFail');
  const draft = await draftOf(customer.id, 2_000);
  const refusal = await refusalOf(stripe.invoices.pay(draft.id));
  expect(refusal).toMatchObject({ type: 'card_error', code: 'card_declined' });
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
    status: 'open',
    attempt_count: 1,
    next_payment_attempt: null,
  });
  expect(await account.eventTypes(draft.id)).toContain('invoice.payment_failed');
});

test('a card that needs its holder leaves the invoice open until they have confirmed', async () => {
  const { customer } = await newPayer(account, 'pm_card_threeDSecure2Required');
  const draft = await draftOf(customer.id, 2_000);
  const refusal = await refusalOf(stripe.invoices.pay(draft.id));
  expect(refusal).toMatchObject({
    type: 'card_error',
    code: 'invoice_payment_intent_requires_action',
  });
  const types = await account.eventTypes(draft.id);
  expect(types).toContain('invoice.payment_action_required');
  expect(types).toContain('invoice.payment_failed');
  const { payments } = await stripe.invoices.retrieve(draft.id, { expand: ['payments'] });
  const intent = payments!.data[0]!.payment.payment_intent as string;
  const other = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  await stripe.paymentIntents.confirm(intent, { payment_method: other.id });
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
    status: 'paid',
    attempt_count: 1,
  });
});

test('an invoice that is sent becomes overdue at its due date', async () => {
  const { customer, clock } = await newPayer(account);
  const draft = await draftOf(customer.id, 2_000, {
    collection_method: 'send_invoice',
    days_until_due: 7,
    auto_advance: true,
  });
  expect(draft).toMatchObject({ due_date: NOON_SECONDS + 7 * DAY, next_payment_attempt: null });
  await passTime(account, { clock, to: NOON_SECONDS + 8 * DAY });
  expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
    status: 'open',
    attempted: false,
  });
  const types = await account.eventTypes(draft.id);
  expect(types.slice(-2)).toEqual(['invoice.sent', 'invoice.overdue']);
  const paid = await stripe.invoices.pay(draft.id, { paid_out_of_band: true });
  expect(paid).toMatchObject({ status: 'paid', amount_paid: 2_000 });
});

test('an uncollectible invoice can still be paid, and a paid one not be paid again', async () => {
  const { customer } = await newPayer(account);
  const draft = await draftOf(customer.id, 2_000);
  await stripe.invoices.finalizeInvoice(draft.id);
  expect(await stripe.invoices.markUncollectible(draft.id)).toMatchObject({
    status: 'uncollectible',
  });
  expect(await stripe.invoices.pay(draft.id)).toMatchObject({ status: 'paid' });
  expect(await refusalOf(stripe.invoices.pay(draft.id))).toMatchObject({
    message: 'Invoice is already paid',
  });
  expect(await refusalOf(stripe.invoices.voidInvoice(draft.id))).toBeDefined();
});

test('a draft follows its items, and a finalized invoice does not change', async () => {
  const { customer } = await newPayer(account);
  const invoice = await stripe.invoices.create({ customer: customer.id });
  const item = await stripe.invoiceItems.create({
    customer: customer.id,
    invoice: invoice.id,
    quantity: 3,
    unit_amount_decimal: Stripe.Decimal.from('33.35'),
    currency: 'usd',
  });
  expect(item.amount).toBe(100);
  await stripe.invoiceItems.update(item.id, { quantity: 6 });
  expect(await stripe.invoices.retrieve(invoice.id)).toMatchObject({ total: 200 });
  const other = await stripe.invoiceItems.create({
    customer: customer.id,
    invoice: invoice.id,
    amount: 50,
    currency: 'usd',
  });
  await stripe.invoiceItems.del(other.id);
  expect(await stripe.invoices.finalizeInvoice(invoice.id)).toMatchObject({ total: 200 });
  expect(await refusalOf(stripe.invoiceItems.update(item.id, { amount: 1 }))).toMatchObject({
    code: 'invoice_not_editable',
  });
  expect(await refusalOf(stripe.invoices.update(invoice.id, { description: 'x' }))).toMatchObject({
    code: 'invoice_not_editable',
  });
  const noted = await stripe.invoices.update(invoice.id, { metadata: { order: '7' } });
  expect(noted.metadata).toEqual({ order: '7' });
});

test('discounts of lines come before those of the invoice', async () => {
  const { customer } = await newPayer(account);
  const half = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const tenth = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
  await stripe.invoiceItems.create({
    customer: customer.id,
    amount: 1_000,
    currency: 'usd',
    discounts: [{ coupon: half.id }],
  });
  const draft = await draftOf(customer.id, 1_000, { discounts: [{ coupon: tenth.id }] });
  expect(draft).toMatchObject({ subtotal: 1_500, total: 1_350 });
  const off = draft.total_discount_amounts!.map(({ amount }) => amount);
  expect(off.toSorted((one, other) => one - other)).toEqual([150, 500]);
});

test('a draft can be deleted, with its items, and a finalized invoice cannot', async () => {
  const { customer } = await newPayer(account);
  const draft = await draftOf(customer.id, 2_000);
  expect(await stripe.invoices.del(draft.id)).toMatchObject({ deleted: true });
  expect(await refusalOf(stripe.invoices.retrieve(draft.id))).toMatchObject({
    code: 'resource_missing',
  });
  const other = await draftOf(customer.id, 2_000);
  expect(other.total).toBe(2_000);
  await stripe.invoices.finalizeInvoice(other.id);
  expect(await refusalOf(stripe.invoices.del(other.id))).toBeDefined();
});
