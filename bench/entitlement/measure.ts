import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Stripe from 'stripe';
import { startSandbox } from '@whisperforge/stripe-sandbox';
import { migrate } from '../../server/src/adapters/postgres/index.ts';
import { SCHEMA, type OwnDatabaseServer } from '../database.ts';
import { median } from '../measure/median.ts';
import { seedPlans } from '../seed.ts';
import { startServer } from '../server/start.ts';

/** From the moment that Stripe has done something to the moment that a customer may use it. */
export interface EntitlementFigures {
  readonly purchases: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

const KEY = 'sk_test_bench';
/** Of the plan that is bought, and not of the default one. */
const FEATURE = 'notion_integration';
const LONGEST_MS = 30_000;
const ASK_AGAIN_MS = 5;

/**
 * Customers subscribe at the sandbox, one after the other; it sends its events to a server that
 * takes them in and works them off, and the app asks until it is told yes.
 */
export async function measureEntitlement(
  database: OwnDatabaseServer,
  purchases: number,
): Promise<EntitlementFigures> {
  const databaseUrl = await database.create('entitlement');
  await migrate({ databaseUrl, schema: SCHEMA });
  await seedPlans(databaseUrl);
  await using stack = new AsyncDisposableStack();
  const sandbox = stack.adopt(await startSandbox({ port: 0, seed: 'entitlement' }), (it) =>
    it.close(),
  );
  const port = await freePort();
  const secret = sandbox.forwardTo(`http://127.0.0.1:${port}/webhooks/stripe`);
  const logFile = join(database.folder, 'entitlement.log');
  const env = {
    ROLE: 'all',
    PORT: String(port),
    STRIPE_SECRET_KEY: KEY,
    STRIPE_API_BASE: sandbox.url,
    STRIPE_WEBHOOK_SECRET: secret,
  };
  const server = stack.adopt(await startServer({ databaseUrl, logFile, env }), (it) => it.stop());
  const stripe = new Stripe(KEY, { host: '127.0.0.1', port: sandbox.port, protocol: 'http' });
  const ask = askerOf(server);
  const priceId = await findOrMakePrice(stripe);
  const taken: number[] = [];
  for (let number = 0; number < purchases; number += 1) {
    taken.push(await buy(stripe, ask, { user: `buyer-${number}`, priceId }));
    await sandbox.settled();
  }
  return { purchases, medianMs: median(taken), slowestMs: Math.max(...taken) };
}

const LOOKUP_KEY = 'pro:1:monthly:usd';

/** The server may have pushed what it sells. */
async function findOrMakePrice(stripe: Stripe): Promise<string> {
  const [pushed] = (await stripe.prices.list({ lookup_keys: [LOOKUP_KEY] })).data;
  if (pushed !== undefined) return pushed.id;
  const made = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 1_900,
    recurring: { interval: 'month' },
    lookup_key: LOOKUP_KEY,
    product_data: { name: 'Pro' },
  });
  return made.id;
}

type Ask = (
  method: 'POST' | 'PUT',
  path: string,
  body: unknown,
) => Promise<Record<string, unknown>>;

function askerOf({
  host,
  port,
  secretKey,
}: {
  host: string;
  port: number;
  secretKey: string;
}): Ask {
  return async (method, path, body) => {
    const headers = { 'authorization': `Bearer ${secretKey}`, 'content-type': 'application/json' };
    const request: RequestInit = { method, headers, body: JSON.stringify(body) };
    const answer = await fetch(`http://${host}:${port}${path}`, request);
    if (!answer.ok) throw new Error(`${path} must be a 200: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
}

/** Answers how long it took from the purchase until it was of use. */
async function buy(
  stripe: Stripe,
  ask: Ask,
  { user, priceId }: { readonly user: string; readonly priceId: string },
): Promise<number> {
  const { account } = await ask('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
  const metadata = { account_id: String(account) };
  const { id: customer } = await stripe.customers.create({ metadata });
  const { id: card } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const bought = { customer, items: [{ price: priceId }], default_payment_method: card };
  await stripe.subscriptions.create(bought);
  const fromMs = performance.now();
  for (;;) {
    const { allowed } = await ask('POST', '/v1/check', { user, feature: FEATURE });
    const elapsedMs = performance.now() - fromMs;
    if (allowed === true) return elapsedMs;
    if (elapsedMs > LONGEST_MS) throw new Error(`${user} has bought, and may not use it.`);
    await wait(ASK_AGAIN_MS);
  }
}

/** A port that was free a moment ago: Stripe is told the address before the server listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
