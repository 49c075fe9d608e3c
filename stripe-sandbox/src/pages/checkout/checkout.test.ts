import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startValidated } from '../../../test/validated.fixture.ts';
import type { Sandbox } from '../../index.ts';

let sandbox: Sandbox;
let stripe: Stripe;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 10, 23, 12);
  ({ sandbox, stripe } = await startValidated({ seed: 'checkout', clock: () => nowMs }));
});

afterEach(() => sandbox.close());

async function addPrice(
  recurring?: Stripe.PriceCreateParams.Recurring,
  unit_amount = 1500,
): Promise<string> {
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount,
    product_data: { name: 'Gold <plan>' },
    ...(recurring === undefined ? {} : { recurring }),
  });
  return price.id;
}

const urls = {
  success_url: 'https://shop.example/done?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://shop.example/cart',
};

function openSession(
  params: Stripe.Checkout.SessionCreateParams,
): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.create({ ...urls, ...params });
}

interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

/** What a browser gets, without following where it is sent. */
async function browse(url: string, form?: Record<string, string>): Promise<Page> {
  const response = await fetch(url, {
    redirect: 'manual',
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  const location = response.headers.get('location');
  return { status: response.status, location, text: await response.text() };
}

const card = (number: string): Record<string, string> => ({
  email: 'ada@example.com',
  name: 'Ada',
  number,
  expiry: '12 / 34',
  cvc: '123',
});

const GOOD = '4242 4242 4242 4242';
const DECLINED = '4000 0000 0000 0002';
const ASKS = '4000 0027 6000 3184';

async function eventTypes(): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100 });
  return events.data.map(({ type }) => type).toReversed();
}

