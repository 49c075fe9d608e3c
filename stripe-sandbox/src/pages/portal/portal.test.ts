import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startValidated } from '../../../test/validated.fixture.ts';
import type { Sandbox } from '../../index.ts';

let sandbox: Sandbox;
let stripe: Stripe;
let customer: string;
let subscription: Stripe.Subscription;
let gold: Stripe.Price;
let silver: Stripe.Price;

const START = Date.UTC(2026, 10, 23, 12);

beforeEach(async () => {
  ({ sandbox, stripe } = await startValidated({ seed: 'portal', clock: () => START }));
  silver = await addPrice('Silver', 1000);
  gold = await addPrice('Gold', 3000);
  const made = await stripe.customers.create({
    email: 'ada@example.com',
    payment_method: 'pm_card_visa',
  });
  customer = made.id;
  const methods = await stripe.paymentMethods.list({ customer });
  subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: silver.id }],
    default_payment_method: methods.data[0]!.id,
  });
});

afterEach(() => sandbox.close());

function addPrice(name: string, unit_amount: number): Promise<Stripe.Price> {
  const product_data = { name };
  const recurring = { interval: 'month' } as const;
  return stripe.prices.create({ currency: 'usd', unit_amount, product_data, recurring });
}

interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly text: string;
}

