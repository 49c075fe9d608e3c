import type Stripe from 'stripe';
import { expect, it } from 'vitest';
import { startValidated, type Validated } from '../../../test/validated.fixture.ts';

const START = Date.UTC(2026, 0, 1) / 1000;
const HOUR = 3_600;

interface Waiting {
  readonly started: Validated;
  readonly subscription: Stripe.Subscription;
  readonly advance: (to: number) => Promise<void>;
}

/** An upgrade from $1,000 to $9,000 that waits for payment, with a card by then that would pay. */
async function waiting(at: (periodEnd: number) => number): Promise<Waiting> {
  const started = await startValidated({ seed: 'pending' });
  const { stripe, sandbox } = started;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
  const { id: customer } = await stripe.customers.create({ test_clock: clock.id });
  const payBy = async (token: string): Promise<void> => {
    const { id } = await stripe.paymentMethods.attach(token, { customer });
    const invoice_settings = { default_payment_method: id };
    await stripe.customers.update(customer, { invoice_settings });
  };
  const advance = async (to: number): Promise<void> => {
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: to });
    await sandbox.settled();
  };
  const { id: product } = await stripe.products.create({ name: 'Pro' });
  const price = async (unit_amount: number): Promise<string> => {
    const recurring = { interval: 'month' } as const;
    return (await stripe.prices.create({ product, unit_amount, currency: 'usd', recurring })).id;
  };
  await payBy('pm_card_visa');
  const items = [{ price: await price(100_000) }];
  const { id, items: bought } = await stripe.subscriptions.create({ customer, items });
  const [item] = bought.data;
  await advance(at(item!.current_period_end));
  await payBy('pm_card_chargeCustomerFail');
  const subscription = await stripe.subscriptions.update(id, {
    items: [{ id: item!.id, price: await price(900_000) }],
    payment_behavior: 'pending_if_incomplete',
    proration_behavior: 'always_invoice',
  });
  await payBy('pm_card_visa');
  return { started, subscription, advance };
}

it('gives an update up when its period ends, and bills the next one once', async () => {
  const { started, subscription, advance } = await waiting((end) => end - 2 * HOUR);
  const { stripe, sandbox } = started;
  const end = subscription.items.data[0]!.current_period_end;
  expect(subscription.pending_update?.expires_at).toBe(end);
  await advance(end + 2 * HOUR);
  const turned = await stripe.subscriptions.retrieve(subscription.id);
  expect(turned.pending_update).toBeNull();
  expect(turned.items.data[0]).toMatchObject({
    current_period_start: end,
    price: { unit_amount: 100_000 },
  });
  const invoice = subscription.latest_invoice as string;
  expect((await stripe.invoices.retrieve(invoice)).status).toBe('void');
  await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({ statusCode: 400 });
  await sandbox.close();
});

it('changes nothing when it is paid but what it named', async () => {
  const { started, subscription } = await waiting((end) => end - 20 * 24 * HOUR);
  const { stripe, sandbox } = started;
  await stripe.subscriptions.update(subscription.id, {
    cancel_at_period_end: true,
    metadata: { said: 'meanwhile' },
  });
  await stripe.invoices.pay(subscription.latest_invoice as string);
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
    pending_update: null,
    cancel_at_period_end: true,
    metadata: { said: 'meanwhile' },
    items: { data: [{ price: { unit_amount: 900_000 } }] },
  });
  await sandbox.close();
});
