import type Stripe from 'stripe';
import { startValidated, type Validated } from '../../../test/validated.fixture.ts';

/**
 * What a test of invoices has: a sandbox of its own, whose time stands still, and the real SDK, of
 * which every answer and every event is held against its types.
 */
export interface Account extends Validated {
  /** Types of events of one object, in the order in which they happened. */
  eventTypes(id: string): Promise<string[]>;
}

export const NOON_SECONDS = 1_795_435_200;

export async function openAccount(): Promise<Account> {
  const clock = (): number => NOON_SECONDS * 1_000;
  const started = await startValidated({ seed: 'invoices', clock });
  return { ...started, eventTypes: started.told };
}

/** A customer who pays with a test card, on a clock of their own. */
export async function newPayer(
  { stripe }: Account,
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
  { stripe, sandbox }: Account,
  { clock, to }: { readonly clock: string; readonly to: number },
): Promise<void> {
  await stripe.testHelpers.testClocks.advance(clock, { frozen_time: to });
  await sandbox.settled();
}