async function browse(path: string, form?: Record<string, string>): Promise<Page> {
  const response = await fetch(path.startsWith('/') ? `${sandbox.url}${path}` : path, {
    redirect: 'manual',
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  const location = response.headers.get('location');
  return { status: response.status, location, text: await response.text() };
}

const card = (number: string) => ({ number, expiry: '12 / 34', cvc: '123' });

async function configure(
  features: Stripe.BillingPortal.ConfigurationCreateParams.Features,
): Promise<string> {
  const { id } = await stripe.billingPortal.configurations.create({ features });
  return id;
}

const updateFeature = () => ({
  enabled: true,
  default_allowed_updates: ['price' as const],
  proration_behavior: 'always_invoice' as const,
  products: [silver, gold].map(({ id, product }) => ({
    product: product as string,
    prices: [id],
  })),
});

describe('a configuration', () => {
  it('is made, changed and listed, and tells so', async () => {
    const { configurations } = stripe.billingPortal;
    const made = await configurations.create({
      business_profile: { headline: 'Forge' },
      features: { subscription_cancel: { enabled: true }, subscription_update: updateFeature() },
    });
    expect(made).toMatchObject({
      active: true,
      is_default: false,
      business_profile: { headline: 'Forge' },
      features: {
        invoice_history: { enabled: false },
        subscription_cancel: { enabled: true, mode: 'at_period_end' },
        subscription_update: { default_allowed_updates: ['price'] },
      },
    });
    const changed = await configurations.update(made.id, {
      metadata: { foo: 'bar' },
      features: { subscription_cancel: { mode: 'immediately' } },
    });
    expect(changed).toMatchObject({
      metadata: { foo: 'bar' },
      business_profile: { headline: 'Forge' },
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
    });
    expect(await configurations.retrieve(made.id)).toEqual({ ...changed, lastResponse: undefined });
    const events = await stripe.events.list({ type: 'billing_portal.configuration.*' });
    expect(events.data.map(({ type }) => type)).toEqual([
      'billing_portal.configuration.updated',
      'billing_portal.configuration.created',
    ]);
    expect((await configurations.list({ is_default: true })).data).toEqual([]);
  });

  it('is refused where it offers what is not the product’s, or nothing', async () => {
    const products = [{ product: silver.product as string, prices: [gold.id] }];
    const wrong = { ...updateFeature(), products };
    await expect(configure({ subscription_update: wrong })).rejects.toThrow('does not belong');
    const empty = { enabled: true };
    await expect(configure({ subscription_update: empty })).rejects.toThrow('Missing required');
  });
});

describe('a session', () => {
  it('uses the default configuration, and shows what is the customer’s own', async () => {
    const session = await stripe.billingPortal.sessions.create({
      customer,
      return_url: 'https://shop.example/account',
    });
    const { data } = await stripe.billingPortal.configurations.list({ is_default: true });
    expect(data.map(({ id }) => id)).toEqual([session.configuration]);
    const { text } = await browse(session.url);
    for (const shown of ['Silver, $10.00 every month', 'Visa ending in 4242', '/invoices/in_']) {
      expect(text).toContain(shown);
    }
    expect(text).toContain('href="https://shop.example/account"');
    expect(text).not.toContain('Change plan');
    const [told] = (await stripe.events.list({ type: 'billing_portal.session.created' })).data;
    expect(told?.data.object).toMatchObject({ id: session.id, url: session.url });
  });

  it('cancels at the period’s end with a reason, and takes it back', async () => {
    const { url } = await stripe.billingPortal.sessions.create({ customer });
    const path = `${url}/cancel/${subscription.id}`;
    expect((await browse(path)).text).toContain('Too expensive');
    const done = await browse(path, { reason: 'too_expensive', comment: 'Sorry <3' });
    expect(done.status).toBe(303);
    const ending = await stripe.subscriptions.retrieve(subscription.id);
    expect(ending).toMatchObject({
      status: 'active',
      cancel_at: ending.items.data[0]!.current_period_end,
      cancellation_details: { feedback: 'too_expensive', comment: 'Sorry <3' },
    });
    expect((await browse(url)).text).toContain('Keep the subscription');
    await browse(`${url}/keep/${subscription.id}`, {});
    const kept = await stripe.subscriptions.retrieve(subscription.id);
    expect(kept).toMatchObject({ cancel_at: null, cancel_at_period_end: false });
  });

  it('cancels at once where the configuration says so', async () => {
    const configuration = await configure({
      subscription_cancel: { enabled: true, mode: 'immediately' },
    });
    const { url } = await stripe.billingPortal.sessions.create({ customer, configuration });
    await browse(`${url}/cancel/${subscription.id}`, {});
    const ended = await stripe.subscriptions.retrieve(subscription.id);
    expect(ended.status).toBe('canceled');
  });

  it('changes the plan to what is offered, charges it, and to nothing else', async () => {
    const configuration = await configure({ subscription_update: updateFeature() });
    const { url } = await stripe.billingPortal.sessions.create({ customer, configuration });
    const path = `${url}/update/${subscription.id}`;
    expect((await browse(path)).text).toContain('Gold, $30.00 every month');
    const bronze = await addPrice('Bronze', 100);
    expect((await browse(path, { price: bronze.id })).status).toBe(400);
    expect((await browse(path, { price: gold.id })).status).toBe(303);
    const expand = ['latest_invoice'];
    const changed = await stripe.subscriptions.retrieve(subscription.id, { expand });
    expect(changed.items.data[0]!.price.id).toBe(gold.id);
    expect(changed.latest_invoice).toMatchObject({ status: 'paid', amount_paid: 2000 });
  });

  it('adds a card that is paid with from then on, after its holder was asked', async () => {
    const { url } = await stripe.billingPortal.sessions.create({ customer });
    const path = `${url}/payment-method`;
    expect((await browse(path, card('4000000000000002'))).status).toBe(402);
    const asked = await browse(path, card('4000002500003155'));
    const waiting = /name="waiting" value="(\w+)"/.exec(asked.text)![1]!;
    expect((await browse(path, { waiting, answer: 'proved' })).status).toBe(303);
    const owner = (await stripe.customers.retrieve(customer)) as Stripe.Customer;
    expect(owner.invoice_settings.default_payment_method).toBe(waiting);
    const renewed = await stripe.subscriptions.retrieve(subscription.id);
    expect(renewed.default_payment_method).toBe(waiting);
  });

  it('leads through a flow and back to where that was to end', async () => {
    const { url } = await stripe.billingPortal.sessions.create({
      customer,
      flow_data: {
        type: 'subscription_cancel',
        subscription_cancel: { subscription: subscription.id },
        after_completion: { type: 'redirect', redirect: { return_url: 'https://a.example/bye' } },
      },
    });
    const { location } = await browse(url);
    expect(location).toBe(`${new URL(url).pathname}/cancel/${subscription.id}`);
    expect((await browse(location!, {})).location).toBe('https://a.example/bye');
  });

  it('does nothing with what is another customer’s, or is not offered', async () => {
    const other = await stripe.customers.create();
    const { url } = await stripe.billingPortal.sessions.create({ customer: other.id });
    expect((await browse(`${url}/cancel/${subscription.id}`, {})).status).toBe(404);
    expect((await browse(`${url}/update/${subscription.id}`, {})).status).toBe(400);
    const method = subscription.default_payment_method as string;
    expect((await browse(`${url}/default`, { method })).status).toBe(404);
  });
});

describe('the page of an invoice', () => {
  it('shows what it is for, and pays it, after its holder was asked', async () => {
    const invoice = await stripe.invoices.create({
      customer,
      collection_method: 'send_invoice',
      days_until_due: 7,
    });
    await stripe.invoiceItems.create({
      customer,
      invoice: invoice.id,
      amount: 700,
      currency: 'usd',
      description: 'A <b>',
    });
    const { hosted_invoice_url: url } = await stripe.invoices.finalizeInvoice(invoice.id);
    const shown = await browse(url!);
    expect(shown.text).toContain('A &lt;b&gt;');
    expect(shown.text).toContain('Pay $7.00');
    const refused = await browse(url!, card('4000000000000341'));
    expect(refused.status).toBe(402);
    const asked = await browse(url!, card('4000002760003184'));
    expect(asked.location).toMatch(/^\/3ds\/pi_/);
    expect((await browse(asked.location!, { answer: 'proved' })).text).toContain(invoice.id);
    const paid = await stripe.invoices.retrieve(invoice.id);
    expect(paid.status).toBe('paid');
    expect((await browse(url!)).text).toContain('This invoice is paid');
  });
});
