import Stripe from 'stripe';
import { startSandbox, type Sandbox } from '../../../sandbox.ts';

/** What a test of invoices has: a sandbox of its own, whose time stands still, and the real SDK. */
export interface Kit {
  readonly stripe: Stripe;
  readonly sandbox: Sandbox;
  /** Types of events of one object, in the order in which they happened. */
  eventTypes(id: string): Promise<string[]>;
}

export const NOON_SECONDS = 1_795_435_200;

export async function openKit(faults: unknown[] = []): Promise<Kit> {
  const sandbox = await startSandbox({
    port: 0,
    seed: 'invoices',
    clock: () => NOON_SECONDS * 1_000,
    onFault: (error) => faults.push(error),
  });
  const { port } = sandbox;
  const stripe = new Stripe('sk_test_123', { host: '127.0.0.1', port, protocol: 'http' });
  return {
    stripe,
    sandbox,
    async eventTypes(id) {
      const events = await stripe.events.list({ limit: 100 });
      return events.data
        .filter((event) => (event.data.object as { id?: string }).id === id)
        .map((event) => event.type)
        .toReversed();
    },
  };
}

/** A customer who pays with a test card, on a clock of their own. */
export async function newPayer(
  { stripe }: Kit,
  card = 'pm_card_visa',
): Promise<{ customer: Stripe.Customer; clock: string; card: string }> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: NOON_SECONDS });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  await stripe.customers.update(customer.id, {
    invoice_settings: { default_payment_method: method.id },
  });
  return { customer, clock: clock.id, card: method.id };
}

/** Lets time pass on a test clock, and everything that falls due. */
export async function passTime(
  { stripe, sandbox }: Kit,
  { clock, to }: { readonly clock: string; readonly to: number },
): Promise<void> {
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
  await sandbox.settled();
}
