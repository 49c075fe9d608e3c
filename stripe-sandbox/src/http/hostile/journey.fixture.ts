import type Stripe from 'stripe';

const DAY = 86_400;
const START = 1_800_000_000;

/** What a journey comes to, where all is well. */
export interface Travelled {
  readonly status: Stripe.Subscription.Status;
  readonly invoices: readonly (readonly [Stripe.Invoice.Status | null, number])[];
  readonly refunded: boolean;
}

/** Makes something of every kind, and uses it as one should. */
export async function travel(stripe: Stripe, settled: () => Promise<void>): Promise<Travelled> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
  const { id: customer } = await stripe.customers.create({
    test_clock: clock.id,
    email: 'a@example.com',
    metadata: { a: 'b' },
    preferred_locales: ['de'],
    shipping: { name: 'A', address: { city: 'B', country: 'DE', line1: 'C' } },
  });
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: method.id },
  });
  const price = await makeCatalogue(stripe);
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price, quantity: 2 }],
    expand: ['latest_invoice.payments'],
  });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + 32 * DAY });
  await settled();
  await stripe.invoiceItems.create({ customer, currency: 'usd', amount: 700 });
  const invoice = await stripe.invoices.create({
    customer,
    pending_invoice_items_behavior: 'include',
  });
  await stripe.invoices.finalizeInvoice(invoice.id);
  await stripe.invoices.pay(invoice.id);
  const [charge] = (await stripe.charges.list({ customer, limit: 1 })).data;
  const refund = await stripe.refunds.create({ charge: charge!.id, amount: 300 });
  const all = await stripe.invoices.list({ customer, limit: 100 });
  const { status } = await stripe.subscriptions.retrieve(subscription.id);
  await useTheRest(stripe, { customer, price, subscription });
  return {
    status,
    invoices: all.data.map((each) => [each.status, each.amount_paid]),
    refunded: refund.status === 'succeeded',
  };
}

async function makeCatalogue(stripe: Stripe): Promise<string> {
  const product = await stripe.products.create({ name: 'Plan', metadata: { x: 'y' } });
  const price = await stripe.prices.create({
    currency: 'usd',
    product: product.id,
    unit_amount: 1_000,
    recurring: { interval: 'month' },
    nickname: 'n',
  });
  await stripe.prices.create({
    currency: 'eur',
    product: product.id,
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    tiers: [
      { up_to: 5, unit_amount: 100 },
      { up_to: 'inf', unit_amount: 50, flat_amount: 10 },
    ],
    recurring: { interval: 'week', interval_count: 2 },
  });
  const once = { currency: 'usd', product: product.id, unit_amount: 500 };
  await stripe.prices.create({ ...once, currency_options: { eur: { unit_amount: 450 } } });
  await stripe.plans.create({
    currency: 'usd',
    product: product.id,
    amount: 900,
    interval: 'year',
  });
  const coupon = await stripe.coupons.create({ percent_off: 25, duration: 'forever' });
  await stripe.coupons.create({
    amount_off: 200,
    currency: 'usd',
    duration: 'repeating',
    duration_in_months: 3,
  });
  await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id } });
  return price.id;
}

interface Made {
  readonly customer: string;
  readonly price: string;
  readonly subscription: Stripe.Subscription;
}

async function useTheRest(stripe: Stripe, { customer, price, subscription }: Made): Promise<void> {
  const [item] = subscription.items.data;
  await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item!.id, quantity: 3 }],
    proration_behavior: 'create_prorations',
    metadata: { a: 'b' },
  });
  await stripe.invoices.createPreview({ customer, subscription: subscription.id });
  await stripe.invoices.create({ customer, auto_advance: false, description: 'draft' });
  await stripe.customers.createBalanceTransaction(customer, { amount: -50, currency: 'usd' });
  await stripe.subscriptionSchedules.create({
    customer,
    start_date: START + 90 * DAY,
    phases: [
      { items: [{ price, quantity: 1 }], duration: { interval: 'month', interval_count: 2 } },
    ],
  });
  const second = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    trial_period_days: 10,
    payment_behavior: 'default_incomplete',
    cancel_at_period_end: true,
  });
  await stripe.subscriptionItems.list({ subscription: second.id });
  await stripe.paymentIntents.create({
    amount: 1_500,
    currency: 'usd',
    customer,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
    confirm: true,
  });
  await stripe.setupIntents.create({ customer, usage: 'off_session' });
  await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer,
    line_items: [{ price, quantity: 1 }],
    success_url: 'http://localhost/ok',
  });
  const configuration = await stripe.billingPortal.configurations.create({
    features: { invoice_history: { enabled: true } },
  });
  await stripe.billingPortal.sessions.create({ customer, configuration: configuration.id });
  await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/none',
    enabled_events: ['coupon.created'],
  });
  await stripe.billing.meters.create({
    display_name: 'M',
    event_name: `m-${customer}`,
    default_aggregation: { formula: 'sum' },
  });
  await stripe.billing.meterEvents.create({
    event_name: `m-${customer}`,
    payload: { stripe_customer_id: customer, value: '5' },
  });
  await stripe.events.list({ limit: 3, type: 'invoice.*' });
}
