import Stripe from 'stripe';
import { onTestFinished } from 'vitest';
import { startSandbox, type Sandbox } from '@whisperforge/stripe-sandbox';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import type { PaymentGateway } from '../../domains/billing/index.ts';
import { createStripeGateway } from './index.ts';

export const SECRET_KEY = 'sk_test_gateway';
const START_MS = Date.UTC(2026, 0, 15, 12);

export interface StripeScene {
  readonly sandbox: Sandbox;
  /** The SDK itself, for what only Stripe's own pages and staff can do. */
  readonly stripe: Stripe;
  readonly gateway: PaymentGateway;
  readonly clock: ManualClock;
  fail(failure: Record<string, unknown>): Promise<void>;
  /** Lets the sandbox's own time pass, and everything that falls due happen. */
  advanceTo(ms: number): Promise<void>;
  /** A customer whose card pays. */
  payingCustomer(accountId: string, card?: string): Promise<string>;
}

/** A sandbox with a gateway to it, closed when the test is over. */
export async function openStripeScene(seed: string): Promise<StripeScene> {
  const clock = manualClock(START_MS);
  const sandbox = await startSandbox({ port: 0, seed, clock: () => clock.nowMs() });
  onTestFinished(() => sandbox.close());
  const stripe = new Stripe(SECRET_KEY, {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
  });
  const gateway = createStripeGateway({
    secretKey: SECRET_KEY,
    apiBase: sandbox.url,
    webhookSecrets: ['whsec_first', 'whsec_second'],
    timeoutMs: 2_000,
  });
  const control = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`the sandbox answers ${path} with ${await answer.text()}`);
  };
  return {
    sandbox,
    stripe,
    gateway,
    clock,
    fail: (failure) => control('failures', failure),
    async advanceTo(ms) {
      await control('clock', { advance_to: Math.floor(ms / 1_000) });
      await sandbox.settled();
    },
    async payingCustomer(accountId, card = 'pm_card_visa') {
      const id = await gateway.createCustomer({
        email: `${accountId}@example.com`,
        name: null,
        metadata: { account_id: accountId },
        idempotencyKey: `customer:${accountId}`,
      });
      const method = await stripe.paymentMethods.attach(card, { customer: id });
      await stripe.customers.update(id, {
        invoice_settings: { default_payment_method: method.id },
      });
      return id;
    },
  };
}
