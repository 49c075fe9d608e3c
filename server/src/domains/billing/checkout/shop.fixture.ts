import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll } from 'vitest';
import Stripe from 'stripe';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { startSandbox, type Sandbox } from '@whisperforge/stripe-sandbox';
import { createProcess, type Process } from '../../../../test/simulation/process.ts';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { createStripeGateway } from '../../../adapters/stripe/index.ts';
import { createOrigins, findCustomerOfAccount } from '../../accounts/index.ts';
import { createDelivery } from '../../outbox/index.ts';
import {
  createPricing,
  createQuotes,
  readCatalogFile,
  type LoadPurchases,
  type PlanRequest,
  type QuoteRequest,
  type Quotes,
} from '../../pricing/index.ts';
import { hasSubscribed } from '../../subscriptions/index.ts';
import { createBilling } from '../billing.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { createSelling, sellingEffects, type Selling } from '../selling.ts';
import { createRefresh } from './refresh.ts';
import { findTrials } from './trials/store.ts';
import type { CheckoutRequest } from './service.ts';

const KEY = 'sk_test_shop';
const GRACE_DAYS = 7;
const START_MS = Date.UTC(2026, 0, 15, 12);
const FIRST_CATALOG = new URL('../../../../data/catalog.json', import.meta.url);
export const CARD = '4242 4242 4242 4242';

export interface Buyer {
  readonly user: string;
  readonly accountId: number;
}

/** Everything between a customer's wish and what they have, without a server around it. */
export interface Shop {
  readonly database: PostgresDatabase;
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly gateway: PaymentGateway;
  readonly clock: ManualClock;
  readonly process: Process;
  readonly pricing: ReturnType<typeof createPricing>;
  readonly quotes: Quotes;
  readonly selling: Selling;
  /** The same with another gateway in between, as another process. */
  sellingThrough(gateway: PaymentGateway): Selling;
  person(): Promise<Buyer>;
  /** Pays a session on Stripe's own page; answers where the customer is sent. */
  pay(url: string, card?: string): Promise<string>;
  refresh(buyer: Buyer): Promise<void>;
  /** Hands out the news until there are none. */
  deliver(selling?: Selling): Promise<void>;
  /** Buys a plan, to the end. */
  subscribe(buyer: Buyer, plan: string, more?: Partial<PlanWish>): Promise<void>;
  advanceTo(ms: number): Promise<void>;
  fail(failure: Record<string, unknown>): Promise<void>;
}

export interface PlanWish {
  readonly billingCycle: 'monthly' | 'yearly';
  readonly seats: number | null;
  readonly promotionCode: string | null;
  readonly currency: string | null;
}

export function planWish(plan: string, more: Partial<PlanWish> = {}): PlanRequest {
  const base = { seats: null, promotionCode: null, currency: null };
  return { kind: 'plan', plan, billingCycle: 'monthly', ...base, ...more };
}

export const ACTOR = { kind: 'system', id: 'test' } as const;

