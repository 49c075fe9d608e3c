import { parseArgs } from 'node:util';
import Stripe from 'stripe';
import { startSandbox } from '../src/index.ts';

/** On one test clock each, so that many clocks advance beside each other. */
const A_CLOCK = 100;
const AT_ONCE = 20;
/** The first of January 2026, at noon. */
const START = 1_767_268_800;
const YEAR_SECONDS = 365 * 86_400;
/** As often as at Stripe, where no clock goes further than two intervals at once; here it may. */
const ADVANCES = 7;

export interface Year {
  readonly subscribingSeconds: number;
  readonly advancingSeconds: number;
  readonly paidInvoices: number;
}

/** Lets customers with monthly subscriptions live for a year, and measures how long that takes. */
export async function liveAYear(customers: number): Promise<Year> {
  const sandbox = await startSandbox({ port: 0, seed: 'thousand' });
  const { port } = sandbox;
  const stripe = new Stripe('sk_test_thousand', { host: '127.0.0.1', port, protocol: 'http' });
  try {
    const startMs = performance.now();
    const clocks = await subscribeAll(stripe, customers);
    await sandbox.settled();
    const subscribedMs = performance.now();
    for (let done = 1; done <= ADVANCES; done += 1) {
      const frozen_time = START + Math.floor((YEAR_SECONDS * done) / ADVANCES);
      for (const clock of clocks) {
        await stripe.testHelpers.testClocks.advance(clock, { frozen_time });
      }
      await sandbox.settled();
    }
    const endMs = performance.now();
    return {
      subscribingSeconds: (subscribedMs - startMs) / 1000,
      advancingSeconds: (endMs - subscribedMs) / 1000,
      paidInvoices: await countPaid(stripe),
    };
  } finally {
    await sandbox.close();
  }
}

/** Answers the clocks that they live by. */
async function subscribeAll(stripe: Stripe, customers: number): Promise<string[]> {
  const { id: price } = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1_999,
    recurring: { interval: 'month' },
    product_data: { name: 'Monthly' },
  });
  const clocks: string[] = [];
  for (let made = 0; made < customers; made += AT_ONCE) {
    if (made % A_CLOCK === 0) {
      clocks.push((await stripe.testHelpers.testClocks.create({ frozen_time: START })).id);
    }
    const count = Math.min(AT_ONCE, customers - made);
    const clock = clocks.at(-1)!;
    await Promise.all(Array.from({ length: count }, () => subscribe(stripe, clock, price)));
  }
  return clocks;
}

async function subscribe(stripe: Stripe, clock: string, price: string): Promise<void> {
  const customer = await stripe.customers.create({
    test_clock: clock,
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price }] });
}

async function countPaid(stripe: Stripe): Promise<number> {
  let count = 0;
  for await (const event of stripe.events.list({ type: 'invoice.paid', limit: 100 })) {
    if (event.type === 'invoice.paid') count += 1;
  }
  return count;
}

/** `node --conditions=@whisperforge/source stripe-sandbox/test/thousand-customers.ts` */
async function measure(): Promise<void> {
  const { values } = parseArgs({ options: { customers: { type: 'string', default: '1000' } } });
  const year = await liveAYear(Number(values.customers));
  process.stdout.write(
    `${values.customers} customers subscribed in ${year.subscribingSeconds.toFixed(1)} s, and ` +
      `lived for a year in ${year.advancingSeconds.toFixed(1)} s: ${year.paidInvoices} invoices ` +
      `paid, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB\n`,
  );
}

if (import.meta.main) await measure();
