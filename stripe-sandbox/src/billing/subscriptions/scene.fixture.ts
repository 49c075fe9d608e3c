import type Stripe from 'stripe';
import { startValidated } from '../../../test/validated.fixture.ts';
import type { Sandbox } from '../../sandbox.ts';

/** A sandbox, a client of it, and a customer on a test clock who pays with a good card. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly clock: string;
  readonly customer: string;
}

export const secondsOf = (date: string): number => Date.parse(`${date}Z`) / 1000;

/** Starts a sandbox whose customer lives by a test clock that shows a date. */
export async function openScene(date: string, paymentMethod = 'pm_card_visa'): Promise<Scene> {
  const { sandbox, stripe } = await startValidated({
    seed: 'scene',
    clock: () => secondsOf('2026-01-01T00:00:00') * 1000,
  });
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: secondsOf(date) });
  const { id: customer } = await stripe.customers.create({ test_clock: clock.id });
  if (paymentMethod !== '') await giveCard(stripe, customer, paymentMethod);
  return { sandbox, stripe, clock: clock.id, customer };
}

/** Attaches a card of Stripe's tests and makes it the customer's default. */
export async function giveCard(stripe: Stripe, customer: string, card: string): Promise<string> {
  const method = await stripe.paymentMethods.attach(card, { customer });
  const settings = { default_payment_method: method.id };
  await stripe.customers.update(customer, { invoice_settings: settings });
  return method.id;
}

/** Moves the clock to a date and waits until all that fell due on the way has happened. */
export async function advance({ stripe, sandbox, clock }: Scene, date: string): Promise<void> {
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time: secondsOf(date) });
  await sandbox.settled();
}

/** A price in US cents for a product of its own. */
export async function priceOf(
  { stripe }: Scene,
  unitAmount: number,
  recurring: Stripe.PriceCreateParams.Recurring = { interval: 'month' },
): Promise<string> {
  const product = await stripe.products.create({ name: `Gold ${unitAmount}` });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: unitAmount,
    recurring,
  });
  return price.id;
}

/** The invoices of a customer, oldest first. */
export async function invoicesOf({ stripe, customer }: Scene): Promise<Stripe.Invoice[]> {
  const { data } = await stripe.invoices.list({ customer, limit: 100 });
  return data.toReversed();
}

/** The types of all events, oldest first. */
export async function eventsOf({ stripe }: Scene): Promise<string[]> {
  const { data } = await stripe.events.list({ limit: 100 });
  return data.toReversed().map((event) => event.type);
}