describe('a session in payment mode', () => {
  async function open(more: Stripe.Checkout.SessionCreateParams = {}) {
    const line_items = [{ price: await addPrice(), quantity: 2 }];
    return openSession({ mode: 'payment', line_items, ...more });
  }

  it('is open and unpaid, and has its line items only where they are asked for', async () => {
    const session = await open({ client_reference_id: 'cart 1', metadata: { a: 'b' } });
    expect(session).toMatchObject({
      amount_subtotal: 3000,
      amount_total: 3000,
      currency: 'usd',
      status: 'open',
      payment_status: 'unpaid',
      url: `${sandbox.url}/checkout/${session.id}`,
      client_reference_id: 'cart 1',
      metadata: { a: 'b' },
      expires_at: nowMs / 1000 + 86_400,
      payment_intent: null,
    });
    expect(session.line_items).toBeUndefined();
    const whole = await stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] });
    expect(whole.line_items?.data).toMatchObject([{ quantity: 2, amount_total: 3000 }]);
    const listed = await stripe.checkout.sessions.listLineItems(session.id);
    expect(listed.data[0]?.description).toBe('Gold <plan>');
  });

  it('is paid by its form, tells so last, and sends the browser to success_url', async () => {
    const session = await open({ customer_creation: 'always' });
    const shown = await browse(session.url!);
    expect(shown.status).toBe(200);
    expect(shown.text).toContain('Pay $30.00');
    expect(shown.text).toContain('Gold &lt;plan&gt;');
    expect(shown.text).toContain('https://shop.example/cart');
    const paid = await browse(session.url!, card(GOOD));
    expect(paid).toMatchObject({
      status: 303,
      location: `https://shop.example/done?session=${session.id}`,
    });
    const expand = ['customer', 'payment_intent'];
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand });
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer: { email: 'ada@example.com', name: 'Ada' },
      customer_details: { email: 'ada@example.com' },
      payment_intent: { status: 'succeeded', amount_received: 3000 },
    });
    expect((await eventTypes()).slice(2)).toEqual([
      'customer.created',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    expect((await browse(session.url!, card(GOOD))).status).toBe(303);
    expect(await eventTypes()).toHaveLength(7);
  });

  it('stays open after a decline, whose attempt remains, and can be paid then', async () => {
    const session = await open();
    const refused = await browse(session.url!, card(DECLINED));
    expect(refused.status).toBe(402);
    expect(refused.text).toContain('Your card was declined.');
    expect(refused.text).toContain('role="alert"');
    const open_ = await stripe.checkout.sessions.retrieve(session.id);
    expect(open_).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    expect((await browse(session.url!, card(GOOD))).status).toBe(303);
    const done = await stripe.checkout.sessions.retrieve(session.id);
    expect(done.payment_intent).toBe(open_.payment_intent);
    expect(await eventTypes()).toContain('payment_intent.payment_failed');
  });

  it('asks the holder of a 3D Secure card first, and takes either answer', async () => {
    const session = await open();
    const asked = await browse(session.url!, card(ASKS));
    expect(asked.location).toBe(`/checkout/${session.id}/authenticate`);
    const page = `${sandbox.url}${asked.location}`;
    expect((await browse(page)).text).toContain('Complete authentication');
    const refused = await browse(page, { answer: 'refused' });
    expect(refused.text).toContain('unable to authenticate');
    await browse(session.url!, card(ASKS));
    const proved = await browse(page, { answer: 'proved' });
    expect(proved.location).toContain('https://shop.example/done');
    const done = await stripe.checkout.sessions.retrieve(session.id);
    expect(done.payment_status).toBe('paid');
  });

  it('is found by what it led to, and its metadata can be changed', async () => {
    const { sessions } = stripe.checkout;
    const paid = await open({ metadata: { a: '1', b: '2' } });
    const other = await open();
    await browse(paid.url!, card(GOOD));
    const { payment_intent } = await sessions.retrieve(paid.id);
    const ids = async (params: Stripe.Checkout.SessionListParams): Promise<string[]> =>
      (await sessions.list(params)).data.map(({ id }) => id);
    expect(await ids({ payment_intent: payment_intent as string })).toEqual([paid.id]);
    expect(await ids({ status: 'open' })).toEqual([other.id]);
    expect(await ids({ customer_details: { email: 'ada@example.com' } })).toEqual([paid.id]);
    const changed = await sessions.update(paid.id, { metadata: { a: '', c: '3' } });
    expect(changed.metadata).toEqual({ b: '2', c: '3' });
  });

  it('takes a promotion code where that is allowed, and shows what is left', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const promotion = { type: 'coupon', coupon: coupon.id } as const;
    await stripe.promotionCodes.create({ promotion, code: 'HALF' });
    const session = await open({ allow_promotion_codes: true });
    const code = `${session.url}/code`;
    expect((await browse(code, { promotion_code: 'no' })).text).toContain('not valid');
    expect((await browse(code, { promotion_code: 'half' })).status).toBe(303);
    expect((await browse(session.url!)).text).toContain('Pay $15.00');
    await browse(session.url!, card(GOOD));
    const done = await stripe.checkout.sessions.retrieve(session.id);
    expect(done).toMatchObject({ amount_total: 1500, total_details: { amount_discount: 1500 } });
  });

  it('expires when its time has come, or when it is told to, and only once', async () => {
    const late = await open({ expires_at: nowMs / 1000 + 1800 });
    const told = await open();
    expect((await stripe.checkout.sessions.expire(told.id)).status).toBe('expired');
    await expect(stripe.checkout.sessions.expire(told.id)).rejects.toThrow('can be expired');
    nowMs += 1_800_000;
    expect((await stripe.checkout.sessions.retrieve(late.id)).status).toBe('expired');
    expect((await browse(late.url!)).status).toBe(410);
    expect((await browse(late.url!, card(GOOD))).status).toBe(410);
    const expired = (await eventTypes()).filter((type) => type === 'checkout.session.expired');
    expect(expired).toHaveLength(2);
  });

  it('is completed by a debit before it is paid, and tells when it is', async () => {
    const price_data = { currency: 'eur', unit_amount: 1500, product_data: { name: 'Book' } };
    const session = await openSession({
      mode: 'payment',
      line_items: [{ price_data, quantity: 1 }],
      allowed_payment_method_types: ['sepa_debit'],
    });
    const form = { email: 'ada@example.com', iban: 'AT861904300235473202' };
    expect((await browse(session.url!, form)).status).toBe(303);
    const types = (await eventTypes()).filter((type) => type.startsWith('checkout'));
    expect(types).toEqual(['checkout.session.completed', 'checkout.session.async_payment_failed']);
  });
});

