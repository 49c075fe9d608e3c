import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll } from 'vitest';
import Stripe from 'stripe';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { startSandbox, type Sandbox } from '@whisperforge/stripe-sandbox';
import type { Variables } from '../../src/main/config.ts';
import { useTestDatabase } from './database.ts';
import { startTestServer, type StartedTestServer } from './server.ts';

export const STRIPE_KEY = 'sk_test_billing';
const START_MS = Date.UTC(2026, 0, 15, 12);

/** A server with its worker, the sandbox that it talks to, and one clock for both. */
export interface BillingScene {
  readonly server: StartedTestServer;
  readonly sandbox: Sandbox;
  /** The SDK itself, for what only Stripe's own pages and staff can do. */
  readonly stripe: Stripe;
  readonly clock: ManualClock;
  /** Asks the sandbox to be otherwise: `failures`, `chaos`, `settings`. */
  control(path: string, body: unknown): Promise<void>;
  /** Lets time pass for both, and everything that falls due at Stripe happen and be told. */
  advanceTo(ms: number): Promise<void>;
}

export interface BillingSceneOptions {
  readonly seed: string;
  readonly startMs?: number;
  /** Whether Stripe tells the server what happens; as it does where nothing is said. */
  readonly hasWebhooks?: boolean;
  readonly env?: Variables;
}

export interface OpenedBillingScene extends BillingScene {
  close(): Promise<void>;
}

/** For the tests of this file. */
export function useBillingScene(options: BillingSceneOptions): BillingScene {
  const database = useTestDatabase({ startedAtMs: options.startMs ?? START_MS });
  let opened: OpenedBillingScene | undefined;
  beforeAll(async () => {
    opened = await openBillingScene(database.url, options);
  });
  afterAll(async () => opened?.close());
  const ready = (): BillingScene => {
    if (opened === undefined) throw new Error('The scene exists only while tests run.');
    return opened;
  };
  return {
    get server() {
      return ready().server;
    },
    get sandbox() {
      return ready().sandbox;
    },
    get stripe() {
      return ready().stripe;
    },
    get clock() {
      return ready().clock;
    },
    control: (path, body) => ready().control(path, body),
    advanceTo: (ms) => ready().advanceTo(ms),
  };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function openBillingScene(
  databaseUrl: string,
  options: BillingSceneOptions,
): Promise<OpenedBillingScene> {
  const clock = manualClock(options.startMs ?? START_MS);
  const sandbox = await startSandbox({
    port: 0,
    seed: options.seed,
    clock: () => clock.nowMs(),
    webhookRetryDelaysMs: [50, 100, 200, 400],
  });
  const stripe = new Stripe(STRIPE_KEY, {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
  });
  const port = await freePort();
  const hears = options.hasWebhooks ?? true;
  const secret = hears
    ? sandbox.forwardTo(`http://127.0.0.1:${port}/webhooks/stripe`)
    : 'whsec_nobody_signs_with';
  const server = await startTestServer(databaseUrl, {
    clock,
    env: {
      ROLE: 'all',
      PORT: String(port),
      STRIPE_SECRET_KEY: STRIPE_KEY,
      STRIPE_API_BASE: sandbox.url,
      STRIPE_WEBHOOK_SECRET: secret,
      ...options.env,
    },
  });
  return {
    server,
    sandbox,
    stripe,
    clock,
    async control(path, body) {
      const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`the sandbox answers ${path} with ${await answer.text()}`);
    },
    async advanceTo(ms) {
      clock.advanceTo(ms);
      await sandbox.settled();
    },
    async close() {
      await server.close();
      await sandbox.close();
    },
  };
}
