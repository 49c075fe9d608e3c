import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { finalizedInvoice } from './pages.fixture.ts';
import { CARDS, MONTHLY, openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
let silver: string;
let gold: string;
let configuration: string;
let customer: string;
let subscription: Stripe.Subscription;

beforeAll(async () => {
  shop = await openShop('browser portal');
  silver = await shop.addPrice('Silver', { recurring: MONTHLY, unit_amount: 1000 });
  gold = await shop.addPrice('Gold', { recurring: MONTHLY, unit_amount: 3000 });
  configuration = await configure();
});

beforeEach(async () => {
  ({ id: customer } = await shop.stripe.customers.create({
    email: 'ada@example.com',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  }));
  const items = [{ price: silver, quantity: 1 }];
  subscription = await shop.stripe.subscriptions.create({ customer, items });
});
afterEach(() => shop?.leave());
afterAll(() => shop?.close());

async function configure(): Promise<string> {
  const adjustable_quantity = { enabled: true, minimum: 1, maximum: 50 };
  const products = await Promise.all(
    [silver, gold].map(async (price) => {
      const { product } = await shop.stripe.prices.retrieve(price);
      return { product: product as string, prices: [price], adjustable_quantity };
    }),
  );
  const { id } = await shop.stripe.billingPortal.configurations.create({
    features: {
      customer_update: { enabled: true, allowed_updates: ['email', 'name'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: {
        enabled: true,
        cancellation_reason: { enabled: true, options: ['too_expensive', 'other'] },
      },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity'],
        proration_behavior: 'always_invoice',
        products,
      },
    },
  });
  return id;
}

async function visitPortal(): Promise<Page> {
  const { sessions } = shop.stripe.billingPortal;
  const { url } = await sessions.create({ customer, configuration, return_url: shop.url });
  return shop.visit(url);
}

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const follow = (page: Page, name: string) => page.getByRole('link', { name }).click();
const toldBy = (page: Page) => page.getByRole('status').textContent();

async function owner(): Promise<Stripe.Customer> {
  return (await shop.stripe.customers.retrieve(customer)) as Stripe.Customer;
}

describe('the portal', () => {
  it('cancels with the period and a reason, says until when, and takes it back', async () => {
    const page = await visitPortal();
    await follow(page, 'Cancel');
    await page.getByText('You can use it until 23 December 2026 (UTC).').waitFor();
    await page.getByLabel('Why do you cancel?').selectOption('Too expensive');
    await page.getByLabel('Anything else').fill('It was good while it lasted.');
    await press(page, 'Cancel the subscription');
    expect(await toldBy(page)).toBe('Your subscription ends with its period.');
    await page.getByText('active, ends on 23 December 2026 (UTC)').waitFor();
    const ending = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(ending.cancel_at).not.toBeNull();
    expect(ending.cancellation_details).toMatchObject({ feedback: 'too_expensive' });
    await press(page, 'Keep the subscription');
    expect(await toldBy(page)).toBe('Your subscription goes on.');
    await page.getByText('active, renews on 23 December 2026 (UTC)').waitFor();
    const kept = await shop.stripe.subscriptions.retrieve(subscription.id);
    expect(kept.cancel_at).toBeNull();
  });

  it('changes the plan and its quantity, and charges the difference at once', async () => {
    const page = await visitPortal();
    await follow(page, 'Change plan');
    expect(await page.getByLabel('Silver').isChecked()).toBe(true);
    await page.getByLabel('Gold, $30.00 every month').check();
    await page.getByLabel('Quantity').fill('2');
    await press(page, 'Confirm the change');
    expect(await toldBy(page)).toBe('Your subscription has been changed.');
    await page.getByText('Gold, $30.00 every month × 2').waitFor();
    const expand = ['latest_invoice'];
    const changed = await shop.stripe.subscriptions.retrieve(subscription.id, { expand });
    expect(changed.items.data[0]).toMatchObject({ quantity: 2, price: { id: gold } });
    expect(changed.latest_invoice).toMatchObject({ status: 'paid', amount_paid: 5000 });
  });

  it('adds a card, after its holder was asked, and pays with it from then on', async () => {
    const page = await visitPortal();
    await follow(page, 'Add a payment method');
    await page.getByLabel('Card number').fill(CARDS.declined);
    await press(page, 'Save and use by default');
    expect(await page.getByRole('alert').textContent()).toBe('Your card was declined.');
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Save and use by default');
    await press(page, 'Complete authentication');
    expect(await toldBy(page)).toBe('Your payment method has been saved.');
    const { default_payment_method: used } = (await owner()).invoice_settings;
    const { card } = await shop.stripe.paymentMethods.retrieve(used as string);
    expect(card?.last4).toBe('3184');
    await press(page, 'Use by default: Visa ending in 4242');
    expect(await toldBy(page)).toBe('Your payment method has been changed.');
    expect((await owner()).invoice_settings.default_payment_method).not.toBe(used);
  });

  it('changes what is known of the customer', async () => {
    const page = await visitPortal();
    await page.getByLabel('E-mail').fill('countess@example.com');
    await page.getByLabel('Name').fill('Ada Lovelace');
    await press(page, 'Save');
    expect(await toldBy(page)).toBe('Your details have been changed.');
    expect(await owner()).toMatchObject({ email: 'countess@example.com', name: 'Ada Lovelace' });
  });

  it('shows the invoices, and leads to each and back to the shop', async () => {
    const page = await visitPortal();
    await page.getByRole('row', { name: 'paid $10.00' }).waitFor();
    await follow(page, '23 November 2026 (UTC)');
    expect(await toldBy(page)).toBe('This invoice is paid. Thank you.');
    await page.goBack();
    await follow(page, 'Back');
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    expect(page.url()).toBe(`${shop.url}/`);
  });

  it('leads straight to what a session is for, and then says that it is done', async () => {
    const { sessions } = shop.stripe.billingPortal;
    const { url } = await sessions.create({
      customer,
      configuration,
      flow_data: {
        type: 'subscription_cancel',
        subscription_cancel: { subscription: subscription.id },
        after_completion: { type: 'hosted_confirmation' },
      },
    });
    const page = await shop.visit(url);
    await press(page, 'Cancel the subscription');
    await page.getByRole('heading', { name: 'Done' }).waitFor();
    const text = await page.getByRole('main').textContent();
    expect(text).toContain('Your subscription ends with its period.');
  });
});

describe('the page of an invoice', () => {
  it('is paid with another card after one was declined, and then says so', async () => {
    const { id, hosted_invoice_url: url } = await finalizedInvoice(shop.stripe, customer);
    const page = await shop.visit(url!);
    await page.getByText('due on 30 November 2026 (UTC)').waitFor();
    await page.getByLabel('Pay with').selectOption('A new card');
    await page.getByLabel('Card number').fill(CARDS.declined);
    await press(page, 'Pay $1,234.56');
    expect(await page.getByRole('alert').textContent()).toBe('Your card was declined.');
    await page.getByLabel('Pay with').selectOption({ index: 0 });
    await press(page, 'Pay $1,234.56');
    expect(await toldBy(page)).toBe('This invoice is paid. Thank you.');
    expect((await shop.stripe.invoices.retrieve(id)).status).toBe('paid');
  });

  it('asks the holder of the card, stays open after a no, and leads back', async () => {
    const { id, hosted_invoice_url: url } = await finalizedInvoice(shop.stripe, customer);
    const page = await shop.visit(url!);
    for (const answer of ['Fail authentication', 'Complete authentication']) {
      expect((await shop.stripe.invoices.retrieve(id)).status).toBe('open');
      await page.getByLabel('Pay with').selectOption('A new card');
      await page.getByLabel('Card number').fill(CARDS.asks);
      await press(page, 'Pay $1,234.56');
      await press(page, answer);
      await follow(page, 'Go to the invoice');
      await page.getByRole('heading', { name: /^Invoice/ }).waitFor();
    }
    expect(await toldBy(page)).toBe('This invoice is paid. Thank you.');
    expect((await shop.stripe.invoices.retrieve(id)).status).toBe('paid');
  });
});
