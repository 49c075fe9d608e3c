import { expect, test } from 'vitest';
import { openSession } from './session.fixture.ts';
import { useBillingScene } from '../../../../test/support/billing.ts';

/** Stripe tells the server nothing here: what is answered rests on having asked. */
const scene = useBillingScene({ seed: 'account api', hasWebhooks: false });

const FORM = {
  email: 'anna@example.com',
  name: 'Anna',
  number: '4242 4242 4242 4242',
  expiry: '12 / 34',
  cvc: '123',
};

async function pay(url: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(FORM),
  });
  expect(answer.status).toBe(303);
}

test('a customer buys, changes, ends and comes back on their page', async () => {
  const { server } = scene;
  await server.request('PUT', '/v1/users/anna', { email: 'anna@example.com' });
  const anna = await openSession(server, 'anna');
  const { data } = await anna.get<{ data: { slug: string }[] }>('plans');
  expect(data.length).toBeGreaterThan(2);
  expect(await anna.get('overview')).toMatchObject({
    user: { id: 'anna', email: 'anna@example.com' },
    plan: { plan: 'free' },
    status: 'none',
    subscription: null,
    next_invoice: null,
    payment_method: null,
  });
  const wish = { plan: 'pro', billing_cycle: 'monthly' };
  expect(await anna.post('quotes', wish)).toMatchObject({ total_minor: 1_900 });
  const opened = await anna.post<{ url: string; id: string }>('checkout', wish);
  expect(await anna.get(`checkouts/${opened.id}`)).toMatchObject({
    status: 'open',
    is_active: false,
  });
  await pay(opened.url);
  expect(await anna.get(`checkouts/${opened.id}`)).toEqual({
    status: 'complete',
    is_active: true,
    refusal: null,
  });
  expect(await anna.get('overview')).toMatchObject({
    plan: { plan: 'pro' },
    subscription: { plan: 'pro', billing_cycle: 'monthly', seats: 1, status: 'active' },
    next_invoice: { amount_minor: 1_900, currency: 'usd' },
    payment_method: { brand: 'visa', last4: '4242' },
  });
  await scene.advanceTo(scene.clock.nowMs() + 60_000);
  const preview = await anna.post<{ preview_token: string; amount_due_minor: number }>(
    'subscription/preview',
    { plan: 'business', billing_cycle: 'monthly', seats: 6, when: 'now' },
  );
  const change = { preview_token: preview.preview_token };
  expect(await anna.post('subscription/change', change)).toEqual({
    status: 'done',
    url: null,
    subscription: {
      plan: 'business',
      version: 1,
      name: 'Business',
      status: 'active',
      started_at: expect.any(String),
      cancel_at: null,
      changes_at: null,
    },
  });
  expect(await anna.get('overview')).toMatchObject({
    subscription: { plan: 'business', seats: 6 },
  });
  const invoices = await anna.get<{ data: { total_minor: number }[] }>('invoices');
  expect(invoices.data.map((invoice) => invoice.total_minor)).toEqual([
    preview.amount_due_minor,
    1_900,
  ]);
  const end = { when: 'period_end', reason: 'too dear' };
  expect(await anna.post('subscription/cancel', end)).toMatchObject({
    status: 'scheduled',
    subscription: { plan: 'business', cancel_at: expect.any(String) },
  });
  expect(await anna.get('overview')).toMatchObject({
    subscription: { cancel_at: expect.any(String) },
  });
  expect(await anna.post('subscription/resume')).toMatchObject({
    status: 'done',
    subscription: { cancel_at: null },
  });
  expect(await anna.get('overview')).toMatchObject({ subscription: { cancel_at: null } });
  expect(await anna.post('portal')).toEqual({ url: expect.stringContaining('http') });
});

test('the app does the same by its key, and is sent nowhere that is not allowed', async () => {
  const { server } = scene;
  await server.request('PUT', '/v1/users/ben', { email: 'ben@example.com' });
  const wish = {
    user: 'ben',
    plan: 'pro',
    billing_cycle: 'yearly',
    success_url: 'http://localhost:5173/done',
    cancel_url: 'http://localhost:5173/',
  };
  const bad = { ...wish, success_url: 'https://elsewhere.example' };
  expect(await server.request('POST', '/v1/checkout', bad)).toMatchObject({
    status: 422,
    body: { code: 'redirect_not_allowed' },
  });
  const headers = { 'idempotency-key': 'ben-1' };
  const opened = await server.request<{ url: string }>('POST', '/v1/checkout', wish, { headers });
  expect(opened).toMatchObject({ status: 200 });
  expect((await server.request('POST', '/v1/checkout', wish, { headers })).body).toEqual(
    opened.body,
  );
  await pay(opened.body.url);
  expect(await server.request('POST', '/v1/checkout', wish)).toMatchObject({
    status: 409,
    body: { code: 'subscription_live' },
  });
  const path = '/v1/users/ben/subscription';
  const less = { plan: 'pro', billing_cycle: 'monthly' };
  expect(await server.request('POST', `${path}/preview`, { ...less, when: 'now' })).toMatchObject({
    status: 422,
    body: { code: 'downgrade_at_period_end' },
  });
  expect(await server.request('POST', `${path}/cancel`, { when: 'now' })).toMatchObject({
    status: 200,
    body: { status: 'done' },
  });
  expect((await server.request('GET', '/v1/users/ben')).body).toMatchObject({ plan: 'free' });
});
