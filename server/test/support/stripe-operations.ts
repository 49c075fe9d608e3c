import Stripe from 'stripe';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { startSandbox, type Sandbox } from '@whisperforge/stripe-sandbox';
import { openDatabase, type PostgresDatabase } from '../../src/adapters/postgres/index.ts';
import { compose, type Application } from '../../src/main/compose.ts';
import { readConfig } from '../../src/main/config.ts';
import { createLogger } from '../../src/main/logger.ts';
import { STRIPE_KEY } from './billing.ts';

const START_MS = Date.UTC(2026, 0, 15, 12);

/** A Stripe that tells nobody anything, with what staff and customers do there. */
export interface SilentStripe {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly clock: ManualClock;
  /** Lets time pass, and everything that falls due at Stripe happen. */
  advanceTo(ms: number): Promise<void>;
  fail(failure: Record<string, unknown>): Promise<void>;
  /** A price of a month or a year, under a key. */
  price(of: {
    readonly lookupKey?: string;
    readonly amountMinor: number;
    readonly interval?: 'month' | 'year';
  }): Promise<string>;
  /** A customer whose card pays. */
  customer(params: Stripe.CustomerCreateParams): Promise<string>;
  subscribe(params: Stripe.SubscriptionCreateParams): Promise<Stripe.Subscription>;
  close(): Promise<void>;
}

export async function openSilentStripe(
  seed: string,
  { port = 0, clock = manualClock(START_MS) }: { port?: number; clock?: ManualClock } = {},
): Promise<SilentStripe> {
  const sandbox = await startSandbox({ port, seed, clock: () => clock.nowMs() });
  const stripe = new Stripe(STRIPE_KEY, {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
  });
  return {
    sandbox,
    stripe,
    clock,
    async advanceTo(ms) {
      clock.advanceTo(ms);
      await sandbox.settled();
    },
    async fail(failure) {
      const answer = await fetch(`${sandbox.url}/_sandbox/failures`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(failure),
      });
      if (!answer.ok) throw new Error(`the sandbox answers with ${await answer.text()}`);
    },
    async price({ lookupKey, amountMinor, interval = 'month' }) {
      const { id: product } = await stripe.products.create({ name: lookupKey ?? 'an old plan' });
      const { id } = await stripe.prices.create({
        product,
        currency: 'usd',
        unit_amount: amountMinor,
        recurring: { interval },
        ...(lookupKey !== undefined && { lookup_key: lookupKey }),
      });
      return id;
    },
    async customer(params) {
      const { id } = await stripe.customers.create(params);
      const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
      await stripe.customers.update(id, {
        invoice_settings: { default_payment_method: method.id },
      });
      return id;
    },
    subscribe: (params) => stripe.subscriptions.create(params),
    close: () => sandbox.close(),
  };
}

/** The application without a server, as the commands of operators build it. */
export interface OperatedApplication extends Application {
  readonly database: PostgresDatabase;
}

export async function openApplication(
  databaseUrl: string,
  { sandbox, clock }: Pick<SilentStripe, 'sandbox' | 'clock'>,
): Promise<OperatedApplication> {
  const config = readConfig({
    NODE_ENV: 'test',
    ROLE: 'api',
    DATABASE_URL: databaseUrl,
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_API_BASE: sandbox.url,
    STAFF_EMAIL: 'staff@example.com',
  });
  const database = openDatabase({
    url: databaseUrl,
    schema: config.databaseSchema,
    applicationName: 'test',
    maxConnections: 6,
  });
  const application = compose({ config, database, clock, logger: createLogger('silent') });
  await application.start();
  return {
    ...application,
    database,
    async close() {
      await application.close();
      await database.close();
    },
  };
}