/** A shop for the tests of this file. */
export function useShop(seed: string): () => Shop {
  const created = useTestDatabase();
  let opened: (Shop & AsyncDisposable) | undefined;
  beforeAll(async () => {
    opened = await openShop(created.url, seed);
  });
  afterAll(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  return () => {
    if (opened === undefined) throw new Error('The shop is open only while tests run.');
    return opened;
  };
}

async function openShop(databaseUrl: string, seed: string): Promise<Shop & AsyncDisposable> {
  await using opening = new AsyncDisposableStack();
  const clock = manualClock(START_MS);
  const start = { port: 0, seed, clock: () => clock.nowMs() };
  const sandbox = opening.adopt(await startSandbox(start), (it) => it.close());
  const stripe = new Stripe(KEY, { host: '127.0.0.1', port: sandbox.port, protocol: 'http' });
  const database = opening.adopt(
    openDatabase({ url: databaseUrl, schema: 'billing', applicationName: 'shop' }),
    (it) => it.close(),
  );
  const pricing = createPricing({ database });
  const context = { actor: ACTOR, nowMs: START_MS, reason: 'a test' };
  await pricing.publishCatalog(readCatalogFile(await catalogText()), context);
  const process = createProcess(database, clock);
  opening.defer(() => process.usage.close());
  await process.catalog.load();
  const gateway = createStripeGateway({
    secretKey: KEY,
    apiBase: sandbox.url,
    webhookSecrets: ['whsec_shop'],
    timeoutMs: 1_000,
  });
  const sellingThrough = (through: PaymentGateway): Selling =>
    sell({ database, clock, process }, through);
  const selling = sellingThrough(gateway);
  const running = opening.move();
  const shop: Shop = {
    database,
    sandbox,
    stripe,
    gateway,
    clock,
    process,
    pricing,
    quotes: createQuotes({ ...process, loadPurchases }),
    selling,
    sellingThrough,
    async person() {
      const user = `person-${randomText(12)}`;
      const details = { email: `${user}@example.com` };
      const { accountId } = await process.accounts.upsertUser(user, details, clock.nowMs());
      return { user, accountId };
    },
    pay: (url, card = CARD) => pay(url, card),
    async refresh({ accountId }) {
      const customerId = await findCustomerOfAccount(database, accountId);
      if (customerId === null) throw new Error('there is no customer yet');
      await createRefresh(projectorOf({ database, clock, process }, gateway))(customerId);
    },
    async deliver(through = selling) {
      const delivery = createDelivery({ database, clock, consumers: through.consumers });
      while ((await delivery.deliverBatch(new AbortController().signal)) > 0);
    },
    async subscribe(buyer, plan, more) {
      const opened = await selling.checkouts.open(
        requestOf(buyer, planWish(plan, more)),
        clock.nowMs(),
      );
      await pay(opened.url, CARD);
      await shop.refresh(buyer);
    },
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
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
  return Object.assign(shop, { [Symbol.asyncDispose]: () => running.disposeAsync() });
}

interface Parts {
  readonly database: PostgresDatabase;
  readonly clock: ManualClock;
  readonly process: Process;
}

function projectorOf({ database, clock, process }: Parts, gateway: PaymentGateway) {
  const { projector } = createBilling({
    database,
    clock,
    gateway,
    access: process.commands,
    effects: sellingEffects(GRACE_DAYS),
    onFailure: () => undefined,
    onStored: () => undefined,
  });
  return projector;
}

const loadPurchases: LoadPurchases = async (executor, accountId) => {
  const hasPurchased = await hasSubscribed(executor, accountId);
  const { hasTried } = await findTrials(executor, accountId);
  return { hasPurchased, mayTry: !hasPurchased && !hasTried };
};

function sell(parts: Parts, gateway: PaymentGateway): Selling {
  const { database, process } = parts;
  const publicUrl = (): string => 'http://127.0.0.1:3000';
  const { catalog, accounts, access, commands } = process;
  const quotes = createQuotes({ database, catalog, accounts, loadPurchases });
  const allowed = { environment: 'test', allowedOrigins: [], publicUrl };
  return createSelling({
    ...parts,
    gateway,
    commands,
    access,
    accounts,
    quotes,
    loadPurchases,
    origins: createOrigins(allowed),
    publicUrl,
    graceDays: GRACE_DAYS,
    projector: projectorOf(parts, gateway),
  });
}

export function requestOf({ user }: Buyer, purchase: QuoteRequest): CheckoutRequest {
  return {
    user,
    purchase,
    successUrl: (id) => `http://127.0.0.1:3000/account/return?checkout=${id}`,
    cancelUrl: 'http://127.0.0.1:3000/account',
    actor: ACTOR,
  };
}

async function pay(url: string, number: string): Promise<string> {
  const fields = { email: 'buyer@example.com', name: 'A Buyer', number, expiry: '12 / 34' };
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ ...fields, cvc: '123' }),
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`not paid: ${answer.status} ${await answer.text()}`);
  return location;
}

interface Written {
  features: { key: string }[];
  plans: Record<string, unknown>[];
  packs: { prices: Record<string, string> }[];
}

/** The first catalogue in three currencies, with a plan that can be tried and one with overage. */
async function catalogText(): Promise<string> {
  const file = JSON.parse(await readFile(FIRST_CATALOG, 'utf8')) as Written;
  const plan = (slug: string): Record<string, unknown> =>
    file.plans.find((each) => each['slug'] === slug)!;
  Object.assign(plan('pro'), {
    monthly_prices: { usd: '19.00', jpy: '2900', kwd: '5.900' },
  });
  Object.assign(plan('business'), {
    monthly_prices: { usd: '49.00', jpy: '7400', kwd: '15.100' },
    extra_seat: {
      feature: 'team_seats',
      monthly_prices: { usd: '9.00', jpy: '1300', kwd: '2.700' },
    },
  });
  const studio = structuredClone(plan('pro'));
  Object.assign(studio, {
    slug: 'studio',
    name: 'Studio',
    monthly_prices: { usd: '29.00' },
    trial_days: 14,
  });
  const beyond = { policy: 'overage', unit_price_minor: '2.5', currency: 'usd' };
  Object.assign(studio['features'] as object, { audio_minutes: { limit: 400, beyond } });
  file.plans.splice(2, 0, studio);
  for (const pack of file.packs) pack.prices['jpy'] = '750';
  return JSON.stringify(file);
}
