import { readFile } from 'node:fs/promises';
import pg from 'pg';
import Stripe from 'stripe';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { startSandbox, type Sandbox } from '@whisperforge/stripe-sandbox';
import {
  migrate,
  openDatabase,
  type PostgresDatabase,
} from '../../../../src/adapters/postgres/index.ts';
import { createStripeGateway } from '../../../../src/adapters/stripe/index.ts';
import {
  createBilling,
  type Billing,
  type BillingOptions,
  type PaymentGateway,
  type ProjectionFailure,
} from '../../../../src/domains/billing/index.ts';
import { createPricing, readCatalogFile } from '../../../../src/domains/pricing/index.ts';
import type { Database } from '../../../../src/platform/database.ts';
import { createProcess, type Process } from '../../../simulation/process.ts';
import { createPrices, type PriceIds } from './prices.ts';
import { signed } from './signed.ts';

export const KEY = 'sk_test_rig';
export const SECRET = 'whsec_rig';
const START_MS = Date.UTC(2026, 0, 15, 12);
const FIRST_CATALOG = new URL('../../../../data/catalog.json', import.meta.url);

export interface Customer {
  readonly user: string;
  readonly accountId: number;
  readonly customerId: string;
}

/** A part of the system that a test may put others in the place of. */
export type Replaced = Partial<
  Pick<
    BillingOptions,
    'gateway' | 'effects' | 'database' | 'hasStaff' | 'leaseMs' | 'longestReadMs'
  >
>;

/**
 * Billing's own parts on a database and a sandbox, without a server and without a worker: nothing
 * happens but what a test calls.
 */
export interface Rig {
  readonly database: PostgresDatabase;
  readonly databaseUrl: string;
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly gateway: PaymentGateway;
  /** What a server process has in memory, such as to book usage and to change access. */
  readonly process: Process;
  readonly clock: ManualClock;
  readonly prices: PriceIds;
  readonly failures: readonly ProjectionFailure[];
  /** Another worker, with something else in the place of one of its parts. */
  billing(replaced?: Replaced): Billing;
  /** Somebody whose card pays, known to Stripe and to us. */
  customer(card?: string): Promise<Customer>;
  /** Gives an event to the intake, as Stripe would; answers whether it was new. */
  deliver(event: unknown): Promise<boolean>;
  /** Delivers what Stripe has told of a customer, oldest first. */
  deliverAll(customerId: string): Promise<Stripe.Event[]>;
  /** Goes round until nobody is due. */
  work(billing?: Billing): Promise<void>;
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  control(path: string, body?: unknown): Promise<void>;
  advanceTo(ms: number): Promise<void>;
}

export async function openRig(
  databaseUrl: string,
  seed: string,
  startMs = START_MS,
): Promise<Rig & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const clock = manualClock(startMs);
  const sandbox = opening.adopt(
    await startSandbox({ port: 0, seed, clock: () => clock.nowMs() }),
    (it) => it.close(),
  );
  const stripe = new Stripe(KEY, { host: '127.0.0.1', port: sandbox.port, protocol: 'http' });
  const schema = 'billing';
  await migrate({ databaseUrl, schema });
  const database = opening.adopt(
    openDatabase({ url: databaseUrl, schema, applicationName: 'rig' }),
    (it) => it.close(),
  );
  await seedCatalog(database, startMs);
  const process = createProcess(database, clock);
  opening.defer(() => process.usage.close());
  await process.catalog.load();
  const gateway = createStripeGateway({
    secretKey: KEY,
    apiBase: sandbox.url,
    webhookSecrets: [SECRET],
  });
  const pool = opening.adopt(
    new pg.Pool({
      connectionString: databaseUrl,
      max: 2,
      options: '-c search_path=billing -c timezone=UTC',
    }),
    (it) => it.end(),
  );
  // Tests take the database away.
  pool.on('error', () => undefined);
  const failures: ProjectionFailure[] = [];
  const billing = (replaced: Replaced = {}): Billing =>
    createBilling({
      database,
      clock,
      gateway,
      access: process.commands,
      effects: [],
      onFailure: (failure) => void failures.push(failure),
      onStored: () => undefined,
      ...replaced,
    });
  const own = billing();
  const prices = await createPrices(stripe);
  const running = opening.move();
  const rig: Rig = {
    database,
    databaseUrl,
    sandbox,
    stripe,
    gateway,
    process,
    clock,
    prices,
    failures,
    billing,
    customer: (card = 'pm_card_visa') => makeCustomer(rig, process.accounts, card),
    async deliver(event) {
      const { body, header } = signed(event, { secret: SECRET });
      const answer = await own.rawRoutes[0]!.handler({
        params: {},
        query: new URLSearchParams(),
        body: Buffer.from(body),
        session: undefined,
        requestId: 'rig',
        nowMs: clock.nowMs(),
        address: '127.0.0.1',
        cookie: () => undefined,
        header: (name) => (name === 'stripe-signature' ? header : undefined),
      });
      return !(JSON.parse(answer.body.toString()) as { duplicate: boolean }).duplicate;
    },
    async deliverAll(customerId) {
      const events = await eventsOf(stripe, customerId);
      for (const event of events) await rig.deliver(event);
      return events;
    },
    async work(with_ = own) {
      const { signal } = new AbortController();
      for (let done = 1; done > 0;) {
        done = (await with_.naming.work(signal)) + (await with_.projector.work(signal));
      }
    },
    async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await pool.query<Row>(text, [...values])).rows;
    },
    async control(path, body) {
      const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
        method: body === undefined ? 'DELETE' : 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`the sandbox answers ${path} with ${await answer.text()}`);
    },
    async advanceTo(ms) {
      clock.advanceTo(ms);
      await sandbox.settled();
    },
  };
  return Object.assign(rig, { [Symbol.asyncDispose]: () => running.disposeAsync() });
}

export async function seedCatalog(database: Database, nowMs: number): Promise<void> {
  const file = readCatalogFile(await readFile(FIRST_CATALOG, 'utf8'));
  const actor = { kind: 'system', id: 'rig' } as const;
  await createPricing({ database }).seedCatalogIfEmpty(file, { actor, nowMs, reason: 'a test' });
}

async function makeCustomer(
  { stripe, clock }: Rig,
  accounts: ReturnType<typeof createProcess>['accounts'],
  card: string,
): Promise<Customer> {
  const user = `user-${randomText(12)}`;
  const email = `${user}@example.com`;
  const { accountId } = await accounts.upsertUser(user, { email }, clock.nowMs());
  const metadata = { account_id: String(accountId), user };
  const { id: customerId } = await stripe.customers.create({ email, metadata });
  const { id } = await stripe.paymentMethods.attach(card, { customer: customerId });
  const invoice_settings = { default_payment_method: id };
  await stripe.customers.update(customerId, { invoice_settings });
  return { user, accountId, customerId };
}

/** What Stripe has told of a customer, oldest first. */
export async function eventsOf(stripe: Stripe, customerId: string): Promise<Stripe.Event[]> {
  const all = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
  return all.filter((event) => customerOf(event) === customerId).toReversed();
}

export function customerOf({ data }: Stripe.Event): string | null {
  const object = data.object as { object?: string; id?: string; customer?: unknown };
  if (object.object === 'customer') return object.id ?? null;
  return typeof object.customer === 'string' ? object.customer : null;
}
