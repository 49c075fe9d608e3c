import type Stripe from 'stripe';
import { beforeEach, expect, it } from 'vitest';
import { startOwnClock, type OwnClock } from '../../../../test/own-clock.fixture.ts';

const NOW = 1_790_000_000;
let started: OwnClock;
let stripe: Stripe;

beforeEach(async () => {
  started = await startOwnClock({ seed: 'receipts', now: NOW });
  ({ stripe } = started);
});

function open(more: Stripe.Checkout.SessionCreateParams): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://shop.example/done',
    line_items: [
      {
        price_data: { currency: 'usd', unit_amount: 1_000, product_data: { name: 'Poster' } },
        quantity: 3,
      },
    ],
    invoice_creation: { enabled: true, invoice_data: { metadata: { order: '7' } } },
    ...more,
  });
}

async function pay(session: Stripe.Checkout.Session, number = '4242 4242 4242 4242') {
  const response = await fetch(`${started.sandbox.url}/checkout/${session.id}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'ada@example.com', number, expiry: '12 / 34', cvc: '123' }),
  });
  await response.text();
  return stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice.payments'] });
}

it('makes a paid invoice of a payment, as large as what was paid', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
  const { id: customer } = await stripe.customers.create({ email: 'a@example.com', balance: -500 });
  const session = await open({ customer, discounts: [{ coupon: coupon.id }] });
  expect(session).toMatchObject({ invoice: null, invoice_creation: { enabled: true } });
  const paid = await pay(session);
  expect(paid).toMatchObject({ status: 'complete', payment_status: 'paid', amount_total: 2_700 });
  const intent = paid.payment_intent;
  expect(paid.invoice).toMatchObject({
    status: 'paid',
    billing_reason: 'manual',
    customer,
    subtotal: 3_000,
    total: 2_700,
    amount_paid: 2_700,
    starting_balance: 0,
    metadata: { order: '7' },
    lines: { data: [{ amount: 3_000, description: 'Poster', quantity: 3 }] },
    payments: { data: [{ status: 'paid', payment: { payment_intent: intent } }] },
    hosted_invoice_url: expect.stringContaining('http'),
  });
  // A balance is for what is billed, and this was paid.
  expect((await stripe.customers.retrieve(customer)) as Stripe.Customer).toMatchObject({
    balance: -500,
  });
  expect((await stripe.paymentIntents.list({ customer })).data).toHaveLength(1);
});

it('tells of the invoice after the payment and before the session', async () => {
  await pay(await open({}));
  const events = await stripe.events.list({ limit: 100 });
  const types = events.data.map(({ type }) => type).toReversed();
  const order = [
    'payment_intent.succeeded',
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'checkout.session.completed',
  ];
  expect(types.filter((type) => order.includes(type))).toEqual(order);
});

it('makes no invoice without being asked, nor of a payment that was declined', async () => {
  const plain = await pay(await open({ invoice_creation: { enabled: false } }));
  expect(plain).toMatchObject({ invoice: null, invoice_creation: { enabled: false } });
  const declined = await pay(await open({}), '4000 0000 0000 0002');
  expect(declined).toMatchObject({ status: 'open', invoice: null });
  expect((await stripe.invoices.list()).data).toEqual([]);
});

it('refuses to make an invoice of what a subscription is billed for', async () => {
  await expect(open({ mode: 'subscription' })).rejects.toMatchObject({ param: 'invoice_creation' });
});
