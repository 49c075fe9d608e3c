import type Stripe from 'stripe';
import { CARDS, MONTHLY, type Shop } from './shop.fixture.ts';
import type { Page } from 'playwright-core';

/** Words that fit no line of a telephone, as people have them. */
const GOLD = 'Gold, for the Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten';
const CODE = 'HALFOFFEVERYTHINGUNTILTHEYEARISOVERANDEVENAFTERWARDS';

/** A page, and how somebody gets to see it. */
export interface Shown {
  readonly name: string;
  readonly url: string;
  /** What is done there before it is looked at. */
  readonly act?: (page: Page) => Promise<void>;
}

const press = (name: string) => (page: Page) => page.getByRole('button', { name }).click();

/** Every page of a checkout, with as much on it as can be. */
export async function checkoutPages(shop: Shop): Promise<Shown[]> {
  const { stripe } = shop;
  const gold = await shop.addPrice(GOLD, {
    recurring: MONTHLY,
    unit_amount: 129_900,
  });
  const setUp = await shop.addPrice('Setting up');
  const customer = await customerWithCard(stripe);
  const both = [
    { price: gold, quantity: 12 },
    { price: setUp, quantity: 1 },
  ];
  const subscribe = { mode: 'subscription', line_items: both } as const;
  const once = { mode: 'payment' as const, line_items: [{ price: setUp, quantity: 2 }] };
  const trial = { subscription_data: { trial_period_days: 14 } };
  const codes = { allow_promotion_codes: true };
  const full = await shop.openCheckout({ ...subscribe, ...codes, ...trial, customer });
  const reduced = await shop.openCheckout({ ...subscribe, ...codes });
  const plain = await shop.openCheckout(once);
  const asking = await shop.openCheckout(once);
  const expired = await shop.openCheckout(once);
  await stripe.checkout.sessions.expire(expired.id);
  const complete = await shop.openCheckout({ mode: 'setup', currency: 'usd' });
  const setup = await shop.openCheckout({ mode: 'setup', currency: 'usd' });
  const debit = await shop.openCheckout({
    mode: 'payment',
    line_items: [
      { price_data: { currency: 'eur', unit_amount: 900, product_data: { name: 'Book' } } },
    ].map((item) => ({ ...item, quantity: 1 })),
    allowed_payment_method_types: ['card', 'sepa_debit'],
  });
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const promotion = { type: 'coupon', coupon: coupon.id } as const;
  await stripe.promotionCodes.create({ promotion, code: CODE });
  return [
    {
      name: 'checkout-subscription',
      url: full.url,
      act: (page) => page.getByText('Test cards').click(),
    },
    {
      name: 'checkout-reduced',
      url: reduced.url,
      async act(page) {
        await page.getByLabel('Promotion code').fill(CODE.toLowerCase());
        await press('Apply code')(page);
        await page.getByRole('button', { name: 'Remove promotion code' }).waitFor();
      },
    },
    {
      name: 'checkout-declined',
      url: plain.url,
      async act(page) {
        await page.getByLabel('Card number').fill(CARDS.declined);
        await press('Pay')(page);
        await page.getByRole('alert').waitFor();
      },
    },
    {
      name: 'checkout-authentication',
      url: asking.url,
      async act(page) {
        await page.getByLabel('Card number').fill(CARDS.asks);
        await press('Pay')(page);
        await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
      },
    },
    { name: 'checkout-setup', url: setup.url },
    { name: 'checkout-debit', url: debit.url },
    {
      name: 'checkout-complete',
      url: complete.url,
      async act(page) {
        await press('Save payment method')(page);
        await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
        await page.goBack();
        await page.getByRole('heading', { name: 'All done' }).waitFor();
      },
    },
    { name: 'checkout-expired', url: expired.url },
  ];
}

async function customerWithCard(stripe: Stripe): Promise<string> {
  const { id } = await stripe.customers.create({
    email: 'ada.lovelace.of.the.analytical.engine@mathematics.example.com',
    name: 'Ada Lovelace',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  await stripe.paymentMethods.attach('pm_card_mastercard', { customer: id });
  return id;
}

/** Every page of the portal, with as much on it as can be. */
export async function portalPages(shop: Shop): Promise<Shown[]> {
  const { stripe, url: home } = shop;
  const customer = await customerWithCard(stripe);
  const names = ['Silver', GOLD];
  const prices = await Promise.all(
    names.map((name) => shop.addPrice(name, { recurring: MONTHLY, unit_amount: 129_900 })),
  );
  const products = await Promise.all(
    prices.map(async (price) => {
      const { product } = await stripe.prices.retrieve(price);
      const adjustable_quantity = { enabled: true, minimum: 1, maximum: 50 };
      return { product: product as string, prices: [price], adjustable_quantity };
    }),
  );
  const items = [{ price: prices[0]!, quantity: 12 }];
  const living = await stripe.subscriptions.create({ customer, items });
  await stripe.subscriptions.create({ customer, items, cancel_at_period_end: true });
  const { id: configuration } = await stripe.billingPortal.configurations.create({
    business_profile: { headline: 'Rechtsschutzversicherungsgesellschaften: your billing' },
    features: {
      customer_update: { enabled: true, allowed_updates: ['email', 'name', 'phone'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: {
        enabled: true,
        cancellation_reason: { enabled: true, options: ['too_expensive', 'unused', 'other'] },
      },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity'],
        proration_behavior: 'always_invoice',
        products,
      },
    },
  });
  const { url } = await stripe.billingPortal.sessions.create({
    customer,
    configuration,
    return_url: home,
  });
  const other = await stripe.customers.create({ email: 'new@example.com' });
  const empty = await stripe.billingPortal.sessions.create({ customer: other.id, configuration });
  return [
    { name: 'portal', url },
    { name: 'portal-empty', url: empty.url },
    { name: 'portal-cancel', url: `${url}/cancel/${living.id}` },
    { name: 'portal-update', url: `${url}/update/${living.id}` },
    { name: 'portal-payment-method', url: `${url}/payment-method` },
    {
      name: 'portal-authentication',
      url: `${url}/payment-method`,
      async act(page) {
        await page.getByLabel('Card number').fill(CARDS.asks);
        await press('Save and use by default')(page);
        await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
      },
    },
  ];
}

/** What else there is to see. */
export async function otherPages({ stripe, sandbox }: Shop): Promise<Shown[]> {
  const customer = await customerWithCard(stripe);
  const open = await finalizedInvoice(stripe, customer);
  const paid = await finalizedInvoice(stripe, customer);
  await stripe.invoices.pay(paid.id);
  return [
    { name: 'invoice-open', url: open.hosted_invoice_url! },
    { name: 'invoice-paid', url: paid.hosted_invoice_url! },
    { name: 'not-found', url: `${sandbox.url}/checkout/cs_test_1` },
  ];
}

export async function finalizedInvoice(stripe: Stripe, customer: string): Promise<Stripe.Invoice> {
  const { id: invoice } = await stripe.invoices.create({
    customer,
    collection_method: 'send_invoice',
    days_until_due: 7,
  });
  const currency = 'usd';
  const description = GOLD;
  await stripe.invoiceItems.create({ customer, invoice, amount: 123_456, currency, description });
  return stripe.invoices.finalizeInvoice(invoice);
}