describe('a session in subscription mode', () => {
  const monthly = { interval: 'month' } as const;

  it('subscribes, pays the first invoice and keeps the card for the next', async () => {
    const line_items = [{ price: await addPrice(monthly), quantity: 1 }];
    const metadata = { user: '1' };
    const subscription_data = { metadata };
    const session = await openSession({ mode: 'subscription', line_items, subscription_data });
    expect((await browse(session.url!)).text).toContain('$15.00 every month');
    expect((await browse(session.url!, card(GOOD))).status).toBe(303);
    const expand = ['subscription', 'invoice'];
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand });
    expect(done).toMatchObject({
      payment_status: 'paid',
      subscription: { status: 'active', metadata },
      invoice: { status: 'paid', amount_paid: 1500 },
    });
    const { default_payment_method: method } = done.subscription as Stripe.Subscription;
    const saved = await stripe.paymentMethods.list({ customer: done.customer as string });
    expect(saved.data.map(({ id }) => id)).toEqual([method]);
    expect((await eventTypes()).at(-1)).toBe('checkout.session.completed');
  });

  it('leaves nothing behind where its first payment is declined', async () => {
    const line_items = [{ price: await addPrice(monthly), quantity: 1 }];
    const session = await openSession({ mode: 'subscription', line_items });
    const before = await eventTypes();
    for (const number of [DECLINED, '4000000000000341']) {
      expect((await browse(session.url!, card(number))).status).toBe(402);
    }
    expect(await eventTypes()).toEqual(before);
    expect((await stripe.customers.list()).data).toEqual([]);
    const open = await stripe.checkout.sessions.retrieve(session.id);
    expect(open).toMatchObject({ status: 'open', customer: null, subscription: null });
  });

  it('asks the holder of a 3D Secure card before anything is made', async () => {
    const line_items = [{ price: await addPrice(monthly), quantity: 1 }];
    const session = await openSession({ mode: 'subscription', line_items });
    const asked = await browse(session.url!, card('4000002500003155'));
    expect((await stripe.subscriptions.list()).data).toEqual([]);
    const proved = await browse(`${sandbox.url}${asked.location}`, { answer: 'proved' });
    expect(proved.location).toContain('https://shop.example/done');
    const [subscription] = (await stripe.subscriptions.list()).data;
    expect(subscription?.status).toBe('active');
  });

  it('begins with a trial that costs nothing today, with a card or without', async () => {
    const line_items = [{ price: await addPrice(monthly), quantity: 1 }];
    const subscription_data = {
      trial_period_days: 14,
      trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
    } as const;
    for (const collection of ['always', 'if_required'] as const) {
      const session = await openSession({
        mode: 'subscription',
        line_items,
        subscription_data,
        payment_method_collection: collection,
      });
      expect(session).toMatchObject({ amount_total: 0 });
      const shown = await browse(session.url!);
      expect(shown.text).toContain('Free for 14 days, then $15.00 every month');
      expect(shown.text.includes('Card number')).toBe(collection === 'always');
      const form = collection === 'always' ? card(GOOD) : { email: 'ada@example.com' };
      expect((await browse(session.url!, form)).status).toBe(303);
      const expand = ['subscription'];
      const done = await stripe.checkout.sessions.retrieve(session.id, { expand });
      expect(done).toMatchObject({
        payment_status: 'no_payment_required',
        subscription: { status: 'trialing' },
      });
    }
  });

  it('costs on its page what the first invoice then asks for', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const session = await openSession({
      mode: 'subscription',
      customer: customer.id,
      line_items: [
        { price: await addPrice(monthly, 1000), quantity: 3 },
        { price: await addPrice(undefined, 999), quantity: 1 },
      ],
      discounts: [{ coupon: coupon.id }],
      subscription_data: { billing_cycle_anchor: nowMs / 1000 + 10 * 86_400 },
    });
    await browse(session.url!, card(GOOD));
    const expand = ['invoice'];
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand });
    expect((done.invoice as Stripe.Invoice).amount_paid).toBe(session.amount_total);
  });
});

describe('a session in setup mode', () => {
  it('saves a card for its customer', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.com' });
    const params = { mode: 'setup', currency: 'usd', customer: customer.id } as const;
    const session = await openSession(params);
    expect(session).toMatchObject({ amount_total: null, payment_status: 'no_payment_required' });
    expect((await browse(session.url!, card(GOOD))).status).toBe(303);
    const expand = ['setup_intent'];
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand });
    expect(done.setup_intent).toMatchObject({ status: 'succeeded', customer: customer.id });
    expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1);
  });
});

describe('what cannot be a session', () => {
  it('is refused with the parameter at fault', async () => {
    const price = await addPrice();
    const monthly = await addPrice({ interval: 'month' });
    const line_items = [{ price, quantity: 1 }];
    const wrong: [Stripe.Checkout.SessionCreateParams, RegExp][] = [
      [{ mode: 'subscription', line_items }, /at least one recurring price/],
      [{ mode: 'payment', line_items: [{ price: monthly, quantity: 1 }] }, /recurring price/],
      [{ mode: 'payment', line_items: [{ price }] }, /Quantity is required/],
      [{ mode: 'payment', line_items, ui_mode: 'embedded_page' }, /hosted pages only/],
      [{ mode: 'payment', line_items, automatic_tax: { enabled: true } }, /automatic_tax/],
      [{ mode: 'payment', line_items, success_url: 'javascript:alert(1)' }, /Not a valid URL/],
      [{ mode: 'payment', line_items, expires_at: nowMs / 1000 + 60 }, /at least 30 minutes/],
    ];
    for (const [params, message] of wrong) {
      await expect(openSession(params)).rejects.toThrow(message);
    }
  });
});

describe('pages', () => {
  it('are not found, and never a fault, where there is none', async () => {
    for (const path of [
      '/checkout/cs_test_1',
      '/checkout/',
      '/portal/x/y/z',
      '/invoices/in_1',
      '/3ds/pi_1',
    ]) {
      expect((await browse(`${sandbox.url}${path}`)).status).toBe(404);
      expect((await browse(`${sandbox.url}${path}`, { a: 'b' })).status).toBe(404);
    }
    const put = await fetch(`${sandbox.url}/checkout/x`, { method: 'PUT' });
    expect(put.status).toBe(405);
  });
});
